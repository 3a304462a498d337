"""The position functions against Python's own encoders and line reader."""

from __future__ import annotations

import io
from typing import Any

import codeanatomy_engine
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

LAYOUTS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()),
]
LINE = st.text(st.sampled_from("ab é€🐍"), max_size=90) | st.text(
    st.sampled_from("ab"), max_size=90
)
# A line, and a position that may lie in a character or past the end.
PLACES = st.lists(st.tuples(LINE, st.integers(-2, 120)), min_size=1, max_size=20)
SOURCE = st.text(st.sampled_from("aé🐍\r\n\f\u2028"), max_size=40)


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


def size(text: str, unit: str) -> int:
    match unit:
        case "byte":
            return len(text.encode())
        case "utf16":
            return len(text.encode("utf-16-le")) // 2
        case _:
            return len(text)


def characters_before(line: str, position: int, unit: str) -> int:
    """Return how many characters end at or before a position."""
    return max(count for count in range(len(line) + 1) if size(line[:count], unit) <= position)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("unit", ["byte", "utf16", "utf32"])
@settings(max_examples=20, deadline=None)
@given(places=PLACES)
def test_positions_are_those_of_the_encoders(
    installed: Any, layout: pa.DataType, unit: str, places: list[tuple[str, int]]
) -> None:
    lines = pa.array([line for line, _ in places]).cast(layout)
    positions = pa.array([position for _, position in places])
    bytes_ = column(installed, f"col_to_byte(line, place, '{unit}')", line=lines, place=positions)
    assert bytes_ == [
        None if place < 0 else size(line[: characters_before(line, place, unit)], "byte")
        for line, place in places
    ]
    columns = column(installed, f"byte_to_col(line, place, '{unit}')", line=lines, place=positions)
    assert columns == [
        None if place < 0 else size(line[: characters_before(line, place, "byte")], unit)
        for line, place in places
    ]
    # A place that both functions name is the same place.
    back = column(
        installed,
        f"byte_to_col(line, col_to_byte(line, place, '{unit}'), '{unit}')",
        line=lines,
        place=positions,
    )
    assert back == [
        None if place < 0 else size(line[: characters_before(line, place, unit)], unit)
        for line, place in places
    ]


@settings(max_examples=40, deadline=None)
@given(places=PLACES, unit=st.sampled_from(["byte", "utf16", "utf32"]))
def test_units_of_rows_are_units_of_calls(
    installed: Any, places: list[tuple[str, int]], unit: str
) -> None:
    number = ["byte", "utf16", "utf32"].index(unit) + 1
    columns = {
        "line": pa.array([line for line, _ in places]),
        "place": pa.array([position for _, position in places], pa.int32()),
        "word": pa.array([unit.upper()] * len(places)),
        "number": pa.array([number] * len(places), pa.int8()),
    }
    for name in ["col_to_byte", "byte_to_col"]:
        expected = column(installed, f"{name}(line, place, '{unit}')", **columns)
        for given_unit in ["word", "number", str(number), f"'{number}'"]:
            assert column(installed, f"{name}(line, place, {given_unit})", **columns) == expected
    numbers = column(installed, "position_encoding_norm(word)", **columns)
    assert numbers == [number] * len(places)


@settings(max_examples=60, deadline=None)
@given(text=SOURCE, other=SOURCE)
def test_lines_are_those_of_universal_newlines(installed: Any, text: str, other: str) -> None:
    rows: list[tuple[str, int, int]] = []
    for source in [text, other]:
        start = 0
        # Without translation, each line keeps its end.
        lines = list(io.StringIO(source, newline=""))
        if not lines or lines[-1].endswith(("\r", "\n")):
            lines.append("")
        for number, line in enumerate(lines):
            end = start + len(line.encode())
            rows.extend((source, byte, number) for byte in range(start, end))
            start = end
        rows.extend((source, start + more, len(lines) - 1) for more in range(3))
        rows.append((source, -1, -1))
    expected = [None if number < 0 else number for _, _, number in rows]
    texts = pa.array([source for source, _, _ in rows])
    bytes_ = pa.array([byte for _, byte, _ in rows])
    for layout in LAYOUTS:
        assert (
            column(installed, "line_of(text, byte)", text=texts.cast(layout), byte=bytes_)
            == expected
        )
    # In another order each row has another text than the one before.
    order = sorted(range(len(rows)), key=lambda row: (rows[row][1], row))
    answers = column(
        installed, "line_of(text, byte)", text=texts.take(order), byte=bytes_.take(order)
    )
    assert answers == [expected[row] for row in order]
