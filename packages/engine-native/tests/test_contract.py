"""The reports of the contract: what they say, and what they refuse."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import codeanatomy_engine as engine
import pytest


def test_build_info_tells_what_is_linked() -> None:
    info = engine.build_info()
    assert info["engine"] == engine.__version__ == version("codeanatomy-engine")
    assert info["datafusion_python"] == version("datafusion")
    assert info["datafusion"].split(".")[0] == info["datafusion_python"].split(".")[0]
    assert info["features"] == ["abi3", "mimalloc", "substrait"]
    assert info["profile"] in {"dev", "release"}
    assert len(info["build_hash"]) == 32
    assert int(info["build_hash"], 16) > 0


def test_capabilities_report_agrees_with_an_install(session: Any) -> None:
    report = engine.extension_capabilities_report()
    assert report["available"]
    assert report["compatible"]
    assert report["error"] is None
    assert report["expected_plugin_abi"] == report["observed_plugin_abi"] == engine.plugin_abi()

    installed = engine.install_codeanatomy_runtime(session)
    capabilities = report["snapshot"]
    assert capabilities["registry_hash"] == installed["snapshot"]["hash"]
    assert capabilities["udf_counts"]["scalar"] == len(installed["snapshot"]["scalar"])
    assert capabilities["function_factory"]["available"] == installed["function_factory_installed"]
    assert capabilities["expr_planners"]["available"] == installed["expr_planners_installed"]
    assert capabilities["runtime_install_contract"] == installed["contract_version"]


def test_what_is_said_to_be_there_comes_with_an_install(session: Any) -> None:
    capabilities = engine.extension_capabilities_report()["snapshot"]
    assert capabilities["function_factory"]["available"]
    assert capabilities["expr_planners"]["available"]
    create = "create function f(double) returns double return $1 + 1"
    with pytest.raises(Exception, match="Function factory has not been configured"):
        session.sql(create)
    engine.install_codeanatomy_runtime(session)
    session.sql(create)
    assert session.sql("select f(1.5) as x").to_pylist() == [{"x": 2.5}]


def test_probe_looks_at_the_session(session: Any) -> None:
    probe = engine.session_context_contract_probe(session)
    assert probe["ok"]
    assert probe["tier"] == "native"
    assert probe["session_id"] == session.session_id()
    assert probe["udf_counts"] == {"scalar": 0, "aggregate": 0, "window": 0, "table": 0}
    assert probe["datafusion"] == {"python": "55.0.0", "native": "55.0.0"}

    installed = engine.install_codeanatomy_runtime(session)
    after = engine.session_context_contract_probe(session.ctx)
    assert after["registry_hash"] == installed["snapshot"]["hash"] != probe["registry_hash"]
    assert after["udf_counts"]["scalar"] == len(installed["snapshot"]["scalar"])


class Impostor:
    """Has what a session has, by name."""

    ctx = object()


def register_graph(ctx: Any) -> list[str]:
    return engine.register_graph(ctx, "nowhere")


@pytest.mark.parametrize(
    ("argument", "named"),
    [
        (None, "NoneType"),
        ("session", "str"),
        (Impostor(), "Impostor"),
        (Impostor, "type"),
    ],
)
@pytest.mark.parametrize(
    "function",
    [
        engine.session_context_contract_probe,
        engine.install_codeanatomy_runtime,
        engine.registry_snapshot,
        register_graph,
    ],
)
def test_what_is_no_session_is_a_type_error(function: Any, argument: object, named: str) -> None:
    with pytest.raises(TypeError, match=rf"ctx must be a datafusion\.SessionContext.*{named}"):
        function(argument)


@pytest.mark.parametrize("strict", [True, False])
def test_validation_refuses_what_is_no_session(strict: bool) -> None:  # noqa: FBT001
    with pytest.raises(TypeError, match="ctx must be"):
        engine.validate_extension_capabilities(strict=strict, ctx="session")


def test_validation_takes_sessions_and_their_subclasses(session: Any) -> None:
    from datafusion import SessionContext

    class Mine(SessionContext):
        """A session of a user."""

    for ctx in (None, session, session.ctx, Mine()):
        report = engine.validate_extension_capabilities(ctx=ctx)
        assert report["compatible"]


def test_session_of_another_library_breaks_the_contract() -> None:
    # A class of that name and module is what the session of another copy of the library looks like.
    foreign = type("SessionContext", (), {"__module__": "datafusion"})()
    with pytest.raises(engine.errors.SessionContextContractError, match="another copy") as caught:
        engine.validate_extension_capabilities(ctx=foreign)
    assert caught.value.report is not None
    assert caught.value.report["available"] is True
    # What is raised carries what is reported otherwise.
    raised = caught.value.report
    report = engine.validate_extension_capabilities(strict=False, ctx=foreign)
    assert not report["compatible"]
    assert report["observed_plugin_abi"] is None
    assert "another copy" in str(report["error"])
    assert raised == report
