"""The examples in datafusion's Python code run on the engine as they do on the stock library."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import codeanatomy_engine
import pytest

# What the examples take for granted, as datafusion's own test set-up gives it.
CONFTEST = """
import pytest
{engine}
import datafusion
import numpy
import pyarrow
from datafusion import col, functions, lit

EXPECTED = {expected!r}
assert datafusion._internal.__file__.startswith(EXPECTED), datafusion._internal.__file__

@pytest.fixture(autouse=True)
def names(doctest_namespace):
    doctest_namespace.update(
        dfn=datafusion, col=col, lit=lit, F=functions, pa=pyarrow, np=numpy
    )
"""

# Examples that differ between the engine and the stock library, each with its reason.
DIFFERENCES: dict[str, str] = {}


def outcomes(directory: Path, *, on_engine: bool) -> dict[str, str]:
    """Run all examples and return the outcome of each."""
    import datafusion

    library = codeanatomy_engine if on_engine else datafusion
    directory.mkdir()
    directory.joinpath("conftest.py").write_text(
        CONFTEST.format(
            engine="import codeanatomy_engine" if on_engine else "",
            expected=str(Path(str(library.__file__)).parent),
        ),
        encoding="utf-8",
    )
    directory.joinpath("pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    finished = subprocess.run(
        [
            sys.executable,
            "-Wignore:codeanatomy_engine is built in the debug profile:RuntimeWarning",
            *(
                "-m",
                "pytest",
                "-vv",
                "-pno:cacheprovider",
                "-pno:codeanatomy-testkit",
                "--timeout=600",
            ),
            *("--rootdir", str(directory), "--confcutdir", str(directory), "-pconftest"),
            *("--doctest-modules", "--pyargs", "datafusion"),
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    outcome = re.compile(r"^\S*::(\S+) .*?(PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS)", re.MULTILINE)
    found = outcome.findall(finished.stdout)
    assert found, finished.stdout + finished.stderr
    return dict(found)


@pytest.mark.timeout(1800)
def test_examples_have_the_same_outcome(tmp_path: Path) -> None:
    engine = outcomes(tmp_path / "engine", on_engine=True)
    stock = outcomes(tmp_path / "stock", on_engine=False)
    assert len(stock) > 400
    assert set(stock.values()) == {"PASSED"}
    differing = {
        name for name in stock.keys() | engine.keys() if stock.get(name) != engine.get(name)
    }
    assert differing == set(DIFFERENCES)
