"""Change types of a change data feed, tags and scores, against plain Python."""

from __future__ import annotations

import math
from typing import Any

import codeanatomy_engine
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

RANKS = {"update_postimage": 3, "insert": 2, "delete": 1, "update_preimage": 0}
CHANGES = st.lists(
    st.none() | st.sampled_from([*RANKS, "INSERT", " insert", ""]) | st.text(max_size=5),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def installed() -> Any:
    from datafusion import SessionContext

    session = SessionContext()
    codeanatomy_engine.install_codeanatomy_runtime(session)
    return session


def column(session: Any, call: str, **columns: pa.Array) -> list[Any]:
    batch = pa.record_batch(list(columns.values()), names=list(columns))
    session.register_record_batches("t", [[batch]])
    try:
        return session.sql(f"select {call} as answer from t").to_pydict()["answer"]
    finally:
        session.deregister_table("t")


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())], ids=str
)
@settings(max_examples=20, deadline=None)
@given(changes=CHANGES)
def test_changes_have_ranks(installed: Any, kind: pa.DataType, changes: list[str | None]) -> None:
    ranks = [None if change is None else RANKS.get(change, -1) for change in changes]
    array = pa.array(changes, kind)
    assert column(installed, "cdf_change_rank(c)", c=array) == ranks
    assert column(installed, "cdf_is_upsert(c)", c=array) == [
        None if rank is None else rank in {2, 3} for rank in ranks
    ]
    assert column(installed, "cdf_is_delete(c)", c=array) == [
        None if rank is None else rank == 1 for rank in ranks
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.floats(), min_size=1, max_size=30))
def test_scores_are_from_0_to_1(installed: Any, numbers: list[float | None]) -> None:
    # An array of Python floats with from_pandas unset keeps NaN apart from NULL.
    answers = column(installed, "cpg_score(n)", n=pa.array(numbers, pa.float64()))
    assert answers == [
        None if number is None or math.isnan(number) else min(max(number, 0.0), 1.0)
        for number in numbers
    ]


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=10), st.lists(st.none() | st.integers(0, 9), min_size=1))
def test_tags_are_in_the_field_and_values_stay(
    installed: Any, tag: str, values: list[int | None]
) -> None:
    quoted = "'" + tag.replace("'", "''") + "'"
    batch = pa.record_batch([pa.array(values, pa.int16())], names=["v"])
    installed.register_record_batches("t", [[batch]])
    try:
        table = installed.sql(f"select semantic_tag({quoted}, v) as tagged from t").to_arrow_table()
    finally:
        installed.deregister_table("t")
    field = table.schema.field("tagged")
    written = {"node": "NodeId", "edge": "EdgeId", "span": "SpanId"}.get(tag, tag)
    assert field.metadata == {b"semantic_type": written.encode()}
    assert field.type == pa.int16()
    assert table.column("tagged").to_pylist() == values
