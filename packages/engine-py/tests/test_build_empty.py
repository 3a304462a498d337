"""Selections without Python files: a graph with every table, made by a zero-row bootstrap."""

from __future__ import annotations

import signal
import subprocess
import sys
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


def described(sandbox: Sandbox) -> dict[str, Any]:
    """All that a Delta table says about itself, but its rows."""
    found = {}
    for name in sandbox.build().tables:
        table = deltalake.DeltaTable(sandbox.output / name)
        metadata, protocol = table.metadata(), table.protocol()
        found[name] = (
            table.schema().to_json(),
            metadata.partition_columns,
            metadata.configuration,
            (protocol.min_reader_version, protocol.min_writer_version),
            (protocol.reader_features, protocol.writer_features),
        )
    return found


def test_bootstrapped_tables_are_those_of_a_graph_with_rows(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sandbox.write(NO_PYTHON)
    empty = described(sandbox)
    other = type(sandbox)(tmp_path_factory.mktemp("full"))
    other.write(SMALL)
    assert described(other) == empty


@pytest.mark.parametrize("files", [{}, NO_PYTHON])
def test_a_new_graph_passes_through_a_bootstrap(sandbox: Sandbox, files: dict[str, str]) -> None:
    sandbox.write(files)
    report = sandbox.build()
    made = report.bootstrap
    assert made is not None
    assert (made.success, made.failed_count) == (True, 0)
    assert made.bootstrapped_count == made.registered_count == len(report.tables) == 9
    assert {event.name for event in made.events if event.created} == set(report.tables)
    # What has rows got them by one ordinary write.
    versions = {name: entry.version for name, entry in report.tables.items()}
    with_rows = {"repo_files", "cpg_nodes"} if files else set()
    assert versions == {name: int(name in with_rows) for name in report.tables}
    path = sandbox.output / ".artifacts/delta_observability/datafusion_delta_mutations_v2"
    events = deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()
    assert {(event["dataset_name"], event["operation"]) for event in events} == {
        *((name, "bootstrap") for name in report.tables),
        *((name, "overwrite") for name in with_rows),
    }
    assert codeanatomy.open_graph(sandbox.output).report.bootstrap == made
    # The second time, the graph is not new, and nothing of it changes but what has rows.
    again = sandbox.build()
    assert again.bootstrap is None
    assert {name: entry.version for name, entry in again.tables.items()} == {
        name: 2 * int(name in with_rows) for name in report.tables
    }
    assert {name: entry.rows for name, entry in again.tables.items()} == {
        name: entry.rows for name, entry in report.tables.items()
    }


def test_a_selection_with_python_needs_no_bootstrap(sandbox: Sandbox) -> None:
    sandbox.write(SMALL | NO_PYTHON)
    assert sandbox.build().bootstrap is None


KILLED = """
import os, signal, sys
from pathlib import Path
from threading import Thread
from codeanatomy.graph import write_graph


def watch():
    while not Path("graph", sys.argv[1]).exists():
        pass
    os.kill(os.getpid(), signal.SIGKILL)


Thread(target=watch, daemon=True).start()
write_graph("repository", "graph")
"""
FIRST, SECOND = (f"_delta_log/{version:020}.json" for version in range(2))


@pytest.mark.parametrize(
    ("there", "existing"),
    [
        ("py_refs", 0),
        (f"py_refs/{FIRST}", 1),
        (f"cpg_edges/{FIRST}", 1),
        (f"repo_files/{SECOND}", 9),
    ],
)
def test_killed_half_way(sandbox: Sandbox, there: str, existing: int) -> None:
    sandbox.write(NO_PYTHON)
    killed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, there], cwd=sandbox.root, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (sandbox.output / "manifest.json").exists()
    report = sandbox.build()
    made = report.bootstrap
    assert made is not None
    assert (made.success, made.failed_count) == (True, 0)
    assert made.existing_count + made.bootstrapped_count == len(report.tables)
    assert made.existing_count >= existing
    for name, entry in report.tables.items():
        found = deltalake.DeltaTable(sandbox.output / name)
        assert (found.version(), found.to_pyarrow_table().num_rows) == (entry.version, entry.rows)
    assert {name for name, entry in report.tables.items() if entry.rows} == {
        "repo_files",
        "cpg_nodes",
    }


def test_what_a_stopped_build_left_is_not_in_a_new_empty_graph(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    sandbox.build()
    (sandbox.output / "manifest.json").unlink()
    (sandbox.repository / "a.py").unlink()
    report = sandbox.build()
    assert report.bootstrap is not None
    assert report.bootstrap.existing_count == len(report.tables)
    assert sandbox.rows("select count(*) as n from py_defs") == [{"n": 0}]
    assert report.tables["py_defs"].version == 1


def test_an_emptied_repository_empties_its_graph(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    before = sandbox.build()
    (sandbox.repository / "a.py").unlink()
    report = sandbox.build()
    assert {entry.rows for entry in report.tables.values()} == {0}
    assert report.bootstrap is None
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
    assert "Empty tables made" in done.stdout
    assert "Next, the functions" not in done.stdout
    sandbox.write(SMALL)
    done = sandbox.command("build", "repository", "-o", "graph")
    assert "warning: " not in done.stderr
    assert "Empty tables made" not in done.stdout
