"""Validation against oracles of another make: plain Python, DuckDB and polars."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import codeanatomy
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from codeanatomy.datasets import ValidationReport, validate
from codeanatomy.errors import (
    DatasetSpecError,
    InvalidOptionError,
    QueryError,
    ValidationFailedError,
)
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

CTX = codeanatomy.connect()
LAYOUTS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int8(), pa.string()),
    pa.dictionary(pa.int32(), pa.large_string()),
]
RULES: list[dict[str, Any]] = [
    {"kind": "not_null", "column": "i"},
    {"kind": "not_null", "column": "t"},
    {"kind": "range", "column": "i", "min": -3, "max": 4},
    {"kind": "range", "column": "i", "min": -2.5, "inclusive": False},
    {"kind": "range", "column": "f", "min": 0},
    {"kind": "range", "column": "f", "max": 0, "inclusive": False},
    {"kind": "range", "column": "t", "min": "a", "max": "é"},
    {"kind": "allowed_values", "column": "t", "values": ["", "a", "zz"]},
    {"kind": "allowed_values", "column": "f", "values": [0, 1.5]},
    {"kind": "unique", "columns": ["i"]},
    {"kind": "unique", "columns": ["t", "b"]},
    {"kind": "unique", "columns": ["f"]},
    {"kind": "predicate", "name": "p", "sql": "i > 0 or b"},
]

ROWS = st.fixed_dictionaries(
    {
        "i": st.none() | st.integers(-5, 5),
        "f": st.none() | st.sampled_from([0.0, -0.0, 1.5, -1.5, math.inf, -math.inf, math.nan]),
        "t": st.none() | st.sampled_from(["", "a", "b", "é", "zz", "a long text of more than 12"]),
        "b": st.none() | st.booleans(),
    }
)


def is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def outside(rule: dict[str, Any], value: Any) -> bool:
    if is_nan(value):
        return True
    least, greatest = rule.get("min"), rule.get("max")
    if rule.get("inclusive", True):
        return (least is not None and value < least) or (greatest is not None and value > greatest)
    return (least is not None and value <= least) or (greatest is not None and value >= greatest)


def violates(rule: dict[str, Any], row: dict[str, Any]) -> bool:
    """Decide on one row in plain Python."""
    if rule["kind"] == "predicate":
        more = None if row["i"] is None else row["i"] > 0
        return more is not True and row["b"] is not True and None not in {more, row["b"]}
    value = row[rule["column"]]
    if rule["kind"] == "not_null":
        return value is None
    if value is None:
        return False
    if rule["kind"] == "range":
        return outside(rule, value)
    return value not in rule["values"]


def key_of(rule: dict[str, Any], row: dict[str, Any]) -> tuple[Any, ...] | None:
    key = tuple(row[column] for column in rule["columns"])
    if None in key:
        return None
    return tuple("NaN" if is_nan(value) else value for value in key)


def expected(rule: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[int, list[int]]:
    """Return how many rows violate the rule, and which, unless it is about keys."""
    if rule["kind"] == "unique":
        keys = Counter(key for row in rows if (key := key_of(rule, row)) is not None)
        return sum(count for count in keys.values() if count > 1), []
    numbers = [number for number, row in enumerate(rows) if violates(rule, row)]
    return len(numbers), numbers


def found(report: ValidationReport) -> list[tuple[int, list[int | None]]]:
    return [
        (rule.violations, [example.row for example in rule.examples if example.count is None])
        for rule in report.rules
    ]


def table_of(rows: list[dict[str, Any]], layout: pa.DataType) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "i": pa.array([row["i"] for row in rows], pa.int64()),
        "f": pa.array([row["f"] for row in rows], pa.float64()),
        "t": pa.array([row["t"] for row in rows], pa.string()).cast(layout),
        "b": pa.array([row["b"] for row in rows], pa.bool_()),
    }
    return pa.table(columns)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(ROWS, max_size=40),
    layout=st.sampled_from(LAYOUTS),
    partitions=st.sampled_from([1, 8]),
    batch=st.sampled_from([1, 3, 64]),
)
def test_every_rule_agrees_with_plain_python(
    rows: list[dict[str, Any]], layout: pa.DataType, partitions: int, batch: int
) -> None:
    table = table_of(rows, layout)
    batches = table.to_batches(max_chunksize=batch)
    each = max(1, math.ceil(len(batches) / partitions))
    dealt = [batches[start : start + each] for start in range(0, len(batches), each)]
    empty = pa.RecordBatch.from_pylist([], schema=table.schema)
    frame = CTX.create_dataframe(dealt or [[empty]])
    report = validate(CTX, frame, {"rules": RULES}, examples=50)
    assert report.rows_checked == len(rows)
    assert found(report) == [expected(rule, rows) for rule in RULES]
    assert report.passed == all(rule.violations == 0 for rule in report.rules)
    for rule in report.rules:
        assert (rule.status == "passed") == (rule.violations == 0)
        assert rule.fraction == (rule.violations / len(rows) if rows else None)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ROWS, max_size=30), lazy_rules=st.permutations(RULES[:9]))
def test_the_first_violation_is_that_of_the_first_row(
    rows: list[dict[str, Any]], lazy_rules: list[dict[str, Any]]
) -> None:
    table = table_of(rows, pa.string())
    report = validate(CTX, table, {"rules": lazy_rules, "lazy": False})
    first = next(
        (
            (number, place)
            for number, row in enumerate(rows)
            for place, rule in enumerate(lazy_rules)
            if violates(rule, row)
        ),
        None,
    )
    failed = [place for place, rule in enumerate(report.rules) if rule.status == "failed"]
    if first is None:
        assert report.passed
        assert failed == []
    else:
        number, place = first
        assert failed == [place]
        assert report.rules[place].examples[0].row == number
        assert report.rows_checked == number + 1


@pytest.mark.parametrize("rows", [0, 1, 200_000])
def test_counts_of_files_agree_with_duckdb_and_polars(rows: int, tmp_path: Path) -> None:
    relation = duckdb.sql(
        f"""select i, if(i % 7 = 0, null, i % 1000) as code, (i * 37 % 500) / 4.0 as price,
        'name ' || (i % 977) as name, date '2020-01-01' + (i % 2000)::int as day,
        timestamptz '2020-01-01 00:00:00+00' + to_seconds(i) as moment from range({rows}) t(i)"""
    )
    assert relation is not None
    made = relation.to_arrow_table()
    for part in range(8):
        size = rows // 8 + 1
        pq.write_table(
            made.slice(part * size, size), tmp_path / f"{part}.parquet", row_group_size=9999
        )
    CTX.deregister_table("orders")
    CTX.register_parquet("orders", str(tmp_path))
    rules = [
        {"kind": "not_null", "column": "code"},
        {"kind": "range", "column": "price", "min": 1, "max": 100.25},
        {"kind": "range", "column": "day", "max": "2024-12-31"},
        {"kind": "range", "column": "moment", "min": "2020-01-02T02:00:00+02:00"},
        {"kind": "allowed_values", "column": "code", "values": list(range(100))},
        {"kind": "unique", "columns": ["name", "code"]},
        {"kind": "predicate", "name": "p", "sql": "length(name) < 8 or price > 2"},
    ]
    report = validate(CTX, "orders", {"rules": rules})
    assert report.rows_checked == rows
    counted = duckdb.sql(
        """select count(*) filter (code is null), count(*) filter (price not between 1 and 100.25),
        count(*) filter (day > date '2024-12-31'),
        count(*) filter (moment < timestamptz '2020-01-02 00:00:00+00'),
        count(*) filter (code >= 100),
        (select coalesce(sum(n), 0) from (select count(*) as n from made where code is not null
         group by name, code having count(*) > 1)),
        count(*) filter (not (length(name) < 8 or price > 2)) from made"""
    )
    assert counted is not None
    by_duckdb = counted.fetchall()[0]
    assert [rule.violations for rule in report.rules] == [int(count) for count in by_duckdb]
    frame = pl.from_arrow(made)
    assert isinstance(frame, pl.DataFrame)
    known = frame.filter(pl.col("code").is_not_null())
    assert report.rules[5].violations == int(known.select("name", "code").is_duplicated().sum())
    # Files are numbered in their order, however many threads read them.
    values = made.to_pylist()
    for rule in report.rules:
        for example in rule.examples:
            if example.count is None:
                assert example.row is not None
                assert example.values["i"] == values[example.row]["i"]


def test_data_may_be_a_name_a_frame_or_an_arrow_table_of_any_library() -> None:
    policy = {"rules": [{"kind": "range", "column": "x", "max": 2}]}
    arrow = pa.table({"x": [1, 2, 3]})
    CTX.deregister_table("named")
    CTX.from_arrow(arrow, name="named")
    before = set(CTX.catalog().schema().names())
    data = ["named", CTX.table("named"), arrow, pl.DataFrame({"x": [1, 2, 3]}), arrow.to_reader()]
    for rows in data:
        report = validate(CTX, rows, policy)
        assert (report.rows_checked, report.rules[0].violations) == (3, 1)
    assert set(CTX.catalog().schema().names()) == before


def test_rows_without_an_order_have_no_numbers() -> None:
    numbers = "generate_series(1, 50)"
    rows = CTX.sql(f"select a.value as x from {numbers} a join {numbers} b on a.value = b.value")
    report = validate(CTX, rows, {"rules": [{"kind": "range", "column": "x", "max": 2}]})
    assert report.rules[0].violations == 48
    assert {example.row for example in report.rules[0].examples} == {None}


def test_functions_of_the_session_are_called() -> None:
    table = pa.table({"x": ["ß", "ss", "a"]})
    rule = {"kind": "predicate", "name": "folded", "sql": "utf8_normalize(x) = 'ss'"}
    report = validate(CTX, table, {"rules": [rule]})
    assert [example.row for example in report.rules[0].examples] == [2]
    codeanatomy.session.run_sql(
        CTX, "create or replace function small(n varchar) returns boolean return length(n) < 2"
    )
    rule = {"kind": "predicate", "name": "small", "sql": "small(x)"}
    assert validate(CTX, table, {"rules": [rule]}).rules[0].violations == 1


def test_a_failed_report_raises_with_the_report() -> None:
    table = pa.table({"x": [1, 2, None]})
    rules = [
        {"kind": "not_null", "column": "x"},
        {"kind": "range", "column": "x", "max": 1, "severity": "warning"},
        {"kind": "required_columns", "columns": ["y", "x"], "name": "needed"},
    ]
    report = validate(CTX, table, {"rules": rules})
    with pytest.raises(ValidationFailedError) as caught:
        report.raise_if_failed()
    assert caught.value.code == "validation-failed"
    assert caught.value.report is report
    assert str(caught.value).startswith(
        "2 rules are violated: not_null(x) by 1 of 3 rows; needed (missing: y)"
    )
    validate(CTX, table, {"rules": rules[1:2]}).raise_if_failed()


@pytest.mark.parametrize(
    ("policy", "kind", "told"),
    [
        ({"rules": [{"kind": "range", "column": "y", "max": 1}]}, DatasetSpecError, "column 'y'"),
        ({"rules": [{"kind": "range", "column": "x", "max": "1"}]}, DatasetSpecError, "numbers"),
        ({"rules": [{"kind": "rang", "column": "x"}]}, DatasetSpecError, "rang"),
        ({"rule": []}, DatasetSpecError, "rules"),
        ({"rules": [{"kind": "predicate", "name": "p", "sql": "x >"}]}, DatasetSpecError, "'p'"),
    ],
)
def test_policies_that_do_not_fit_are_refused(
    policy: dict[str, Any], kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told):
        validate(CTX, pa.table({"x": [1]}), policy)


def test_other_arguments_are_checked() -> None:
    table = pa.table({"x": [1]})
    with pytest.raises(InvalidOptionError, match="examples is -1"):
        validate(CTX, table, {}, examples=-1)
    with pytest.raises(QueryError, match="nowhere"):
        validate(CTX, "nowhere", {})
    with pytest.raises(TypeError, match="Arrow table, got int"):
        validate(CTX, 3, {})
    with pytest.raises(DatasetSpecError, match="schema"):
        validate(CTX, table, {}, schema={"field": []})
    with pytest.raises(QueryError, match="two columns"):
        validate(CTX, CTX.sql("select * from (select 1 as x) a, (select 2 as x) b"), {})


def test_a_declared_schema_may_be_arrows_or_a_record() -> None:
    table = pa.table({"x": [1, None], "y": ["a", "b"]})
    arrow = pa.schema([pa.field("x", pa.int64(), nullable=False)])
    record = {"fields": [{"name": "x", "type": "Int64", "nullable": False}]}
    for schema in (arrow, record):
        report = validate(CTX, table, {"strict": True}, schema=schema)
        assert [(rule.rule, rule.violations) for rule in report.rules] == [
            ("declared_columns", 0),
            ("undeclared_columns", 1),
            ("column_types", 0),
            ("not_null(x)", 1),
        ]
