"""The aggregates of sets against plain Python, and against DuckDB on more rows."""

from __future__ import annotations

from typing import Any

import codeanatomy_engine
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.none() | st.text(alphabet="ab", max_size=3)),
    min_size=1,
    max_size=60,
)


@pytest.fixture(scope="module", params=[1, 4], ids="{} partitions".format)
def installed(request: pytest.FixtureRequest) -> Any:
    from datafusion import SessionConfig, SessionContext

    config = SessionConfig().with_target_partitions(request.param).with_batch_size(7)
    session = SessionContext(config)
    codeanatomy_engine.install_codeanatomy_runtime(session)
    return session


def answer(session: Any, query: str, batches: list[pa.RecordBatch]) -> list[dict[str, Any]]:
    # Each batch is a partition.
    session.register_record_batches("t", [[batch] for batch in batches])
    try:
        return session.sql(query).to_pylist()
    finally:
        session.deregister_table("t")


def batches(rows: list[tuple[int, Any]], kind: pa.DataType, size: int) -> list[pa.RecordBatch]:
    table = pa.table(
        [
            pa.array([key for key, _ in rows], pa.int64()),
            pa.array([value for _, value in rows], kind),
        ],
        names=["key", "value"],
    )
    return table.to_batches(max_chunksize=size)


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
    ],
    ids=str,
)
@settings(max_examples=20, deadline=None)
@given(rows=ROWS)
def test_sets_of_groups(installed: Any, kind: pa.DataType, rows: list[Any]) -> None:
    expected = []
    for key in sorted({key for key, _ in rows}):
        values = {value for other, value in rows if other == key}
        found = sorted(values - {None})
        expected.append(
            {
                "key": key,
                "values": found,
                "with_null": found + [None] * (None in values),
                "count": len(found),
            }
        )
    query = """
        select key, list_unique(value) as values, collect_set(value) respect nulls as with_null,
               count_distinct_agg(value) as count
        from t group by key order by key
    """
    assert answer(installed, query, batches(rows, kind, 17)) == expected


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(-3, 3)), min_size=1, max_size=30),
    st.integers(0, 4),
)
def test_sets_of_windows(installed: Any, rows: list[Any], width: int) -> None:
    numbered = [(position, value) for position, (_, value) in enumerate(rows)]
    expected = [
        sorted({value for _, value in numbered[max(0, row - width) : row + 1]} - {None})
        for row in range(len(rows))
    ]
    query = f"""
        select list_unique(value) over w as values, count_distinct_agg(value) over w as count
        from t window w as (order by key rows between {width} preceding and current row)
        order by key
    """
    assert answer(installed, query, batches(numbered, pa.int64(), 7)) == [
        {"values": values, "count": len(values)} for values in expected
    ]


def test_duckdb_finds_the_same_sets(installed: Any) -> None:
    import duckdb

    rows = [(row * 31 % 3000, f"value {row * row * 7919 % 5003}") for row in range(30_000)]
    facts = pa.Table.from_batches(batches(rows, pa.string(), 30_000))
    query = "select key, list_sort(list(distinct value)) from facts group by key order by key"
    connection = duckdb.connect()
    connection.register("facts", facts)
    expected = connection.execute(query).fetchall()
    found = answer(
        installed,
        "select key, list_unique(value) as values from t group by key order by key",
        facts.to_batches(max_chunksize=4000),
    )
    assert [(row["key"], row["values"]) for row in found] == expected
