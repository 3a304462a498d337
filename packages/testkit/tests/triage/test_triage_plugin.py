"""The option `--triage` in runs of its own, on one process and on several."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kitchen


def clusters(output: str) -> list[tuple[str, str]]:
    """Return label and size of the clusters that a run printed."""
    section = output.partition("failures by cause")[2]
    return re.findall(r"^([A-Z]+) +│ +(\d+) ", section, re.MULTILINE)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_clusters_are_printed(kitchen: Kitchen, workers: tuple[str, ...]) -> None:
    result = kitchen.pytest("--triage", *workers)
    assert result.returncode == 1
    assert "15 failures of" in result.stdout
    found = clusters(result.stdout)
    assert found[:2] == [("A", "4"), ("B", "4")]
    assert sum(int(size) for _, size in found) == 15


def test_worker_that_dies_is_a_cluster(kitchen: Kitchen) -> None:
    kitchen.write("test_death.py", "import os\ndef test_death(): os._exit(3)\n")
    result = kitchen.pytest("--triage", "-n", "2", "test_death.py")
    assert "WorkerCrash" in result.stdout.partition("failures by cause")[2]


def test_green_run_prints_nothing(kitchen: Kitchen) -> None:
    result = kitchen.pytest("--triage", "-k", "nothing_wrong", "test_eggs.py")
    assert result.returncode == 0
    assert "failures by cause" not in result.stdout


def test_run_without_the_option_prints_and_loads_nothing(kitchen: Kitchen) -> None:
    kitchen.write(
        "conftest.py",
        "import sys\ndef pytest_unconfigure():\n"
        "    names = [name for name in sys.modules if 'testkit.triage.' in name]\n"
        "    print('loaded', names)\n",
    )
    result = kitchen.pytest()
    assert "failures by cause" not in result.stdout
    assert "loaded []" in result.stdout


def test_plugin_imports_no_reader_at_start() -> None:
    program = (
        "import sys, codeanatomy_testkit.triage_plugin\n"
        "print([name for name in sys.modules if name.startswith('codeanatomy_testkit.triage.')])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
