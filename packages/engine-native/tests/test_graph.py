"""Builds and queries through the binding: progress, Ctrl-C, the interpreter left to others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import codeanatomy_engine as engine
import pytest
from codeanatomy_engine import errors


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("repository")
    for number in range(5):
        directory.joinpath(f"module{number}.py").write_text(
            f"class Egg{number}:\n"
            "    def boil(self, minutes):\n"
            f"        return boil{number}(minutes)\n"
            f"def boil{number}(minutes):\n    return minutes\n",
            encoding="utf-8",
        )
    return directory


@pytest.fixture(scope="module")
def graph(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("graphs") / "graph"
    engine.build_graph(repository, output)
    return output


def test_progress_is_told_in_order(repository: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []

    def tell(stage: str, done: int, total: int | None) -> None:
        told.append((stage, done, total))

    report = engine.build_graph(repository, tmp_path / "graph", progress=tell)
    assert report["files"]["total"] == 5
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages[0] == "scan"
    assert "extract" in stages
    assert ("extract", 5, 5) in told
    for stage in stages:
        done = [count for name, count, _ in told if name == stage]
        assert done == sorted(done)


def test_exception_of_progress_stops_the_build(repository: Path, graph: Path) -> None:
    before = engine.graph_manifest(graph)

    def refuse(*_: object) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        engine.build_graph(repository, graph, progress=refuse)
    after = engine.graph_manifest(graph)
    assert before["tables"].keys() == after["tables"].keys()
    assert engine.query_graph(graph, "select 1 from cpg_nodes", format="csv").rows > 0


def test_other_threads_run_during_a_build(tmp_path: Path) -> None:
    library = Path(json.__file__).parent
    ticks = 0
    finished = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not finished.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        start = time.perf_counter()
        engine.build_graph(library, tmp_path / "graph")
        seconds = time.perf_counter() - start
    finally:
        finished.set()
        thread.join()
    # A build that kept the interpreter would leave time for a handful.
    assert ticks > 50 * seconds


def test_registered_tables_are_those_of_the_manifest(session: Any, graph: Path) -> None:
    names = engine.register_graph(session, str(graph))
    manifest = engine.graph_manifest(graph)
    assert sorted(names) == sorted(manifest["tables"])
    for name, entry in manifest["tables"].items():
        assert session.table(name).count() == entry["rows"], name
    (row,) = session.sql("select count(*) as n from py_defs where def_kind = 'class'").to_pylist()
    assert row == {"n": 5}


def test_queries_need_no_datafusion_of_python(run: Any, graph: Path) -> None:
    answer = run(f"""
        import json
        import sys
        import codeanatomy_engine
        output = codeanatomy_engine.query_graph(
            {str(graph)!r},
            "select name from py_defs where def_kind = 'class' order by name",
            format="ndjson",
            max_rows=2,
        )
        loaded = [name for name in ("datafusion", "pyarrow", "numpy") if name in sys.modules]
        print(json.dumps([output.rows, output.truncated, output.text.decode(), loaded]))
    """)
    assert answer == [2, True, '{"name":"Egg0"}\n{"name":"Egg1"}\n', []]


def test_results_go_to_files(graph: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = tmp_path / "naïve name.parquet"
    output = engine.query_graph(
        graph, "select node_id, name from cpg_nodes", format="parquet", output=file
    )
    assert output.text is None
    assert not output.truncated
    assert pq.read_table(file).num_rows == output.rows > 0


def test_errors_have_their_classes(graph: Path, tmp_path: Path) -> None:
    with pytest.raises(errors.RepositoryNotFoundError) as missing:
        engine.build_graph(tmp_path / "missing", tmp_path / "graph")
    assert isinstance(missing.value, FileNotFoundError)
    with pytest.raises(errors.GraphNotFoundError):
        engine.graph_manifest(tmp_path)
    with pytest.raises(errors.QueryError):
        engine.query_graph(graph, "select nothing from nowhere")
    with pytest.raises(errors.QueryExecutionError):
        engine.query_graph(graph, "select 1 / (bstart - bstart) from cpg_nodes")
    with pytest.raises(errors.InvalidOptionError, match="spam"):
        engine.query_graph(graph, "select 1", format="spam")
    with pytest.raises(errors.InvalidOptionError, match="max_rows"):
        engine.query_graph(graph, "select 1", max_rows=-1)
    for threads in (0, -1):
        with pytest.raises(errors.InvalidOptionError, match="threads"):
            engine.build_graph(graph, tmp_path / "graph", threads=threads)


ENDLESS = "select count(*) from generate_series(1, 1000000000000) as t(x) where x % 7 = 3"


def interrupt(program: str, directory: Path) -> tuple[str, float]:
    """Run a program, send it Ctrl-C when it says that it is ready, and return its last words."""
    process = subprocess.Popen(
        [sys.executable, "-Wignore", "-u", "-c", program],
        cwd=directory,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    start = time.perf_counter()
    os.kill(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    return output, time.perf_counter() - start


def test_control_c_stops_a_query(graph: Path, tmp_path: Path) -> None:
    output, seconds = interrupt(
        f"""
import codeanatomy_engine
print("ready")
try:
    codeanatomy_engine.query_graph({str(graph)!r}, {ENDLESS!r})
except KeyboardInterrupt:
    again = codeanatomy_engine.query_graph({str(graph)!r}, "select 1", format="csv")
    print("interrupted", again.rows)
""",
        tmp_path,
    )
    assert output == "interrupted 1\n"
    assert seconds < 10


def test_control_c_stops_a_build_and_leaves_the_graph(graph: Path, tmp_path: Path) -> None:
    import os as library

    before = engine.graph_manifest(graph)
    output, _ = interrupt(
        f"""
import codeanatomy_engine

def progress(stage, done, total):
    if stage == "extract" and done < total:
        print("ready", flush=True) if not progress.told else None
        progress.told = True

progress.told = False
try:
    codeanatomy_engine.build_graph(
        {str(Path(library.__file__).parent)!r}, {str(graph)!r}, progress=progress, threads=1
    )
except KeyboardInterrupt:
    print("interrupted")
""",
        tmp_path,
    )
    assert output == "interrupted\n"
    assert engine.graph_manifest(graph) == before
    assert engine.query_graph(graph, "select 1 from cpg_nodes", format="csv").rows > 0
