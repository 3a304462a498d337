"""The bench of functions holds every contest it names, and refuses answers that have to agree."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest
from distributions import installed
from repository.bench.answers import checksum, plain
from repository.bench.command import main, read
from repository.bench.functions import built_in, contest
from repository.bench.functions.inputs import write_table
from repository.bench.functions.macros import nested
from repository.bench.functions.report import report
from repository.bench.functions.workload import Contender
from repository.bench.functions.workloads import TOPICS, WORKLOADS
from repository.bench.process import BenchError
from repository.bench.processes import Process, installed_versions
from repository.bench.rounds import Times, compare, run_rounds
from repository.root import ROOT

PYTHON = Path(sys.executable)
TPCH_TABLES = {
    "customer": "c_custkey int, c_name text, c_address text, c_nationkey int, c_phone text,"
    " c_acctbal decimal(15, 2), c_mktsegment text, c_comment text",
    "lineitem": "l_orderkey int, l_partkey int, l_suppkey int, l_quantity decimal(15, 2),"
    " l_extendedprice decimal(15, 2), l_discount decimal(15, 2), l_tax decimal(15, 2),"
    " l_returnflag text, l_linestatus text, l_shipdate date, l_commitdate date,"
    " l_receiptdate date, l_shipinstruct text, l_shipmode text",
    "nation": "n_nationkey int, n_name text, n_regionkey int",
    "orders": "o_orderkey int, o_custkey int, o_orderstatus text, o_totalprice decimal(15, 2),"
    " o_orderdate date, o_orderpriority text, o_shippriority int, o_comment text",
    "part": "p_partkey int, p_name text, p_mfgr text, p_brand text, p_type text, p_size int,"
    " p_container text",
    "partsupp": "ps_partkey int, ps_suppkey int, ps_availqty int, ps_supplycost decimal(15, 2)",
    "region": "r_regionkey int, r_name text",
    "supplier": "s_suppkey int, s_name text, s_address text, s_nationkey int, s_phone text,"
    " s_acctbal decimal(15, 2), s_comment text",
}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_contest_is_held(
    topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is installed takes part, and whoever is not is named."""
    target = tmp_path / "bench.json"
    options = ["--scale", "0.0005", "--rounds", "1", "--allow-debug", "--json", str(target)]
    assert main(["functions", "--only", topic, *options]) == 0, capsys.readouterr().err
    contests = json.loads(target.read_text(encoding="utf-8"))["functions"]
    workloads = [each for each in WORKLOADS.values() if each.topic == topic]
    assert [each["name"] for each in contests] == [each.name for each in workloads]
    for held, workload in zip(contests, workloads, strict=True):
        able = [each for each in workload.contenders if all(map(installed, each.distributions))]
        if workload.contenders[0] not in able:
            able = []
        assert [each["name"] for each in held["times"]] == [each.name for each in able]
        assert len(held["left_out"]) == len(workload.contenders) - len(able)
        for times in held["times"]:
            assert len(times["wall"]) == len(times["cpu"]) == workload.turns
            assert min(times["wall"]) > 0
        assert all(each["wall_ratio"] == 1 for each in held["times"][:1])
    printed = capsys.readouterr().out
    assert printed.startswith("NOT FOR USE")
    assert all(workload.title in printed for workload in workloads)


def test_contests_differ_in_name_and_contenders_in_theirs() -> None:
    assert len(WORKLOADS) == 46
    for workload in WORKLOADS.values():
        names = [each.name for each in workload.contenders]
        assert len(set(names)) == len(names) > 1
        assert workload.contenders[0].same


