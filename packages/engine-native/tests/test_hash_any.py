"""`stable_hash_any`, prefixed hashes and buckets against XXH3 of the documented encoding."""

from __future__ import annotations

import struct
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import codeanatomy_engine
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

# White_Space of Unicode: what `str.strip` removes beside it are the separators U+001C to U+001F.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# Normal forms of characters that have none yet are a matter of the Unicode version.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cn"]) | st.sampled_from(WHITE_SPACE), max_size=12
)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


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


def quantity(kind: int, value: int) -> bytes:
    return bytes([kind]) + value.to_bytes(16, "little", signed=True)


def sized(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


def decimal(value: Decimal) -> bytes:
    sign, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    mantissa = int("".join(map(str, digits))) * (-1 if sign else 1)
    if mantissa == 0:
        exponent = 0
    return b"\4" + mantissa.to_bytes(32, "little", signed=True) + struct.pack("<i", exponent)


def real(value: float) -> bytes:
    return b"\3" + struct.pack("<d", value + 0.0)


def microseconds(value: timedelta) -> int:
    return value // timedelta(microseconds=1)


# A class before those that it is derived from.
PLAIN: list[tuple[type, Callable[[Any], bytes]]] = [
    (bool, lambda value: bytes([1, value])),
    (int, lambda value: quantity(2, value)),
    (float, real),
    (Decimal, decimal),
    (bytes, lambda value: b"\6" + sized(value)),
    (datetime, lambda value: quantity(10, microseconds(value - EPOCH) * 1000)),
    (date, lambda value: quantity(7, (value - EPOCH.date()).days * 86_400_000)),
    (timedelta, lambda value: quantity(11, microseconds(value) * 1000)),
]


def encoded(value: Any, *, canonical: bool = True) -> bytes:
    """Write a value as the engine documents it; tuples are the entries of a map."""
    match value:
        case None:
            return b"\0"
        case str():
            text = unicodedata.normalize("NFKC", value).strip(WHITE_SPACE) if canonical else value
            return b"\5" + sized(text.encode())
        case list():
            parts = [encoded(element, canonical=canonical) for element in value]
            return b"\x0d" + struct.pack("<Q", len(parts)) + b"".join(parts)
        case tuple():
            entries = sorted(
                b"".join(encoded(part, canonical=canonical) for part in entry) for entry in value
            )
            return b"\x0f" + struct.pack("<Q", len(entries)) + b"".join(entries)
        case dict():
            fields = [
                sized(name.encode()) + encoded(field, canonical=canonical)
                for name, field in value.items()
            ]
            return b"\x0e" + struct.pack("<Q", len(fields)) + b"".join(fields)
        case _:
            return next(encode for kind, encode in PLAIN if isinstance(value, kind))(value)


def hashed(value: Any, *, canonical: bool = True) -> str | None:
    return None if value is None else xxhash.xxh3_128_hexdigest(encoded(value, canonical=canonical))


INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False)
DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)
TIMES = st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1), timezones=st.just(timezone.utc))  # noqa: DTZ001
SHORT_DELTAS = st.timedeltas(timedelta(days=-9999), timedelta(days=9999))
KINDS: list[tuple[st.SearchStrategy[Any], pa.DataType]] = [
    (st.booleans(), pa.bool_()),
    (INTEGERS, pa.int64()),
    (st.integers(0, 2**64 - 1), pa.uint64()),
    (st.integers(-128, 127), pa.int8()),
    (FLOATS, pa.float64()),
    (st.floats(allow_nan=False, width=32), pa.float32()),
    (DECIMALS, pa.decimal128(30, 3)),
    (DECIMALS, pa.decimal256(60, 9)),
    (TEXTS, pa.string()),
    (TEXTS, pa.large_string()),
    (TEXTS, pa.string_view()),
    (TEXTS, pa.dictionary(pa.int16(), pa.string())),
    (st.binary(max_size=20), pa.binary()),
    (st.binary(max_size=20), pa.binary_view()),
    (st.binary(min_size=3, max_size=3), pa.binary(3)),
    (st.dates(), pa.date32()),
    (TIMES, pa.timestamp("us", "Europe/Paris")),
    (SHORT_DELTAS, pa.duration("us")),
    (st.lists(st.none() | TEXTS, max_size=3), pa.list_(pa.string())),
    (st.lists(st.none() | INTEGERS, max_size=3), pa.large_list(pa.int64())),
    (st.lists(st.none() | INTEGERS, min_size=2, max_size=2), pa.list_(pa.int64(), 2)),
    (
        st.tuples(st.none() | TEXTS, st.none() | st.lists(st.none() | INTEGERS, max_size=2)).map(
            lambda values: dict(zip(["name", "spans"], values, strict=True))
        ),
        pa.struct([("name", pa.string()), ("spans", pa.list_(pa.int64()))]),
    ),
    (
        st.dictionaries(TEXTS, st.none() | INTEGERS, max_size=3).map(
            lambda entries: tuple(entries.items())
        ),
        pa.map_(pa.string(), pa.int64()),
    ),
]


@pytest.mark.parametrize(("values", "kind"), KINDS, ids=[str(kind) for _, kind in KINDS])
def test_values_of_any_type_are_hashed_as_documented(
    installed: Any, values: st.SearchStrategy[Any], kind: pa.DataType
) -> None:
    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.none() | values, min_size=1, max_size=12))
    def check(rows: list[Any]) -> None:
        given_rows = [list(row) if isinstance(row, tuple) else row for row in rows]
        array = pa.array(given_rows, kind)
        assert column(installed, "stable_hash_any(v)", v=array) == [hashed(row) for row in rows]
        assert column(installed, "stable_hash(v, false, ' none')", v=array) == [
            hashed(" none" if row is None else row, canonical=False) for row in rows
        ]

    check()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.none() | st.text(), min_size=1, max_size=20),
    st.text(max_size=8),
    st.integers(1, 2**63 - 1),
)
def test_prefixed_hashes_and_buckets(
    installed: Any, message: Any, texts: list[str | None], prefix: str, buckets: int
) -> None:
    def signed(data: bytes) -> int:
        return struct.unpack("<q", struct.pack("<Q", xxhash.xxh3_64_intdigest(data)))[0]

    quoted = "'" + prefix.replace("'", "''") + "'"
    values = pa.array(texts, pa.large_string())
    assert column(installed, f"prefixed_hash64({quoted}, v)", v=values) == [
        None if text is None else f"{prefix}:{signed(text.encode())}" for text in texts
    ]
    assert column(installed, f"prefixed_hash_parts64({quoted}, v, 7, null)", v=values) == [
        f"{prefix}:{signed(message(prefix, text, '7', None))}" for text in texts
    ]
    assert column(installed, f"stable_bucket(v, {buckets})", v=values) == [
        None if text is None else xxhash.xxh3_64_intdigest(text.encode()) * buckets >> 64
        for text in texts
    ]
    numbers = pa.array(range(-3, len(texts) - 3), pa.int32())
    assert column(installed, "stable_bucket(v, 1000)", v=numbers) == [
        xxhash.xxh3_64_intdigest(str(number).encode()) * 1000 >> 64
        for number in numbers.to_pylist()
    ]
