"""The aggregates that choose a value, against plain Python and against DuckDB."""

from __future__ import annotations

import math
from typing import Any

import codeanatomy_engine
import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ["any_value_det", "arg_max", "arg_min"]
FRAMES = [
    "rows between 2 preceding and current row",
    "rows between 1 preceding and 2 following",
    "rows between 3 following and 5 following",
    "rows between unbounded preceding and 1 preceding",
    "range between 2 preceding and 1 following",
    "groups between 1 preceding and current row",
]

VALUES = st.none() | st.text(max_size=20)
NUMBERS = st.none() | st.integers(-3, 3)
ROWS = st.lists(st.tuples(st.integers(0, 3), VALUES, NUMBERS), max_size=40)


def session_of(partitions: int) -> Any:
    from datafusion import SessionConfig, SessionContext

    config = SessionConfig().with_target_partitions(partitions).with_batch_size(7)
    session = SessionContext(config)
    codeanatomy_engine.install_codeanatomy_runtime(session)
    return session


@pytest.fixture(scope="module")
def installed() -> Any:
    return session_of(1)


@pytest.fixture(scope="module")
def divided() -> Any:
    return session_of(4)


@pytest.fixture(scope="module")
def duck() -> Any:
    with duckdb.connect() as connection:
        yield connection


def answer(session: Any, query: str, table: pa.Table) -> list[list[Any]]:
    session.from_arrow(table, name="t")
    try:
        return [list(row.values()) for row in session.sql(query).to_arrow_table().to_pylist()]
    finally:
        session.deregister_table("t")


def answer_of_duck(duck: Any, query: str, table: pa.Table) -> list[list[Any]]:
    duck.register("t", table)
    return [list(row) for row in duck.execute(query).fetchall()]


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_ties_go_by_the_value(
    installed: Any, divided: Any, rows: list[tuple[int, str | None, int | None]]
) -> None:
    table = pa.table(
        {
            "g": pa.array([row[0] for row in rows], pa.int64()),
            "value": pa.array([row[1] for row in rows], pa.string_view()),
            "key": pa.array([row[2] for row in rows], pa.int32()),
        }
    )
    expected = []
    for group in sorted({row[0] for row in rows}):
        pairs = [
            (key, value.encode(), value)
            for at, value, key in rows
            if at == group and key is not None and value is not None
        ]
        least = min(pairs)[2] if pairs else None
        expected.append([group, least, max(pairs)[2] if pairs else None, least])
    query = (
        "select g, any_value_det(value, key), arg_max(value, key), arg_min(value, key) "
        "from t group by g order by g"
    )
    assert answer(installed, query, table) == expected
    assert answer(divided, query, table) == expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.none() | st.integers(),
            st.none() | st.floats(allow_subnormal=False),
        ),
        max_size=30,
        # DuckDB takes any of several rows with the greatest key.
        unique_by=lambda row: "nan" if row[2] is not None and math.isnan(row[2]) else row[2],
    )
)
def test_nulls_and_nan_are_as_in_duckdb(
    divided: Any, duck: Any, rows: list[tuple[int, int | None, float | None]]
) -> None:
    # Beyond 64 bits there is no such column.
    values = [None if row[1] is None else row[1] % 2**63 for row in rows]
    table = pa.table(
        {
            "g": pa.array([row[0] for row in rows], pa.int64()),
            "value": pa.array(values, pa.int64()),
            # DuckDB knows one NaN and one zero.
            "key": pa.array(
                [
                    None if row[2] is None else math.nan if math.isnan(row[2]) else row[2] + 0.0
                    for row in rows
                ],
                pa.float64(),
            ),
        }
    )
    query = "select g, arg_max(value, key), arg_min(value, key) from t group by g order by g"
    assert answer(divided, query, table) == answer_of_duck(duck, query, table)


@pytest.mark.parametrize("frame", FRAMES)
@settings(max_examples=20, deadline=None)
@given(rows=ROWS)
def test_frames_are_as_in_duckdb(
    installed: Any, duck: Any, frame: str, rows: list[tuple[int, str | None, int | None]]
) -> None:
    # No two rows have one key: DuckDB takes any of several rows with the greatest key.
    table = pa.table(
        {
            "g": pa.array([row[0] for row in rows], pa.int64()),
            "position": pa.array(range(len(rows)), pa.int64()),
            "value": pa.array([row[1] for row in rows], pa.string()),
            "key": pa.array(
                [
                    None if row[2] is None else row[2] * 100 + position
                    for position, row in enumerate(rows)
                ],
                pa.int64(),
            ),
        }
    )
    window = f"over (partition by g order by position {frame})"
    query = (
        f"select position, arg_max(value, key) {window}, arg_min(value, key) {window}, "
        f"arg_max(value, key) filter (where key > 0) {window} from t order by position"
    )
    assert answer(installed, query, table) == answer_of_duck(duck, query, table)
