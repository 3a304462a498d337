"""Selections without Python files: a graph with every table and no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from conftest import Sandbox

SMALL = {"a.py": "def f():\n    return f()\n"}
NO_PYTHON = {"README.md": "# No code\n", "data/a.txt": "x"}


def schemas(sandbox: Sandbox) -> dict[str, Any]:
    graph = codeanatomy.open_graph(sandbox.output)
    return {name: pa.table(graph.table(name)).schema for name in graph.tables}


@pytest.mark.parametrize("files", [{}, NO_PYTHON])
def test_a_repository_without_python(sandbox: Sandbox, files: dict[str, str]) -> None:
    sandbox.write(files)
    report = sandbox.build()
    assert report.files.total == len(files)
    assert {name: entry.rows for name, entry in report.tables.items() if entry.rows} == (
        {"repo_files": 2, "cpg_nodes": 2} if files else {}
    )
    assert sandbox.rows("select count(*) as edges from cpg_edges") == [{"edges": 0}]
    for name in report.tables:
        table = deltalake.DeltaTable(sandbox.output / name)
        assert pa.table(table.to_pyarrow_table()).num_rows == report.tables[name].rows


@pytest.mark.parametrize("filters", [{"exclude": ["*.py"]}, {"include": ["src/**"]}])
def test_nothing_left_by_the_filters(sandbox: Sandbox, filters: dict[str, list[str]]) -> None:
    sandbox.write(SMALL)
    report = sandbox.build(**filters)
    assert {entry.rows for entry in report.tables.values()} == {0}
    assert report.calls.total == 0


def test_the_columns_are_those_of_a_graph_with_rows(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    sandbox.build(exclude=["*.py"])
    without_rows = schemas(sandbox)
    sandbox.build()
    assert schemas(sandbox) == without_rows
    assert len(without_rows) == len(sandbox.build().tables)


def test_an_emptied_repository_empties_its_graph(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    before = sandbox.build()
    (sandbox.repository / "a.py").unlink()
    report = sandbox.build()
    assert {entry.rows for entry in report.tables.values()} == {0}
    # What was there stays readable as an earlier version.
    version = before.tables["py_defs"].version
    earlier = deltalake.DeltaTable(sandbox.output / "py_defs", version=version)
    assert earlier.to_pyarrow_table().num_rows == before.tables["py_defs"].rows > 0
    sandbox.write(SMALL)
    assert sandbox.build().tables["py_defs"].rows == before.tables["py_defs"].rows


def test_the_command_says_so(sandbox: Sandbox) -> None:
    sandbox.write(NO_PYTHON)
    done = sandbox.command("build", "repository", "-o", "graph")
    assert done.returncode == 0
    assert "holds 2 files, none of them Python; the graph is empty" in done.stderr
    assert "hint: Python files end in .py" in done.stderr
    assert "Next, the functions" not in done.stdout
    sandbox.write(SMALL)
    done = sandbox.command("build", "repository", "-o", "graph")
    assert "warning: " not in done.stderr
