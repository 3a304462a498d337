"""Selecting Aggregates as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "any_value_det",
    "arg_max",
    "arg_min",
]


def any_value_det(value: Argument, order_key: Argument) -> Expr:
    """Returns one value of the group.

    Returns one value of the group, the same one whatever the order and the partitions of the rows:
    that of the row with the least order key, and of these the least value. Keys and values are
    ordered as ORDER BY orders them: NaN is the greatest number, text goes by its bytes. Rows whose
    value or key is NULL are skipped; NULL if no row is left.

    Args:
        value: What to return. Any type.
        order_key: Which row to take it from: that with the least key. Any type.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.

    Examples:
        >>> from codeanatomy import connect
        >>> from datafusion import col
        >>> frame = connect().sql(
        ...     "select * from (values ('b.py', 7), ('a.py', 3), (null, 1)) as t(path, line)"
        ... )
        >>> frame.aggregate([], [any_value_det(col("path"), col("line")).alias("path")]).to_pylist()
        [{'path': 'a.py'}]
    """
    return call("any_value_det", value, order_key)


def arg_max(value: Argument, key: Argument) -> Expr:
    """Returns the value of the row with the greatest key, and of these the greatest value.

    Returns the value of the row with the greatest key, and of these the greatest value, so that the
    answer depends on nothing but the rows. Keys and values are ordered as ORDER BY orders them: NaN
    is the greatest number, text goes by its bytes. Rows whose value or key is NULL are skipped;
    NULL if no row is left.

    Args:
        value: What to return. Any type.
        key: Which row to take it from: that with the greatest key. Any type.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.

    Examples:
        >>> from codeanatomy import connect
        >>> from datafusion import col
        >>> frame = connect().sql(
        ...     "select * from (values ('draft', 1), ('final', 3), ('review', 2), (null, 4)) as t(state, version)"
        ... )
        >>> frame.aggregate([], [arg_max(col("state"), col("version")).alias("state")]).to_pylist()
        [{'state': 'final'}]
    """  # noqa: E501
    return call("arg_max", value, key)


def arg_min(value: Argument, key: Argument) -> Expr:
    """Returns the value of the row with the least key, and of these the least value.

    Returns the value of the row with the least key, and of these the least value, so that the
    answer depends on nothing but the rows. Keys and values are ordered as ORDER BY orders them: NaN
    is the greatest number, text goes by its bytes. Rows whose value or key is NULL are skipped;
    NULL if no row is left.

    Args:
        value: What to return. Any type.
        key: Which row to take it from: that with the least key. Any type.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.

    Examples:
        >>> from codeanatomy import connect
        >>> from datafusion import col
        >>> frame = connect().sql(
        ...     "select * from (values ('draft', 1), ('final', 3), ('review', 2), (null, 0)) as t(state, version)"
        ... )
        >>> frame.aggregate([], [arg_min(col("state"), col("version")).alias("state")]).to_pylist()
        [{'state': 'draft'}]
    """  # noqa: E501
    return call("arg_min", value, key)
