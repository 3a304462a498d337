"""The span functions against sets of positions, and what they say of their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import codeanatomy_engine
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = [
    "span_make",
    "span_len",
    "span_overlaps",
    "span_contains",
    "span_intersection",
    "span_union",
    "span_shift",
    "span_id",
    "interval_align_score",
]


@dataclass(frozen=True)
class Span:
    """A span; its positions are those from `start` up to `stop`."""

    start: int
    stop: int
    end_exclusive: bool
    line_base: int
    unit: str = "utf16"

    def struct(self) -> dict[str, Any]:
        return {
            "bstart": self.start,
            "bend": self.stop if self.end_exclusive else self.stop - 1,
            "line_base": self.line_base,
            "col_unit": self.unit,
            "end_exclusive": self.end_exclusive,
        }


def make(*, start: int, length: int, end_exclusive: bool, line_base: int) -> Span:
    return Span(start, start + length, end_exclusive, line_base)


SPANS = st.lists(
    st.none()
    | st.builds(
        make,
        start=st.integers(-6, 6),
        length=st.integers(0, 6),
        end_exclusive=st.booleans(),
        line_base=st.integers(0, 1),
    ),
    min_size=2,
    max_size=30,
)
SPAN_TYPE = pa.struct(
    [
        ("bstart", pa.int64()),
        ("bend", pa.int64()),
        ("line_base", pa.int32()),
        ("col_unit", pa.string()),
        ("end_exclusive", pa.bool_()),
    ]
)


@pytest.fixture(scope="module")
def installed() -> Any:
    return session()


def session() -> Any:
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


def combined(a: Span | None, b: Span | None, what: str) -> Any:
    if a is None or b is None:
        return None
    positions = set(range(a.start, a.stop)), set(range(b.start, b.stop))
    if what == "overlaps":
        return bool(positions[0] & positions[1])
    if what == "contains":
        return a.start <= b.start and b.stop <= a.stop
    if what == "union":
        hull = Span(min(a.start, b.start), max(a.stop, b.stop), a.end_exclusive, a.line_base)
        return hull.struct()
    common = positions[0] & positions[1]
    if not common:
        return None
    return Span(min(common), max(common) + 1, a.end_exclusive, a.line_base).struct()


@settings(max_examples=40, deadline=None)
@given(SPANS, st.integers(-20, 20))
def test_spans_are_sets_of_positions(
    installed: Any, spans: list[Span | None], distance: int
) -> None:
    others = spans[::-1]
    a = pa.array([span and span.struct() for span in spans], SPAN_TYPE)
    b = pa.array([span and span.struct() for span in others], SPAN_TYPE)
    assert column(installed, "span_len(a)", a=a) == [
        None if span is None else span.stop - span.start for span in spans
    ]
    for what in ["overlaps", "contains", "intersection", "union"]:
        answers = column(installed, f"span_{what}(a, b)", a=a, b=b)
        assert answers == [combined(*pair, what) for pair in zip(spans, others, strict=True)], what
    assert column(installed, f"span_shift(a, {distance})", a=a) == [
        None
        if span is None
        else Span(
            span.start + distance, span.stop + distance, span.end_exclusive, span.line_base
        ).struct()
        for span in spans
    ]
    assert (
        column(
            installed,
            "case when a is not null then span_make(a['bstart'], a['bend'], a['line_base'], "
            "a['col_unit'], a['end_exclusive']) end",
            a=a,
        )
        == a.to_pylist()
    )


@settings(max_examples=40, deadline=None)
@given(SPANS)
def test_the_shortest_interval_that_meets_scores_best(
    installed: Any, spans: list[Span | None]
) -> None:
    def score(left: Span | None, right: Span | None) -> float | None:
        if left is None or right is None:
            return None
        shared = set(range(left.start, left.stop)) & set(range(right.start, right.stop))
        within = left.start <= right.start and right.stop <= left.stop
        around = right.start <= left.start and left.stop <= right.stop
        return float(right.start - right.stop) if shared or within or around else None

    others = spans[::-1]
    columns = {
        f"{side}{name}": pa.array([span and getattr(span, name) for span in of], pa.int64())
        for side, of in (("l", spans), ("r", others))
        for name in ("start", "stop")
    }
    answers = column(installed, "interval_align_score(lstart, lstop, rstart, rstop)", **columns)
    assert answers == [score(*pair) for pair in zip(spans, others, strict=True)]


def test_fields_tell_what_settings_said() -> None:
    own = session()
    before = codeanatomy_engine.registry_snapshot(own)
    assert before["config_defaults"]["span_make"] == {
        "span_default_line_base": "0",
        "span_default_col_unit": "byte",
        "span_default_end_exclusive": "true",
    }
    field = own.sql("select span_make(1, 2) as s").schema().field("s")
    assert field.type == SPAN_TYPE
    assert field.metadata == {
        b"semantic_type": b"Span",
        b"line_base": b"0",
        b"col_unit": b"byte",
        b"end_exclusive": b"true",
    }
    own.sql("set codeanatomy_udf.span_default_col_unit = 'utf16'").collect()
    # Installing again keeps what was set, and the function is still known as the library's.
    codeanatomy_engine.install_codeanatomy_runtime(own)
    assert codeanatomy_engine.registry_snapshot(own) == before
    (batch,) = own.sql("select span_make(1, 2) as s").collect()
    assert batch.schema.field("s").metadata[b"col_unit"] == b"utf16"
    assert batch.column(0).to_pylist() == [Span(1, 2, end_exclusive=True, line_base=0).struct()]
