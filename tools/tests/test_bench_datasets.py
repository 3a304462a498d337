"""The bench of datasets holds every contest on small tables, and its figures mean what they say."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import deltalake
import duckdb
import pytest
from distributions import installed
from repository.bench.command import main, read
from repository.bench.datasets.contest import Contest, Outcome
from repository.bench.datasets.inputs import main as write_inputs
from repository.bench.datasets.questions import about_files, rows_read
from repository.bench.datasets.report import report
from repository.bench.datasets.workload import FULL, SMALL, SYSTEMS
from repository.bench.datasets.workloads import FILES, WORKLOADS
from repository.bench.process import BenchError
from repository.bench.processes import Process
from repository.bench.rounds import Times

PYTHON = Path(sys.executable)
# Lines of plans as EXPLAIN ANALYZE writes them; the second scan is of rows in memory.
PLAN = """
HashJoinExec: mode=CollectLeft, metrics=[output_rows=713, input_rows=600.0 K]
  DataSourceExec: partitions=1, partition_sizes=[1], metrics=[output_rows=3]
  FFI_ExecutionPlan: DeltaScanExec, metrics=[output_rows=600.0 K]
    FFI_ExecutionPlan: DataSourceExec, metrics=[output_rows=1.25 M, files_opened=9,\
 pushdown_rows_pruned=2.5 K]
"""


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_contest_is_held(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is installed takes part and gives our answer, and whoever is not is named."""
    target = tmp_path / "bench.json"
    options = ["--small", "--rounds", "1", "--allow-debug", "--json", str(target)]
    assert main(["datasets", "--only", name, *options]) == 0, capsys.readouterr().err
    record = json.loads(target.read_text(encoding="utf-8"))
    (held,) = record["datasets"]
    workload = WORKLOADS[name]
    able = [each for each in workload.contenders if all(map(installed, each.distributions))]
    assert able[0].system == "codeanatomy"
    assert [each["times"]["name"] for each in held["outcomes"]] == [each.name for each in able]
    assert len(held["left_out"]) == len(workload.contenders) - len(able)
    for outcome in held["outcomes"]:
        times = outcome["times"]
        assert len(times["wall"]) == len(times["cpu"]) == workload.turns
        assert min(times["wall"]) > 0
        assert all(fact > 0 for fact in outcome["facts"].values())
    assert record["versions"]["deltalake"] == version("deltalake")
    assert (held["microseconds"] is None) == (name != "resolve")
    facts = [set(each["facts"]) for each in held["outcomes"]]
    if name == "join":
        assert facts == [{"rows read"}] * 3
        filtered, *others = (each["facts"]["rows read"] for each in held["outcomes"])
        assert filtered < SMALL.lines / 20
        assert others[-1] == SMALL.lines
    if name == "append":
        assert all({"peak MiB", "with 4 times the rows"} < each for each in facts)
    printed = capsys.readouterr().out
    assert printed.startswith("NOT FOR USE")
    assert "| work | peer | wall ÷ ours | CPU ÷ ours | aim |" in printed


def test_every_way_is_one_of_its_system() -> None:
    assert list(WORKLOADS) == [each.name for each in WORKLOADS.values()]
    for workload in WORKLOADS.values():
        names = [each.name for each in workload.contenders]
        assert len(set(names)) == len(names)
        assert workload.contenders[0].system == "codeanatomy"
        assert workload.contenders[0].aim is None
        for contender in workload.contenders:
            module: Any = f"repository/bench/datasets/on_{contender.system}.py"
            assert contender.system in SYSTEMS
            assert (Path(__file__).parents[1] / module).is_file()
    assert FULL.files % 100 == SMALL.files % 100 == 0


def test_the_tables_are_what_the_questions_are_about(tmp_path: Path) -> None:
    """Read by DuckDB and `deltalake`, without the engine."""
    write_inputs(tmp_path, "small", ["lines", "files", "rows"])
    lines = deltalake.DeltaTable(tmp_path / "lines")
    assert lines.metadata().partition_columns == ["month"]
    assert len(lines.file_uris()) == 84
    files = deltalake.DeltaTable(tmp_path / "files")
    assert (files.version(), len(files.file_uris())) == (99, SMALL.files)
    assert (tmp_path / "files/_delta_log/_last_checkpoint").is_file()
    with duckdb.connect() as connection:
        paths = lines.file_uris()
        query = f"select count(*), count(distinct shipdate) from read_parquet({paths})"
        assert connection.execute(query).fetchall() == [(SMALL.lines, 2526)]
        source = f"read_parquet({files.file_uris()}, hive_types = {{'day': date}})"
        answer = connection.execute(about_files(FILES, SMALL, source)).fetchall()
        ids = range(42, 46)
        assert answer == [(4, sum(each * 7 % 1000 for each in ids))]
        # The statistics of the log are those of the files.
        query = f"select min(id), max(id), min(value), max(value), count(*) from {source}"
        bounds = connection.execute(f"{query} group by filename order by 1").fetchall()
        arrow: Any = import_module("pyarrow")
        told = arrow.table(files.get_add_actions(flatten=True)).sort_by("min.id").to_pylist()
        names = ("min.id", "max.id", "min.value", "max.value", "num_records")
        assert [tuple(row[name] for name in names) for row in told] == bounds


def test_rows_that_a_scan_reads_are_told_by_its_plan() -> None:
    assert rows_read(PLAN) == 1_252_500
    with pytest.raises(ValueError, match="no scan of files"):
        rows_read("EmptyExec, metrics=[output_rows=1]")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["datasets", "--only", "hash"], "datasets are compared by lookup, aggregate"),
        (["datasets", "--source", "."], "the bench generates"),
        (["datasets", "--scale", "0.5"], "only the inputs of functions"),
        (["functions", "--small"], "only datasets have a small size"),
        (["--small"], "only datasets have a small size"),
    ],
)
def test_options_of_other_subjects_are_refused(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        read(arguments)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_errors_of_a_process_are_reported() -> None:
    process = Process(PYTHON, "repository.bench.datasets.worker", "duckdb")
    with pytest.raises(BenchError, match="KeyError: 'no such contest'"):
        process.tell(prepare=["no such contest", 0, "", "small"])
    process.end()


def outcome(
    ratio: float, rows: float, aim: float | None = None, rows_aim: float | None = None
) -> Outcome:
    name = "us" if aim is None else "them"
    times = Times(name, same=True, wall=(ratio,), cpu=(1,), wall_ratio=ratio, cpu_ratio=1)
    return Outcome(times, {"rows read": rows}, aim, rows_aim)


def test_missed_aims_are_said() -> None:
    reached = (outcome(1, 0), outcome(3, 100, 3, 100))
    missed = (outcome(1, 2), outcome(2.9, 100, 3, 100))
    first, second, third, summary = report(
        [
            Contest("a", "reached", reached, (), None, None),
            Contest("b", "missed", missed, ("x: y is not installed",), None, None),
            Contest("c", "each", reached[:1], (), 50.5, 50),
        ]
    )
    assert "| them | 3.00 | 1.00 | 3000.000 | 3000.000 | 1000.000 | 100 |" in first
    assert "Left out: x: y is not installed." in second
    assert third.startswith("| each |")
    both = "3: missed; rows read ÷ 50.0, aim 100: missed"
    assert summary.splitlines()[2:] == [
        "| reached (1000.00 ms) | them | 3.00 | 1.00 | 3; rows read ÷ 100.0, aim 100 |",
        f"| missed (1000.00 ms) | them | 2.90 | 1.00 | {both} |",
        "| each (1000.00 ms) | | 50.5 µs each | | at most 50 µs: missed |",
    ]
