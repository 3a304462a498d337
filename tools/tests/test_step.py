"""Steps run, their output shows only when they fail, and the table counts them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from repository.step import Result, Seen, Step, duration, run, table

if TYPE_CHECKING:
    from pathlib import Path


def step(code: str, directory: Path) -> Step:
    return Step("sample", "a sample", (sys.executable, "-c", code), directory)


def test_output_of_a_passing_step_is_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    result = run(step("print('hidden')", tmp_path), verbose=False, logs=tmp_path)
    assert result.outcome == "passed"
    assert result.seconds > 0
    assert "hidden" not in capfd.readouterr().out


def test_output_of_a_failing_step_is_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = "import sys; print('to stdout'); print('to stderr', file=sys.stderr); sys.exit(3)"
    result = run(step(code, tmp_path), verbose=False, logs=tmp_path)
    assert result.outcome == "failed"
    shown = capfd.readouterr().out
    assert "to stdout" in shown
    assert "to stderr" in shown
    assert "exit code 3" in shown


def test_verbose_step_shows_its_output(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(step("print('shown')", tmp_path), verbose=True, logs=tmp_path)
    assert "shown" in capfd.readouterr().out


def test_program_that_is_not_there_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = run(
        Step("absent", "not there", ("no-such-program",), tmp_path), verbose=False, logs=tmp_path
    )
    assert result.outcome == "failed"
    assert "did not start" in capfd.readouterr().out


def test_step_has_no_input(tmp_path: Path) -> None:
    result = run(
        step("import sys; assert sys.stdin.read() == ''", tmp_path), verbose=False, logs=tmp_path
    )
    assert result.outcome == "passed"


@pytest.mark.parametrize("printed", ["saw 0 files", "saw nothing that it counts"])
def test_step_that_saw_nothing_fails(
    printed: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = Seen(r"saw (\d+) files", "files")
    blind = Step(
        "sample", "a sample", (sys.executable, "-c", f"print({printed!r})"), tmp_path, seen
    )
    result = run(blind, verbose=False, logs=tmp_path)
    assert (result.outcome, result.saw) == ("failed", "0 files")
    assert "does not say that it saw any files" in capfd.readouterr().out


def test_what_a_step_saw_is_added_up_and_kept(tmp_path: Path) -> None:
    code = "print('saw 3 files'); import sys; print('saw 4 files', file=sys.stderr)"
    seen = Seen(r"saw (\d+) files", "files")
    result = run(
        Step("sample", "a sample", (sys.executable, "-c", code), tmp_path, seen),
        verbose=False,
        logs=tmp_path / "logs",
    )
    assert (result.outcome, result.saw) == ("passed", "7 files")
    assert result.log == tmp_path / "logs" / "sample.log"
    assert sorted((tmp_path / "logs" / "sample.log").read_text(encoding="utf-8").splitlines()) == [
        "saw 3 files",
        "saw 4 files",
    ]


def test_table_counts(tmp_path: Path) -> None:
    sample = step("", tmp_path)
    results = [
        Result(sample, "passed", 61.4, "268 files"),
        Result(sample, "failed", 0.26),
        Result(sample, "not run"),
    ]
    lines = table(results).splitlines()
    assert lines[0].split() == ["sample", "passed", "1m", "01s", "268", "files"]
    assert lines[3].split() == ["total", "1m", "02s"]
    assert lines[-1] == "1 passed, 1 failed, 1 skipped"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (4.24, "4.2 s"), (59.94, "59.9 s"), (60, "1m 00s"), (964, "16m 04s")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
