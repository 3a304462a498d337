"""`.slt` files in runs of pytest: collected, run with fixtures, rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from conftest import Run

pytest_plugins = ["pytester"]


def test_files_are_tests(
    pytester: pytest.Pytester, healthy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    write = pytester.path.joinpath("eggs.slt").write_text
    write("query I\nSELECT span_len(span_make(1, 5))\n", "utf-8")
    pytester.path.joinpath("empty.slt").write_text("# Nothing.\n", "utf-8")
    pytester.path.joinpath("spam.slt").write_text("statement okay\nSELECT 1\n", "utf-8")
    result = healthy("-n", "2")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "eggs.slt:1: the rows differ",
            "*empty.slt has no records: what is tested?",
            "spam.slt:1: 'statement okay' starts no record;*",
        ]
    )
    assert not any("Traceback" in line or "def run_records" in line for line in result.outlines)
    result = healthy("--update-goldens", "eggs.slt")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= goldens =*", "wrote *eggs.slt"])
    healthy("eggs.slt").assert_outcomes(passed=1)


def test_project_has_a_session_of_its_own(pytester: pytest.Pytester, probed: Run) -> None:
    pytester.makeconftest(
        """
        import datafusion, pyarrow, pytest

        @pytest.fixture
        def slt_runner():
            session = datafusion.SessionContext()
            return lambda sql: pyarrow.table(session.sql(sql))
        """
    )
    pytester.path.joinpath("eggs.slt").write_text("query I\nSELECT 6 * 7\n----\n42\n", "utf-8")
    probed().assert_outcomes(passed=1)
