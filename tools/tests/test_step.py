"""Steps run, their output shows only when they fail, and the table counts them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from repository.step import Result, Step, duration, run, table

if TYPE_CHECKING:
    from pathlib import Path


def step(code: str, directory: Path) -> Step:
    return Step("sample", "a sample", (sys.executable, "-c", code), directory)


def test_output_of_a_passing_step_is_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    result = run(step("print('hidden')", tmp_path), verbose=False)
    assert result.outcome == "passed"
    assert result.seconds > 0
    assert "hidden" not in capfd.readouterr().out


def test_output_of_a_failing_step_is_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = "import sys; print('to stdout'); print('to stderr', file=sys.stderr); sys.exit(3)"
    result = run(step(code, tmp_path), verbose=False)
    assert result.outcome == "failed"
    shown = capfd.readouterr().out
    assert "to stdout" in shown
    assert "to stderr" in shown
    assert "exit code 3" in shown


def test_verbose_step_shows_its_output(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(step("print('shown')", tmp_path), verbose=True)
    assert "shown" in capfd.readouterr().out


def test_program_that_is_not_there_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = run(Step("absent", "not there", ("no-such-program",), tmp_path), verbose=False)
    assert result.outcome == "failed"
    assert "did not start" in capfd.readouterr().out


def test_step_has_no_input(tmp_path: Path) -> None:
    result = run(step("import sys; assert sys.stdin.read() == ''", tmp_path), verbose=False)
    assert result.outcome == "passed"


def test_table_counts(tmp_path: Path) -> None:
    sample = step("", tmp_path)
    results = [
        Result(sample, "passed", 61.4),
        Result(sample, "failed", 0.26),
        Result(sample, "not run"),
    ]
    lines = table(results).splitlines()
    assert lines[0].split() == ["sample", "passed", "1m", "01s"]
    assert lines[3].split() == ["total", "1m", "02s"]
    assert lines[-1] == "1 passed, 1 failed, 1 skipped"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (4.24, "4.2 s"), (59.94, "59.9 s"), (60, "1m 00s"), (964, "16m 04s")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
