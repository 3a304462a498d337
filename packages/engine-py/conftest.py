"""Runs the examples in docstrings beside a repository and its graph."""  # noqa: INP001

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from codeanatomy.graph import write_graph

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example"


@pytest.fixture(scope="session")
def _example_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the graph of the example repository once."""
    directory = tmp_path_factory.mktemp("examples")
    shutil.copytree(EXAMPLE, directory / "example")
    write_graph(directory / "example", directory / "graph")
    return directory


@pytest.fixture(autouse=True)
def _beside_the_example(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each docstring's examples beside its own `example/`, a repository, and `graph/` of it."""
    if isinstance(request.node, pytest.DoctestItem):
        directory: Path = request.getfixturevalue("tmp_path")
        shutil.copytree(request.getfixturevalue("_example_graph"), directory, dirs_exist_ok=True)
        monkeypatch.chdir(directory)