def test_queries_of_tpch_are_queries_of_its_tables() -> None:
    queries = built_in.tpch_queries()
    assert list(queries) == [f"q{number}" for number in range(1, 23)]
    with duckdb.connect() as connection:
        for table, columns in TPCH_TABLES.items():
            connection.execute(f"create table {table} ({columns})")
        for query in queries.values():
            connection.execute(query)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--only", "hash"], "programs are compared by build, import, start"),
        (["functions", "--only", "build"], "functions are compared by hash"),
        (["functions", "--source", "."], "the bench generates"),
        (["--scale", "0.5"], "only the inputs of functions"),
        (["functions", "--scale", "0"], "not above 0"),
        (["functions", "--scale", "1.5"], "at most 1"),
    ],
)
def test_options_of_the_other_subject_are_refused(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        read(arguments)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_contests_are_chosen_by_topic_or_name() -> None:
    assert read(["functions", "--only", "groups", "--only", "tpch-q5"]).only == [
        "groups",
        "tpch-q5",
    ]


def test_debug_engine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", "--scale", "0.0005"]) == 2
    assert "figures mean nothing" in capsys.readouterr().err


def test_answers_that_have_to_agree_are_compared() -> None:
    first, second = Contender("a", "duckdb", "x"), Contender("b", "polars", "y")
    compare("answer", [first, second], ["1", "1"])
    other = Contender("c", "polars", "z", same=False)
    compare("answer", [first, other], ["1", "2"])
    with pytest.raises(BenchError, match=r"the answer of b is not that of a: y"):
        compare("answer", [first, second], ["1", "2"])


class Scripted:
    """A process whose answers are given."""

    def __init__(self, log: list[str], name: str, answers: list[str], seconds: float = 1) -> None:
        self.log, self.name, self.answers, self.seconds = log, name, answers, seconds

    def tell(self, **command: object) -> dict[str, Any]:
        assert command == {"run": True}
        self.log.append(self.name)
        return {"wall": self.seconds, "cpu": 2 * self.seconds, "answer": self.answers.pop(0)}


def run(*processes: Scripted) -> tuple[Times, ...]:
    entered = [Contender(each.name, "duckdb", each.name, same=False) for each in processes]
    return run_rounds(entered, cast("list[Process]", list(processes)), 3)


def test_contenders_take_turns_and_who_begins_moves_on() -> None:
    log: list[str] = []
    fast, slow = run(Scripted(log, "a", list("111")), Scripted(log, "b", list("222"), 3))
    assert log == ["a", "b", "b", "a", "a", "b"]
    assert fast.wall == (1, 1, 1)
    assert slow.cpu == (6, 6, 6)
    assert (fast.wall_ratio, slow.wall_ratio, slow.cpu_ratio) == (1, 3, 3)


def test_an_answer_that_changes_is_refused() -> None:
    with pytest.raises(BenchError, match="b does not always give the same answer"):
        run(Scripted([], "a", list("111")), Scripted([], "b", list("223")))


def test_errors_of_a_process_are_reported() -> None:
    process = Process(PYTHON, "repository.bench.functions.worker", "duckdb")
    with pytest.raises(BenchError, match=r"KeyError: 'no such workload'"):
        process.tell(prepare=["no such workload", 0, "", 1])
    process.process.kill()
    for _ in range(2):
        with pytest.raises(BenchError, match="the duckdb process ended with exit code -9"):
            process.tell(run=True)
    process.end()


def test_versions_of_what_is_not_installed_are_none() -> None:
    versions = installed_versions(PYTHON, ["duckdb", "no-such-distribution"])
    assert versions == {"duckdb": version("duckdb"), "no-such-distribution": None}


def test_equal_values_of_different_systems_are_equal_texts() -> None:
    assert plain(2**64 - 1) == plain(-1) == "-1"
    assert plain(Decimal("2.50")) == plain(2.5)
    assert plain(Decimal("3.00")) == plain(3.0) == plain(3)
    assert plain(["b", "a"]) == plain(["a", "b"]) != plain(["a"])
    assert plain(None) != plain("")
    assert checksum([(1, "x"), (2, "y")]) == checksum([(2, "y"), (1, "x")])
    assert checksum([(1, "x"), (2, "y")]) != checksum([(1, "y"), (2, "x")])


@pytest.mark.parametrize("table", ["entries", "lines"])
def test_inputs_of_a_scale_are_always_the_same(table: str, tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_table(tmp_path / folder, table, 0.001)
    first, second = (tmp_path / folder / f"{table}.arrow" for folder in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    arrow: Any = import_module("pyarrow")
    with arrow.ipc.open_file(first) as file:
        rows: list[dict[str, Any]] = file.read_all().to_pylist()
    assert len(rows) == (3000 if table == "entries" else 2000)
    if table == "entries":
        assert len({row["rank"] for row in rows}) == len(rows)
        return
    assert 0.05 < sum(not row["line"].isascii() for row in rows) / len(rows) < 0.2
    for row in rows:
        # A column within a character would not decode.
        assert row["line"].startswith(
            row["line"].encode("utf-16-le")[: 2 * row["col"]].decode("utf-16-le")
        )


@pytest.mark.parametrize(
    ("imports", "ours", "whose"),
    [("import ", True, "CodeAnatomy"), ("import codeanatomy, ", False, "DataFusion")],
)
def test_the_other_native_library_is_refused(imports: str, *, ours: bool, whose: str) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r})\n{imports}datafusion\n"
        "from repository.bench.functions.on_datafusion import check_library\n"
        f"check_library(ours={ours})"
    )
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert f"is not {whose}'s native library" in finished.stderr


def test_topics_with_several_contests_have_a_summary() -> None:
    def held(name: str, ratio: float) -> contest.Contest:
        one = Times("a", same=True, wall=(1.0,), cpu=(1.0,), wall_ratio=1, cpu_ratio=1)
        other = Times("b", same=False, wall=(ratio,), cpu=(1.0,), wall_ratio=ratio, cpu_ratio=1)
        return contest.Contest(name, "topic", name, (one, other), ("c: x is not installed",))

    first, second, summary = report([held("first", 2.0), held("second", 8.0)])
    assert "| first | wall ÷ `a` |" in first
    assert "| b | 8.00 | 1.00 | 8000.000 | 8000.000 | 1000.000 | others |" in second
    assert "Left out: c: x is not installed." in second
    assert "| b | 4.00 | 1.00 | 8.00 |" in summary


def test_macros_nest() -> None:
    assert nested("greatest(?, ? + 1)", 2) == (
        "greatest(greatest(number, number + 1), greatest(number, number + 1) + 1)"
    )
