"""`count_if` against DuckDB, and the further names of DataFusion's functions."""

from __future__ import annotations

from typing import Any

import codeanatomy_engine
import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = {
    "first_value": ["first_value_agg"],
    "last_value": ["last_value_agg"],
    "row_number": ["row_number_window", "dedupe_best_by_score"],
    "lag": ["lag_window"],
    "lead": ["lead_window"],
}


@pytest.fixture(scope="module")
def installed() -> Any:
    from datafusion import SessionConfig, SessionContext

    session = SessionContext(SessionConfig().with_target_partitions(4).with_batch_size(7))
    codeanatomy_engine.install_codeanatomy_runtime(session)
    return session


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.booleans()), max_size=40))
def test_count_if_is_count_with_a_filter_in_duckdb(
    installed: Any, rows: list[tuple[int, bool | None]]
) -> None:
    table = pa.table(
        {
            "g": pa.array([row[0] for row in rows], pa.int64()),
            "position": pa.array(range(len(rows)), pa.int64()),
            "condition": pa.array([row[1] for row in rows], pa.bool_()),
        }
    )
    window = "over (order by position rows between 2 preceding and 1 following)"
    grouped = "select g, {}, {} from t group by g order by g"
    framed = f"select position, {{}} {window}, {{}} {window} from t order by position"
    # Where nothing is counted DuckDB's own count_if is NULL.
    calls = {
        "count_if(condition)": "count(*) filter (where condition)",
        "count_if(not condition) filter (where position > 3)": (
            "count(*) filter (where not condition and position > 3)"
        ),
    }
    queries = [
        (query.format(*calls), query.format(*calls.values()))
        for query in [grouped, framed, "select {}, {} from t"]
    ]
    installed.from_arrow(table, name="t")
    try:
        with duckdb.connect() as duck:
            duck.register("t", table)
            for query, of_duck in queries:
                found = installed.sql(query).to_arrow_table().to_pylist()
                expected = duck.execute(of_duck).fetchall()
                assert [tuple(row.values()) for row in found] == expected
    finally:
        installed.deregister_table("t")


@pytest.mark.parametrize("name", NAMES)
def test_functions_of_datafusion_have_further_names(installed: Any, name: str) -> None:
    snapshot = codeanatomy_engine.registry_snapshot(installed)
    assert snapshot["aliases"][name] == NAMES[name]
    assert "datafusion" in snapshot["rewrite_tags"][name]
    assert snapshot["documentation"][name]["sql_example"]


def test_the_best_row_of_each_group_is_kept(installed: Any) -> None:
    query = """
        select path, score from (
            select *, dedupe_best_by_score() over (partition by path order by score desc) as rank
            from (values ('a', 1), ('b', 5), ('a', 3), ('b', 4)) as t(path, score)
        ) where rank = 1 order by path
    """
    assert installed.sql(query).to_pydict() == {"path": ["a", "b"], "score": [3, 5]}
