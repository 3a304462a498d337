"""`assert_same_result` and the plans: what is the same, and what is not."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import codeanatomy
import duckdb
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy_testkit.plans import assert_plan, normalise_plan, plan_text
from codeanatomy_testkit.results import assert_same_result

if TYPE_CHECKING:
    from datafusion import SessionContext


@pytest.fixture(scope="module")
def session() -> SessionContext:
    return codeanatomy.connect()


NAN = float("nan")
SAME: list[tuple[Any, Any]] = [
    ([1, 2, 2], [2, 1, 2]),
    ([0.1 + 0.2, NAN, None, -0.0], [0.0, None, 0.3, NAN]),
    ([1, 2], [Decimal(2), Decimal(1)]),
    ([1, 2], [2.0, 1.0]),
    (pa.array(["a", None]).dictionary_encode(), pa.array([None, "a"], pa.string_view())),
    ([[1, None], None, []], pa.array([None, [], [1, None]], pa.large_list(pa.int8()))),
    ([{"x": 1, "y": [0.5]}], [{"x": 1, "y": [0.5 + 1e-13]}]),
    ([None, None], pa.array([None, None], pa.int64())),
    (
        pa.array([dt.datetime(2026, 1, 1, 12)], pa.timestamp("ns")),  # noqa: DTZ001
        pa.array([dt.datetime(2026, 1, 1, 12)], pa.timestamp("s")),  # noqa: DTZ001
    ),
    (
        pa.array([[("b", 1), ("a", 2)]], pa.map_(pa.string(), pa.int64())),
        pa.array([[("a", 2), ("b", 1)]], pa.map_(pa.string(), pa.int32())),
    ),
    # Nearest by the first number is not nearest by all: pairs are made by matching.
    ([[1.0, 9.0], [1.0 + 1e-10, 5.0]], [[1.0, 5.0], [1.0 + 1e-10, 9.0]]),
]
OTHER: list[tuple[Any, Any, str]] = [
    ([1, 2, 2], [1, 1, 2], "only in the left result:\n  c=2\nonly in the right result:\n  c=1"),
    ([1], [1, 1], "1 and 2 rows"),
    ([1.0], [1.0 + 1e-6], "only in the left"),
    ([1, 2], [1.0, 3.0], "only in the left result:\n  c=2"),
    ([10**17], [10**17 + 1], "only in the left"),
    ([{"id": 10**17, "x": 0.5}], [{"id": 10**17 + 1, "x": 0.5}], "only in the left"),
    ([None], [0], "c=None"),
    ([1], ["1"], "int64 and of string: number is not text"),
    ([True], [1], "bool is not number"),
    ([[1, 2]], [[2, 1]], "only in the left"),
    ([{"x": 1}], [{"y": 1}], "struct<x: number> is not struct<y: number>"),
    (
        pa.array([1], pa.timestamp("ns")),
        pa.array([0], pa.timestamp("us")),
        "only in the left",
    ),
    (
        pa.array([1], pa.timestamp("us", "UTC")),
        pa.array([1], pa.timestamp("us")),
        "timestamp with time zone is not timestamp",
    ),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_same_rows(left: Any, right: Any) -> None:
    assert_same_result(pa.table({"c": left}), pa.table({"c": right}))
    assert_same_result(pa.table({"c": right}), pa.table({"c": left}))


@pytest.mark.parametrize(("left", "right", "words"), OTHER)
def test_other_rows(left: Any, right: Any, words: str) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_same_result(pa.table({"c": left}), pa.table({"c": right}))
    assert words in str(caught.value)


def test_order_types_and_names_count_where_asked() -> None:
    table = pa.table({"a": [1, 2]})
    assert_same_result(table, table, ordered=True, exact_types=True)
    with pytest.raises(AssertionError, match=r"row 0 differs\nleft:  a=1\nright: a=2"):
        assert_same_result(table, pa.table({"a": [2, 1]}), ordered=True)
    with pytest.raises(AssertionError, match="left result has 2 rows, the right one 1"):
        assert_same_result(table, table.slice(0, 1), ordered=True)
    with pytest.raises(AssertionError, match="'a' is of int64 and of int32"):
        assert_same_result(table, pa.table({"a": pa.array([1, 2], pa.int32())}), exact_types=True)
    with pytest.raises(AssertionError, match=r"columns differ: \['a'\] and \['b'\]"):
        assert_same_result(table, table.rename_columns(["b"]))


def test_many_close_rows_are_compared_fast() -> None:
    numbers = [float(number % 977) for number in range(30_000)]
    left = pa.table({"x": numbers, "y": [number / 3 for number in numbers]})
    right = pa.table({"x": numbers[::-1], "y": [number / 3 + 1e-12 for number in numbers[::-1]]})
    start = time.process_time()
    assert_same_result(left, right)
    with pytest.raises(AssertionError, match=r"and 29995 more"):
        assert_same_result(left, right, relative=0.0, absolute=0.0)
    assert time.process_time() - start < 30


def test_engines_agree(session: SessionContext) -> None:
    query = """
        select g, sum(x) as total, avg(x / 7.0) as mean, array_agg(x order by x) as xs
        from (values ('a', 1), ('b', 2), ('a', 3), (null, 4)) as t(g, x) group by g
    """
    with duckdb.connect() as duck:
        assert_same_result((session, query), (duck, query))
        assert_same_result(session.sql(query), duck.sql(query))
        with pytest.raises(AssertionError, match="only in the left result"):
            assert_same_result((session, query), (duck, query.replace("4", "5")))
    frame = pl.DataFrame({"n": [2, 1], "t": ["b", "a"]})
    assert_same_result((session, "select * from (values (1, 'a'), (2, 'b')) as t(n, t)"), frame)


def test_what_is_no_result_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=r"a pair \(session, SQL\); got list"):
        assert_same_result([1], pa.table({}))  # pyright: ignore[reportArgumentType]


def test_plans_are_asserted(session: SessionContext) -> None:
    query = "select n, count(*) from (values (1), (2)) as t(n) where n > 1 group by n"
    assert_plan(session, query, contains=["FilterExec", "column1@0 > 1"], lacks=["SortExec"])
    assert_plan(session, query, contains=["Filter"], plan="logical")
    # A word of an operator's name is not the operator.
    assert_plan(session, query, lacks=["Filter"])
    with pytest.raises(
        AssertionError, match=r"(?s)lacks 'SortExec', it has 'FilterExec'.*Aggregate"
    ):
        assert_plan(session, query, contains=["SortExec"], lacks=["FilterExec"])
    with pytest.raises(ValueError, match="nothing is asserted"):
        assert_plan(session, query)


def test_plans_do_not_name_what_changes(session: SessionContext, tmp_path: Any) -> None:
    texts: list[str] = []
    for name, partitions in (("a", 3), ("b", 5)):
        directory = tmp_path / name
        codeanatomy.delta.DeltaTable(directory).append(pa.table({"x": [1, 2, 3]}))
        session.sql(f"set datafusion.execution.target_partitions = {partitions}")
        query = f"select x, count(*) from read_delta('{directory}') where x > 1 group by x"
        texts.append(plan_text(session, query))
    assert texts[0] == texts[1]
    assert "AggregateExec" in texts[0]
    assert "<files>" in texts[0]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (
            "DataSourceExec: partitions=4, partition_sizes=[1, 0]",
            "partitions=<n>, partition_sizes=[<n>]",
        ),
        ("files=/tmp/x y/t.parquet:0..512", "<path>"),
        ("a / b, 'x/y'", "a / b, 'x/y'"),
        ("id = 'deadbeef'", "id = 'deadbeef'"),
        (
            "FilterExec: x@0 = 1, metrics=[output_rows=3, elapsed_compute=5ms]",
            "FilterExec: x@0 = 1",
        ),
        ("statistics=[Rows=Exact(3), Bytes=Inexact(120)]", "[Rows=<n>, Bytes=<n>]"),
    ],
)
def test_volatile_parts(text: str, normal: str) -> None:
    assert normal in normalise_plan(text)
