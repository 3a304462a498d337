"""A project with known failures, run for real by pytest, and its result files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A library with one wrong line a function, and tests that notice.
LIBRARY = """
def weigh(egg):
    return egg.grams

def boil(egg):
    try:
        return weigh(egg)
    except AttributeError as error:
        raise ValueError(f"cannot boil {egg!r}") from error

def pack(eggs):
    return weigh(eggs[0])

def price(eggs):
    return -1
"""
TESTS = """
import pytest
import kitchen

@pytest.fixture
def pan():
    open("cupboard/pan.toml")

@pytest.fixture
def stove():
    yield 1
    1 / 0

@pytest.mark.parametrize("egg", [1, 2, 3])
def test_boil(egg):
    assert kitchen.boil(egg) == 1

def test_pack():
    assert kitchen.pack([4]) == 1

@pytest.mark.parametrize("number", range(4))
def test_fry(pan, number):
    pass

def test_stove(stove):
    assert stove == 2

def test_spice(pepper):
    pass

def test_price_of_one():
    assert kitchen.price(["egg"]) == 3

def test_price_of_none():
    assert kitchen.price([]) == 0

def test_nothing_wrong():
    pass

@pytest.mark.skip
def test_later():
    pass
"""
ELSEWHERE = "from kitchen import whisk\n"


@dataclass(frozen=True)
class Kitchen:
    """A project whose tests fail in known ways.

    Attributes:
        root: Where it is.
    """

    root: Path

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def pytest(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the tests, whatever the state of the native engine."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["--native=report", "--continue-on-collection-errors", *options]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)

    def junit(self, name: str, *options: str) -> Path:
        """Run the tests and return the JUnit XML."""
        path = self.root / name
        result = self.pytest(f"--junitxml={path}", *options)
        assert result.returncode in {0, 1}, result.stdout + result.stderr
        return path


def make_kitchen(root: Path) -> Kitchen:
    kitchen = Kitchen(root)
    kitchen.write("kitchen.py", LIBRARY)
    kitchen.write("test_eggs.py", TESTS)
    kitchen.write("test_whisk.py", ELSEWHERE)
    kitchen.write("test_bowl.py", ELSEWHERE)
    kitchen.write("pytest.ini", "[pytest]\n")
    return kitchen


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return make_kitchen(tmp_path)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of the project, with its results in both formats."""
    kitchen = make_kitchen(tmp_path_factory.mktemp("kitchen"))
    kitchen.junit("junit.xml", "--report-log=log.jsonl")
    return kitchen.root


@pytest.fixture
def triage_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a process of its own."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "codeanatomy_testkit", "triage", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run
