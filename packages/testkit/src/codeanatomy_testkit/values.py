"""Values of Arrow columns as Python values that can be compared across engines and layouts."""

# pyarrow has no annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Hashable

NAN = "NaN"
NUMBER = "<number>"


def kind(type_: pa.DataType) -> str:
    """Name what a column holds, whatever its width and layout.

    Args:
        type_: Type of the column.

    Returns:
        A word, with those of inner types where it has some. Equal kinds can be compared.

    Examples:
        >>> kind(pa.large_list(pa.dictionary(pa.int32(), pa.string_view())))
        'list<text>'
    """
    if pa.types.is_dictionary(type_) or pa.types.is_run_end_encoded(type_):
        return kind(type_.value_type)
    if is_list(type_):
        return f"list<{kind(type_.value_type)}>"
    if pa.types.is_struct(type_):
        return f"struct<{', '.join(f'{field.name}: {kind(field.type)}' for field in type_)}>"
    if pa.types.is_map(type_):
        return f"map<{kind(type_.key_type)}, {kind(type_.item_type)}>"
    if pa.types.is_timestamp(type_):
        return "timestamp" if type_.tz is None else "timestamp with time zone"
    return next((name for name, has in SIMPLE.items() if has(type_)), str(type_))


def is_text(type_: pa.DataType) -> bool:
    """Tell whether a type holds text, in whichever layout but a dictionary."""
    return (
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def is_number(type_: pa.DataType) -> bool:
    """Tell whether a type holds numbers."""
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)


def is_binary(type_: pa.DataType) -> bool:
    """Tell whether a type holds bytes, in whichever layout."""
    return re.match(r"(large_|fixed_size_)?binary", str(type_)) is not None


def is_list(type_: pa.DataType) -> bool:
    """Tell whether a type holds lists, in whichever layout."""
    return str(type_).startswith(
        ("list<", "large_list<", "fixed_size_list<", "list_view<", "large_list_view<")
    )


def has_floats(type_: pa.DataType) -> bool:
    """Tell whether values of a type have floating-point numbers, at any depth."""
    if pa.types.is_dictionary(type_):
        return has_floats(type_.value_type)
    if pa.types.is_floating(type_):
        return True
    return any(has_floats(type_.field(place).type) for place in range(type_.num_fields))


def freeze(value: object, type_: pa.DataType) -> Hashable:
    """Make a value of a column comparable and countable.

    Args:
        value: The value, as `to_pylist` gives it.
        type_: The type of its column.

    Returns:
        The value; lists and structs as tuples, maps as sorted tuples, NaN as a text, so that it
        equals itself.
    """
    if isinstance(value, float) and math.isnan(value):
        return NAN
    if isinstance(value, dict):
        fields = [type_.field(place) for place in range(type_.num_fields)]
        return tuple(freeze(value[field.name], field.type) for field in fields)
    if isinstance(value, list):
        if pa.types.is_map(type_):
            pairs = [
                (freeze(key, type_.key_type), freeze(item, type_.item_type)) for key, item in value
            ]
            return tuple(sorted(pairs, key=repr))
        return tuple(freeze(item, type_.value_type) for item in value)
    return value  # pyright: ignore[reportReturnType]


SIMPLE = {
    "number": is_number,
    "text": is_text,
    "binary": is_binary,
    "date": pa.types.is_date,
    "time": pa.types.is_time,
    "duration": pa.types.is_duration,
}


def skeleton(value: Hashable) -> Hashable:
    """Give a value with a mark for each number that a tolerance holds for."""
    if isinstance(value, tuple):
        return tuple(skeleton(item) for item in value)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return NUMBER
    return value


def sort_key(value: Hashable) -> tuple[object, ...]:
    """Give what sorts frozen values: numbers by size, and before all others."""
    if isinstance(value, tuple):
        return tuple(part for item in value for part in sort_key(item))
    if isinstance(value, (int, float, Decimal)):
        return (0, float(value), "")
    return (1, 0.0, repr(value))


def close(mine: object, other: object, relative: float, absolute: float) -> bool:
    """Tell whether two frozen values are equal within a tolerance for numbers.

    Args:
        mine: A value.
        other: Another one.
        relative: How much of the larger number they may differ by.
        absolute: How much they may differ by in any case.
    """
    if isinstance(mine, tuple) and isinstance(other, tuple):
        return len(mine) == len(other) and all(
            close(a, b, relative, absolute) for a, b in zip(mine, other, strict=True)
        )
    if isinstance(mine, int) and isinstance(other, int):
        return mine == other
    numbers = (int, float, Decimal)
    if isinstance(mine, numbers) and isinstance(other, numbers):
        return mine == other or math.isclose(mine, other, rel_tol=relative, abs_tol=absolute)
    return mine == other
