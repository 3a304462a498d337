"""The install of the runtime: once, twice, with other policies, into sessions of others."""

from __future__ import annotations

from typing import Any

import codeanatomy_engine as engine
import pytest
from codeanatomy_engine.errors import InvalidOptionError, RuntimeInstallError


def same(values: Any) -> Any:
    return values


def test_installing_twice_is_installing_once(session: Any) -> None:
    first = engine.install_codeanatomy_runtime(session)
    assert engine.install_codeanatomy_runtime(session.ctx) == first
    assert first["udf_installed"]
    assert first["snapshot"] == engine.registry_snapshot(session)
    rows = session.sql("select stable_hash64('spam') = hash64('spam') as same").to_pylist()
    assert rows == [{"same": True}]


def test_report_follows_the_session_not_the_intent(session: Any) -> None:
    engine.install_codeanatomy_runtime(session)
    session.deregister_udf("stable_id")
    assert "stable_id" not in engine.registry_snapshot(session)["scalar"]
    repaired = engine.install_codeanatomy_runtime(session)
    assert repaired["udf_installed"]
    assert "stable_id" in repaired["snapshot"]["scalar"]


def test_sessions_keep_policies_of_their_own(session: Any) -> None:
    from datafusion import SessionContext

    other = SessionContext()
    slow = engine.install_codeanatomy_runtime(session)
    fast = engine.install_codeanatomy_runtime(
        other, enable_async_udfs=True, async_udf_timeout_ms=50, async_udf_batch_size=7
    )
    assert slow["async"] == {"enabled": False, "timeout_ms": None, "batch_size": None}
    assert fast["async"] == {"enabled": True, "timeout_ms": 50, "batch_size": 7}
    assert engine.registry_snapshot(session)["async_udf_policy"] == slow["async"]
    assert engine.registry_snapshot(other)["async_udf_policy"] == fast["async"]
    assert slow["snapshot"]["hash"] != fast["snapshot"]["hash"]


def test_another_policy_is_refused_and_changes_nothing(session: Any) -> None:
    policy: dict[str, Any] = {"enable_async_udfs": True, "async_udf_batch_size": 8}
    first = engine.install_codeanatomy_runtime(session, **policy, async_udf_timeout_ms=5000)
    with pytest.raises(RuntimeInstallError) as caught:
        engine.install_codeanatomy_runtime(session, **policy, async_udf_timeout_ms=50)
    assert caught.value.code == "runtime-policy-conflict"
    assert caught.value.details == {"session_id": session.session_id()}
    assert caught.value.hint == "make a new session for another policy"
    assert engine.registry_snapshot(session) == first["snapshot"]


def test_function_of_the_user_is_not_overwritten(session: Any) -> None:
    import pyarrow as pa
    from datafusion import udf

    session.register_udf(udf(same, [pa.int64()], pa.int64(), "immutable", name="hash64"))
    with pytest.raises(RuntimeInstallError) as caught:
        engine.install_codeanatomy_runtime(session)
    assert caught.value.code == "function-name-taken"
    assert caught.value.details == {"function": "hash64"}
    assert engine.registry_snapshot(session)["scalar"] == ["hash64"]
    assert session.sql("select hash64(41) as kept").to_pylist() == [{"kept": 41}]


def test_functions_of_the_user_are_described_too(session: Any) -> None:
    import pyarrow as pa
    from datafusion import udf

    engine.install_codeanatomy_runtime(session)
    session.register_udf(udf(same, [pa.int64()], pa.string(), "volatile", name="mine"))
    snapshot = engine.registry_snapshot(session)
    assert "mine" in snapshot["custom_udfs"]
    assert snapshot["volatility"]["mine"] == "volatile"
    assert snapshot["signature_inputs"]["mine"] == [["int64"]]
    assert snapshot["return_types"]["mine"] == ["string"]
    assert snapshot["pycapsule_udfs"] == []


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"enable_async_udfs": True}, "async_udf_timeout_ms"),
        ({"enable_async_udfs": True, "async_udf_timeout_ms": 0}, "async_udf_timeout_ms"),
        ({"enable_async_udfs": True, "async_udf_timeout_ms": -1}, "async_udf_timeout_ms"),
        ({"enable_async_udfs": True, "async_udf_timeout_ms": 1}, "async_udf_batch_size"),
        ({"async_udf_batch_size": 1}, "enable_async"),
    ],
)
def test_what_can_not_be_honoured_is_refused(
    session: Any, options: dict[str, Any], option: str
) -> None:
    with pytest.raises(InvalidOptionError, match=option) as caught:
        engine.install_codeanatomy_runtime(session, **options)
    assert isinstance(caught.value, ValueError)
    assert caught.value.details == {"option": option}
    assert engine.registry_snapshot(session)["custom_udfs"] == []


def test_table_functions_belong_to_the_install(session: Any) -> None:
    report = engine.install_codeanatomy_runtime(session)
    assert report["snapshot"]["table"] == [
        "delta_add_actions",
        "delta_history",
        "delta_snapshot",
        "list_files_cache",
        "metadata_cache",
        "predicate_cache",
        "read_delta",
        "read_delta_cdf",
        "statistics_cache",
        "udf_docs",
        "udf_registry",
    ]
    session.deregister_udtf("udf_docs")
    assert "udf_docs" not in engine.registry_snapshot(session)["table"]
    assert engine.install_codeanatomy_runtime(session) == report


def test_settings_and_tables_of_the_session_stay() -> None:
    from datafusion import SessionConfig, SessionContext

    session = SessionContext(SessionConfig().with_target_partitions(3))
    session.from_pydict({"a": [1, 2]}, name="kept")
    before = session.session_id()
    engine.install_codeanatomy_runtime(session)
    assert session.session_id() == before
    assert session.table("kept").count() == 2
    assert session.copied_config() is not None


def test_operators_are_left_out_of_a_session_that_does_without_their_planner(session: Any) -> None:
    from datafusion import SessionContext

    report = engine.install_codeanatomy_runtime(session, expr_planner_names=[])
    assert report["expr_planners_installed"] is False
    assert report["expr_planner_names"] == []
    with pytest.raises(Exception, match="'codeanatomy_domain', which this session does without"):
        session.sql("select named_struct('a', 1) -> 'a'")
    with pytest.raises(RuntimeInstallError) as caught:
        engine.install_codeanatomy_runtime(session)
    assert caught.value.code == "runtime-policy-conflict"
    other = SessionContext()
    with pytest.raises(InvalidOptionError, match="Unsupported ExprPlanner names: 'json'"):
        engine.install_codeanatomy_runtime(other, expr_planner_names=["codeanatomy_domain", "json"])
    named = engine.install_codeanatomy_runtime(other, expr_planner_names=["codeanatomy_domain"])
    assert named == engine.install_codeanatomy_runtime(other)
    assert named["expr_planner_names"] == ["codeanatomy_domain"]
