"""Sessions with the native runtime, and the agreement of both halves of the package."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import codeanatomy
import msgspec
import pyarrow as pa
import pytest
from codeanatomy import _native, contracts, errors, session
from codeanatomy.profile import ExecutionProfile, RuntimeProfile, StatementProfile

WARNINGS = (
    "-Werror",
    "-Wignore:codeanatomy_engine is built in the debug profile:RuntimeWarning",
)


def start(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *WARNINGS, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_connect_gives_an_ordinary_session_with_the_runtime() -> None:
    from datafusion import SessionContext

    context = codeanatomy.connect()
    assert type(context) is SessionContext
    assert session.install_codeanatomy_runtime(context)["udf_installed"]
    assert context.sql("select stable_hash64(null) as nothing").to_pylist() == [{"nothing": None}]
    tables = context.sql("select count(*) as n from information_schema.tables").to_pylist()
    assert tables[0]["n"] > 0


def test_connect_takes_settings() -> None:
    profile = RuntimeProfile(execution=ExecutionProfile(target_partitions=3))
    context = codeanatomy.connect(profile)
    shown = context.sql("show datafusion.execution.target_partitions").to_pylist()
    assert shown[0]["value"] == "3"


def test_order_of_imports_is_right_when_the_package_comes_first() -> None:
    finished = start(
        "import codeanatomy, datafusion\n"
        "context = codeanatomy.connect()\n"
        "assert codeanatomy.session.session_context_contract_probe(context)['ok']"
    )
    assert finished.returncode == 0, finished.stderr


def test_datafusion_first_is_refused_when_the_package_is_imported() -> None:
    finished = start("import datafusion\nimport codeanatomy")
    assert finished.returncode == 1
    assert "SessionContextContractError: datafusion was imported before" in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith("hint: ")


def test_halves_of_different_releases_are_refused() -> None:
    finished = start(
        "import codeanatomy_engine\n"
        "codeanatomy_engine.__version__ = '0.0.9'\n"
        "try:\n"
        "    import codeanatomy\n"
        "    codeanatomy.connect()\n"
        "except RuntimeError as error:\n"
        "    print(error.code, error.details, error.hint)"
    )
    assert finished.returncode == 0, finished.stderr
    needed = _native.ENGINE_VERSION
    assert finished.stdout.strip() == (
        f"session-contract-broken {{'expected': '{needed}', 'installed': '0.0.9'}} "
        f"pip install codeanatomy=={codeanatomy.__version__} codeanatomy-engine=={needed}"
    )


def test_required_runtime_is_there() -> None:
    report = session.require_native_runtime()
    assert isinstance(report, contracts.CapabilitiesReport)
    assert report.compatible
    assert report.observed_plugin_abi == report.expected_plugin_abi


def test_snapshot_is_a_record_of_the_session() -> None:
    context = codeanatomy.connect()
    snapshot = session.rust_udf_snapshot(context)
    probe = session.session_context_contract_probe(context)
    assert snapshot.hash == probe["registry_hash"]
    assert snapshot.rewrite_tags["stable_id"] == ("id", "hash")
    assert len(snapshot.scalar) == probe["udf_counts"]["scalar"]


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(TypeError, match=r"must be a datafusion\.SessionContext"):
        session.rust_udf_snapshot("session")  # type: ignore[arg-type]


@pytest.mark.parametrize("with_options", [False, True])
def test_sql_keeps_to_the_policy_of_the_profile(with_options: bool) -> None:  # noqa: FBT001
    from datafusion import SQLOptions

    def policed(**allowed: bool) -> Any:
        context = codeanatomy.connect(RuntimeProfile(statements=StatementProfile(**allowed)))
        context.from_arrow(pa.table({"a": [1]}), name="t")
        return context

    def run(context: Any, statement: str) -> Any:
        options = SQLOptions() if with_options else None
        return context.sql(statement, options=options)

    statements = {
        "allow_ddl": [
            "create table u (x int)",
            "create view v as select 1",
            "drop table t",
            "explain analyze create table u as select 1",
        ],
        "allow_dml": [
            "insert into t values (2)",
            "copy t to 'nowhere.csv'",
            "explain analyze insert into t values (2)",
        ],
        "allow_statements": ["set datafusion.execution.batch_size = 7", "prepare p as select 1"],
    }
    for kind, refused in statements.items():
        context = policed(**{kind: False})
        for statement in refused:
            with pytest.raises(ValueError, match=r"not supported|are disabled"):
                run(context, statement).collect()
        assert run(context, "select a from t").to_pylist() == [{"a": 1}]
        assert context.sql("select $x as v", param_values={"x": 3}).to_pylist() == [{"v": 3}]
    both = policed(allow_dml=False)
    with pytest.raises(ValueError, match="DDL not supported"):
        both.sql("create table u (x int)", options=SQLOptions().with_allow_ddl(allow=False))
    assert session.session_context_contract_probe(both)["ok"]


def test_required_functions_are_ensured() -> None:
    from datafusion import SessionContext

    context = codeanatomy.connect()
    required = ["STABLE_ID", "array_agg", "udf_docs"]
    assert session.ensure_rust_udfs(context, required) == session.rust_udf_snapshot(context)
    with pytest.raises(errors.FunctionNotFoundError) as caught:
        session.ensure_rust_udfs(SessionContext(), required)
    assert caught.value.code == "required-functions-missing"
    assert caught.value.details == {"missing": "STABLE_ID,udf_docs"}


def test_text_forms_of_the_registry_hold_the_same() -> None:
    context = codeanatomy.connect()
    snapshot = session.rust_udf_snapshot(context)
    packed = session.registry_snapshot_msgpack(context)
    assert msgspec.msgpack.decode(packed, type=contracts.RegistrySnapshot) == snapshot
    text = session.registry_snapshot_json(context)
    assert msgspec.json.decode(text, type=contracts.RegistrySnapshot) == snapshot
    assert session.registry_snapshot_msgpack(codeanatomy.connect()) == packed
