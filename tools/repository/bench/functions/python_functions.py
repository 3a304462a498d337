"""What a user would register with DataFusion in Python: the best a careful author writes.

One interpreter runs them, so they use one core whatever the machine has.
"""

from __future__ import annotations

import hashlib
import unicodedata
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from datafusion import SessionContext

# What these modules say of their types is partly missing.
arrow: Any = import_module("pyarrow")
compute: Any = import_module("pyarrow.compute")
datafusion: Any = import_module("datafusion")

Column = Any
NULL_PART = b"\0"
PADDING = [b"\x80" + bytes(63 - length) for length in range(64)]


def part(text: str | None) -> bytes:
    """Write a part of fewer than 127 bytes as the ids of CodeAnatomy hash it."""
    if text is None:
        return NULL_PART
    data = text.encode()
    return bytes([len(data) + 1]) + data


def padded(message: bytes) -> bytes:
    """Fill a message up to whole blocks of BLAKE3."""
    return message + PADDING[len(message) % 64]


def stable_id(*columns: Column) -> Column:
    """Make the very ids of `stable_id_parts('node', …)`."""
    blake3: Any = import_module("blake3").blake3
    texts = [column.cast(arrow.string()).to_pylist() for column in columns]
    prefix = part("node")
    return arrow.array(
        [
            f"node:{blake3(padded(prefix + b''.join(map(part, row)))).hexdigest(length=16)}"
            for row in zip(*texts, strict=True)
        ],
        arrow.string(),
    )


def blake2b(*columns: Column) -> Column:
    """Make ids of the same form with what Python brings, the parts joined by Arrow."""
    texts = [compute.fill_null(column.cast(arrow.string()), "__null__") for column in columns]
    joined = compute.binary_join_element_wise(*texts, "\x1f").to_pylist()
    digest = hashlib.blake2b
    return arrow.array(
        [f"node:{digest(text.encode(), digest_size=16).hexdigest()}" for text in joined],
        arrow.string(),
    )


def normal(text: str) -> str | None:
    """Normalise one text in full; folding can undo a normal form, so it is repeated."""
    if text.isascii():
        return " ".join(text.lower().split()) or None
    before = ""
    while before != text:
        before, text = text, unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.split()) or None


def normalize(lines: Column) -> Column:
    """Normalise a column."""
    return arrow.array([normal(line) for line in lines.to_pylist()], arrow.string())


def col_to_byte(lines: Column, columns: Column) -> Column:
    """Turn columns in UTF-16 into bytes, with a short cut for ASCII."""
    bytes_: list[int] = columns.to_pylist()
    for index, line in enumerate(lines.to_pylist()):
        if not line.isascii():
            head = line.encode("utf-16-le")[: 2 * bytes_[index]]
            bytes_[index] = len(head.decode("utf-16-le").encode())
    return arrow.array(bytes_, arrow.int64())


def register(session: SessionContext) -> None:
    """Register all, and what the other distributions bring if they are there.

    Args:
        session: Of the stock library.
    """
    text, number = arrow.string(), arrow.int64()
    parts = [text, number, text, arrow.int32()]
    functions: list[tuple[str, Callable[..., Column], list[Any], Any]] = [
        ("python_stable_id", stable_id, parts, text),
        ("python_blake2b", blake2b, parts, text),
        ("python_normalize", normalize, [text], text),
        ("python_col_to_byte", col_to_byte, [text, number], number),
    ]
    for name, function, arguments, answer in functions:
        session.register_udf(datafusion.udf(function, arguments, answer, "immutable", name))
    if find_spec("datafusion_extra_functions"):
        extra: Any = import_module("datafusion_extra_functions")
        session.register_udaf(datafusion.udaf(extra.udaf_by_name("max_by")))
