"""Values of different systems as texts that are equal where the values are."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def plain(value: object) -> str:
    """Write a value so that equal values of different systems are equal texts.

    Args:
        value: Fractions are compared in four digits, because a mean is a decimal here and a float
            there; integers as 64 bits with a sign; lists as sets.
    """
    match value:
        case bool() | None:
            return str(value)
        case int():
            return str((value + 2**63) % 2**64 - 2**63)
        case float() | Decimal():
            number = float(value)
            return str(int(number)) if number.is_integer() else f"{number:.4g}"
        case date():
            return value.isoformat()[:10]
        case list():
            return str(sorted(map(plain, value)))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        case _:
            return str(value)


def checksum(rows: Iterable[tuple[object, ...]]) -> str:
    """Return one text for rows in any order."""
    lines = sorted("\x1f".join(map(plain, row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
