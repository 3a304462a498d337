"""The plugin in runs of its own, in processes, since what it checks is the state of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

pytest_plugins = ["pytester"]


def test_head_of_the_report_names_versions(pytester: pytest.Pytester, healthy: Run) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = healthy()
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines(
        [r"codeanatomy: engine [\d.]+ \((dev|release) profile\), ABI \d+\.\d+, datafusion 55\."]
    )


def test_session_has_the_native_library(pytester: pytest.Pytester, healthy: Run) -> None:
    pytester.makepyfile(
        """
        import datafusion

        def test_session(native_session, require_native_runtime):
            assert type(native_session) is datafusion.SessionContext
            rows = native_session.sql("SELECT stable_id('file', 'a.py') AS id").to_pylist()
            assert len(rows) == 1 and rows[0]["id"].startswith("file:")
            assert require_native_runtime.capabilities.compatible

        def test_sessions_are_fresh(native_session):
            native_session.sql("CREATE TABLE t AS SELECT 1").collect()

        def test_sessions_are_fresh_again(native_session):
            assert not native_session.table_exist("t")
        """
    )
    healthy().assert_outcomes(passed=3)


def test_conftest_may_import_datafusion_first(pytester: pytest.Pytester, healthy: Run) -> None:
    pytester.makeconftest("import datafusion")
    pytester.makepyfile(
        "def test_session(native_session): native_session.sql('SELECT 1').collect()"
    )
    healthy().assert_outcomes(passed=1)


def test_marker_is_known_to_strict_runs(pytester: pytest.Pytester, healthy: Run) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.native\ndef test_native(): pass")
    healthy("--strict-markers", "-m", "native").assert_outcomes(passed=1)


def test_workers_have_the_engine(pytester: pytest.Pytester, healthy: Run) -> None:
    pytester.makepyfile(
        """
        import os, pytest

        @pytest.mark.parametrize("number", range(4))
        def test_session(native_session, number):
            assert os.environ["PYTEST_XDIST_WORKER"]
            assert native_session.sql(f"SELECT {number} AS n").to_pylist() == [{"n": number}]
        """
    )
    healthy("-n", "2").assert_outcomes(passed=4)


@pytest.mark.parametrize("arguments", [(), ("-n", "2"), ("--native=required",)])
def test_broken_engine_ends_the_run(
    arguments: tuple[str, ...], pytester: pytest.Pytester, broken: Run
) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = broken(*arguments)
    assert result.ret == 2
    assert result.outlines == []
    assert result.errlines[0].startswith(
        "the native engine is broken: SessionContextContractError: "
    )
    assert any(line.startswith("hint: ") for line in result.errlines)
    assert not any("Traceback" in line for line in result.errlines)


def test_broken_engine_is_named_before_a_conftest_fails(
    pytester: pytest.Pytester, broken: Run
) -> None:
    pytester.makeconftest("import codeanatomy; codeanatomy.connect()")
    pytester.makepyfile("def test_nothing(): pass")
    result = broken()
    assert result.ret == 2
    assert result.errlines[0].startswith("the native engine is broken: ")


def test_run_inside_a_worker_is_ended_too(
    pytester: pytest.Pytester, broken: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw7")
    pytester.makepyfile("def test_nothing(): pass")
    result = broken()
    assert result.ret == 2
    result.stderr.fnmatch_lines(["*Exit: the native engine is broken: *"])


def test_reported_engine_fails_the_tests_that_need_it(
    pytester: pytest.Pytester, broken: Run
) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_pure(): pass

        @pytest.mark.native
        def test_marked(): pass

        def test_session(native_session): pass

        def test_runtime(require_native_runtime): pass
        """
    )
    result = broken("--native=report")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["codeanatomy: the native engine is broken: *"])
    result.assert_outcomes(passed=1, errors=3)
    assert not any("capabilities report" in line for line in result.outlines)


def test_help_works_with_a_broken_engine(broken: Run) -> None:
    result = broken("--help")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*--native=*"])
