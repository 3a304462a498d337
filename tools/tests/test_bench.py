"""The bench measures what it says: wall time, memory of all processes, ratios round by round."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from repository.bench.command import main, parser, publish
from repository.bench.comparisons import BASELINE, COMPARISONS, standard_library
from repository.bench.process import BenchError, peak_memory, wall_seconds
from repository.bench.series import Measured, Program, Series, measure, table

if TYPE_CHECKING:
    from pathlib import Path


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_wall_time_covers_the_whole_process() -> None:
    assert 0.2 < wall_seconds(python("import time; time.sleep(0.2)")) < 5


def test_failing_program_is_an_error_with_its_output() -> None:
    with pytest.raises(BenchError, match=r"exit code 3(.|\n)*broken"):
        wall_seconds(python("import sys; print('broken', file=sys.stderr); sys.exit(3)"))


def test_peak_memory_sees_what_was_freed() -> None:
    small = peak_memory(python("import time; time.sleep(0.3)")).mib
    large = peak_memory(python("import time; b = b'x' * (200 << 20); time.sleep(0.3); del b")).mib
    assert 0 < small < 60
    assert 200 < large < 260


def test_peak_memory_counts_children() -> None:
    child = "import time; b = b'x' * (100 << 20); time.sleep(0.5)"
    code = (
        "import subprocess, sys\n"
        f"children = [subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in range(2)]\n"
        "[child.wait() for child in children]"
    )
    assert 200 < peak_memory(python(code)).mib < 300


def test_ratio_is_taken_round_by_round() -> None:
    slow = Program("slow", python("import time; time.sleep(0.4)"))
    series = measure("sleep", [Program("fast", python("pass")), slow], rounds=3)
    fast, late = series.measured
    assert series.reference == "fast"
    assert fast.ratios == (1.0, 1.0, 1.0)
    assert late.ratios == tuple(
        own / base for own, base in zip(late.seconds, fast.seconds, strict=True)
    )
    assert late.median_ratio > 1.5
    assert late.peak_mib is None


def test_median_ratio_is_not_the_ratio_of_medians() -> None:
    entry = Measured("x", (1.0, 2.0, 9.0), (1.0, 1.0, 3.0), 12.4)
    assert entry.median_seconds == 2.0
    assert entry.median_ratio == 1.0
    assert "| x | 2.000 | 1.000 | 1.00 | 12 |" in table(Series("t", "x", (entry,)))


@pytest.mark.parametrize("processes", [1, 2])
def test_baseline_parses_the_files_it_is_given(processes: int, tmp_path: Path) -> None:
    texts = {
        "a.py": b"x = 1\n",
        "b.py": b"def f(:\n",
        "c.py": b"# -*- coding: latin-1 -*-\ny = '\xe4'\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    file_list = tmp_path / "files.txt"
    file_list.write_text("\n".join(str(tmp_path / name) for name in texts), encoding="utf-8")
    output = subprocess.run(
        [sys.executable, str(BASELINE), str(file_list), str(processes)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output == "2 of 3 files parsed\n"


def test_standard_library_is_copied_without_what_is_installed(tmp_path: Path) -> None:
    copy = standard_library(tmp_path)
    assert len(list(copy.rglob("*.py"))) > 500
    assert not list(copy.rglob("site-packages"))


def test_debug_engine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The environment that the tests run in has the debug engine."""
    assert main(["--rounds", "1"]) == 2
    refusal = capsys.readouterr()
    assert refusal.out == ""
    assert "figures mean nothing" in refusal.err
    assert "hint: --engine release" in refusal.err


def test_debug_figures_are_labelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "bench.json"
    series = Series("t", "x", (Measured("x", (1.0,), (1.0,), None),))
    publish([table(series)], {"series": [asdict(series)]}, {"profile": "dev"}, target)
    assert capsys.readouterr().out.startswith("NOT FOR USE: dev profile")
    record = json.loads(target.read_text(encoding="utf-8"))
    assert record["schema"] == "codeanatomy.bench/1"
    assert record["engine"] == {"profile": "dev"}
    assert record["series"][0]["measured"][0]["seconds"] == [1.0]


def test_rounds_are_at_least_one() -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(["--rounds", "0"])
    assert stopped.value.code == 2


def test_every_comparison_can_be_chosen() -> None:
    assert parser().parse_args(["--only", "import"]).only == ["import"]
    assert set(COMPARISONS) == {"build", "import", "start"}
