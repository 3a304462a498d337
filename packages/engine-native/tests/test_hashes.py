"""The hash functions against independent implementations of the same hashes."""

from __future__ import annotations

import struct
from typing import Any

import blake3
import codeanatomy_engine
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = st.lists(st.none() | st.text(), min_size=1, max_size=40)
# Around the lengths at which XXH3 changes its algorithm and BLAKE3 begins another block.
LENGTHS = [0, 1, 3, 4, 8, 9, 16, 17, 63, 64, 65, 128, 129, 240, 241, 1023, 1024, 1025, 4099]


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


@pytest.fixture(scope="module")
def stable_id(message: Any) -> Any:
    """What makes the id of parts with the reference implementation of BLAKE3."""

    def stable_id(prefix: str, *parts: str | None) -> str:
        data = message(prefix, *parts) + b"\x80"
        return f"{prefix}:{blake3.blake3(data + bytes(-len(data) % 64)).hexdigest()[:32]}"

    return stable_id


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_hashes_of_texts_are_xxh3(installed: Any, texts: list[str | None]) -> None:
    values = pa.array(texts, pa.string())
    assert column(installed, "stable_hash64(value)", value=values) == [
        None
        if text is None
        else struct.unpack("<q", struct.pack("<Q", xxhash.xxh3_64_intdigest(text.encode())))[0]
        for text in texts
    ]
    assert column(installed, "stable_hash128(value)", value=values) == [
        None if text is None else xxhash.xxh3_128_hexdigest(text.encode()) for text in texts
    ]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
def test_hashes_of_all_lengths_are_xxh3(installed: Any, kind: pa.DataType) -> None:
    values = [bytes(index * 7 % 256 for index in range(length)) for length in LENGTHS]
    answers = column(installed, "hash128(value)", value=pa.array(values, kind))
    assert answers == [xxhash.xxh3_128_hexdigest(value) for value in values]
    answers = column(installed, "hash64(value)", value=pa.array(values, kind))
    assert [answer % 2**64 for answer in answers] == [
        xxhash.xxh3_64_intdigest(value) for value in values
    ]


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.text(max_size=20))
def test_ids_are_blake3(
    installed: Any, stable_id: Any, texts: list[str | None], prefix: str
) -> None:
    quoted = "'" + prefix.replace("'", "''") + "'"
    values = pa.array(texts, pa.string_view())
    assert column(installed, f"stable_id({quoted}, value)", value=values) == [
        None if text is None else stable_id(prefix, text) for text in texts
    ]
    numbers = pa.array(range(-3, len(texts) - 3), pa.int32())
    assert column(
        installed, f"stable_id_parts({quoted}, 'x', value, n, null)", value=values, n=numbers
    ) == [
        stable_id(prefix, "x", text, str(number.as_py()), None)
        for text, number in zip(texts, numbers, strict=True)
    ]


def test_ids_of_all_lengths_are_blake3(installed: Any, stable_id: Any) -> None:
    # The parts around the text and the mark behind it take four bytes, in longer texts five.
    lengths = [*LENGTHS, *range(58, 64), *range(120, 128), *range(186, 192), *range(250, 256)]
    texts = ["é" * (length // 2) + "x" * (length % 2) for length in lengths]
    answers = column(installed, "stable_id('p', value)", value=pa.array(texts))
    assert answers == [stable_id("p", text) for text in texts]
