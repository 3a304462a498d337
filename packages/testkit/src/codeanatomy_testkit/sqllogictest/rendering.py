"""Values as `.slt` files write them, in the manner of DataFusion's own."""

# pyarrow has no annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING

from codeanatomy_testkit.values import kind

if TYPE_CHECKING:
    import pyarrow as pa

LETTERS = {
    "bool": "B",
    "date": "D",
    "time": "D",
    "text": "T",
    "timestamp": "P",
    "timestamp with time zone": "P",
}
DIGITS = 12


def letters(schema: pa.Schema) -> str:
    """Give the letter of each column."""
    return "".join(letter(field.type) for field in schema)


def letter(type_: pa.DataType) -> str:
    """Give the letter of a column's type."""
    name = kind(type_)
    if name == "number":
        return "I" if "int" in str(type_) else "R"
    return LETTERS.get(name, "?")


def rows_of(table: pa.Table) -> list[list[str]]:
    """Render the rows of a table, a text a value."""
    columns = [[render(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def render(value: object) -> str:
    """Render a value of a column.

    Args:
        value: The value, as pyarrow gives it to Python.

    Returns:
        `NULL`, `(empty)` for an empty text, `true` and `false`; floats rounded to 12 digits after
        the point; points in time as ISO 8601; bytes in hexadecimal; lists as `[1, 2]`, structs and
        maps as `{a: 1}`. A line end in a text
        is written as a backslash and `n`, so that a row is a line.

    Examples:
        >>> render([0.1 + 0.2, None, {"a": True}])
        '[0.3, NULL, {a: true}]'
    """
    if isinstance(value, str):
        return value.replace("\n", r"\n") or "(empty)"
    if isinstance(value, (bool, type(None))):
        return {None: "NULL", True: "true", False: "false"}[value]
    if isinstance(value, (float, Decimal)):
        return number(value)
    if isinstance(value, (list, tuple, dict)):
        return nested(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat().replace("+00:00", "Z")
    return value.hex() if isinstance(value, bytes) else str(value)


def nested(value: list[object] | tuple[object, ...] | dict[str, object]) -> str:
    """Render a list, a struct, or a map, whose entries are tuples."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {render(item)}' for key, item in value.items())}}}"
    if value and all(isinstance(item, tuple) for item in value):
        return f"{{{', '.join(render(item) for item in value)}}}"
    if isinstance(value, tuple):
        return ": ".join(render(item) for item in value)
    return f"[{', '.join(render(item) for item in value)}]"


def number(value: float | Decimal) -> str:
    """Write a number without an exponent and without zeros at its end."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value).replace("inf", "Infinity").replace("nan", "NaN")
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, DIGITS)))
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
