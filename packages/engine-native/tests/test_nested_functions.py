"""The functions of lists, maps and structs against plain Python."""

from __future__ import annotations

from typing import Any

import codeanatomy_engine
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = st.text(max_size=4)
LISTS = st.lists(st.none() | st.lists(st.none() | TEXTS, max_size=6), min_size=1, max_size=20)
KEYS = st.text(alphabet="aAbBéÉßşİ1", max_size=2)
MAPS = st.lists(
    st.none() | st.dictionaries(KEYS, st.none() | st.integers(-9, 9), max_size=6),
    min_size=1,
    max_size=20,
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


def map_array(maps: list[dict[str, int | None] | None]) -> pa.Array:
    return pa.array(
        [None if entries is None else list(entries.items()) for entries in maps],
        pa.map_(pa.string(), pa.int64()),
    )


def as_pairs(maps: list[Any]) -> list[list[tuple[Any, Any]] | None]:
    return [
        None if entries is None else list(entries.items() if isinstance(entries, dict) else entries)
        for entries in maps
    ]


@pytest.mark.parametrize(
    "layout",
    [
        pa.list_(pa.string()),
        pa.list_(pa.string_view()),
        pa.large_list(pa.large_string()),
        pa.list_view(pa.string()),
        pa.large_list_view(pa.string()),
    ],
    ids=str,
)
@settings(max_examples=15, deadline=None)
@given(lists=LISTS)
def test_sets_of_lists(installed: Any, layout: pa.DataType, lists: list[Any]) -> None:
    # UTF-8 and Python's strings sort alike: both by code point.
    assert column(installed, "list_unique_sorted(x)", x=pa.array(lists, layout)) == [
        None if elements is None else sorted({text for text in elements if text is not None})
        for elements in lists
    ]


@pytest.mark.parametrize("kind", [pa.int64(), pa.int8(), pa.timestamp("us", "UTC")], ids=str)
@settings(max_examples=15, deadline=None)
@given(
    lists=st.lists(
        st.none() | st.lists(st.none() | st.integers(-128, 127), max_size=6),
        min_size=1,
        max_size=20,
    )
)
def test_sets_of_lists_of_numbers(installed: Any, kind: pa.DataType, lists: list[Any]) -> None:
    values = pa.array(lists, pa.list_(pa.int64())).cast(pa.list_(kind))
    answers = column(installed, "array_unique_sorted(x)", x=values)
    expected = [
        None if elements is None else sorted({number for number in elements if number is not None})
        for elements in lists
    ]
    assert answers == pa.array(expected, pa.list_(pa.int64())).cast(pa.list_(kind)).to_pylist()


@settings(max_examples=40, deadline=None)
@given(MAPS, KEYS, st.integers(-99, 99))
def test_values_of_maps(installed: Any, maps: list[Any], key: str, default: int) -> None:
    keys = [key, *(next(iter(entries), None) if entries else None for entries in maps)][: len(maps)]
    columns = {
        "m": map_array(maps),
        "k": pa.array(keys, pa.string_view()),
        "d": pa.array(range(len(maps)), pa.int16()),
    }
    assert column(installed, f"map_get_default(m, '{key}', {default})", **columns) == [
        default if entries is None else entries.get(key, default) for entries in maps
    ]
    assert column(installed, "map_get_default(m, k, d)", **columns) == [
        row if entries is None else entries.get(wanted, row)
        for row, (entries, wanted) in enumerate(zip(maps, keys, strict=True))
    ]


@settings(max_examples=40, deadline=None)
@given(MAPS)
def test_normal_maps(installed: Any, maps: list[Any]) -> None:
    spellings = {"lower": str.lower, "upper": str.upper, "none": str}
    for word, spell in spellings.items():
        # A dictionary keeps the first place of a key; the function keeps the last.
        expected: list[Any] = []
        for entries in maps:
            if entries is None:
                expected.append(None)
                continue
            last: dict[str, int | None] = {}
            for key, value in entries.items():
                last.pop(spell(key), None)
                last[spell(key)] = value
            expected.append(list(last.items()))
        columns = {"m": map_array(maps)}
        unsorted = column(installed, f"map_normalize(m, '{word}', false)", **columns)
        assert as_pairs(unsorted) == expected
        sorted_maps = column(installed, f"map_normalize(m, '{word}', true)", **columns)
        assert as_pairs(sorted_maps) == [
            None if pairs is None else sorted(pairs, key=lambda pair: pair[0]) for pairs in expected
        ]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.none() | st.fixed_dictionaries({"a": st.integers(0, 9), "b": TEXTS}), min_size=1),
    st.permutations(["a", "b"]),
)
def test_fields_of_structs(installed: Any, rows: list[Any], names: list[str]) -> None:
    kind = pa.struct([("a", pa.int64()), ("skipped", pa.bool_()), ("b", pa.string_view())])
    call = f"struct_pick(s, '{names[0]}', '{names[1]}')"
    answers = column(installed, call, s=pa.array(rows, kind))
    assert answers == rows
    assert all(list(answer) == names for answer in answers if answer is not None)
