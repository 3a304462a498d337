"""General Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "count_distinct_agg",
    "count_if",
    "first_value",
    "last_value",
    "list_unique",
]


def count_distinct_agg(value: Argument) -> Expr:
    """Returns how many distinct values the group has.

    It is count(DISTINCT value), for programs that can call a function but not write DISTINCT. NULLs
    are not counted; a group without values has 0.

    Args:
        value: The value to count. Anything.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.

    Examples:
        >>> from codeanatomy import connect
        >>> from datafusion import col
        >>> frame = connect().sql(
        ...     "select * from (values ('name'), ('call'), (null), ('name')) as node (kind)"
        ... )
        >>> frame.aggregate([], [count_distinct_agg(col("kind")).alias("kinds")]).to_pylist()
        [{'kinds': 2}]
    """
    return call("count_distinct_agg", value)


def count_if(condition: Argument) -> Expr:
    """Returns how many rows satisfy the condition: count(*) FILTER (WHERE condition).

    Returns how many rows satisfy the condition: count(*) FILTER (WHERE condition), and that is what
    a query makes of it. Rows for which the condition is NULL don't count; 0 if there are no rows.

    Args:
        condition: What a row has to satisfy. Boolean.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`. Its type is
        `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> from datafusion import col
        >>> frame = connect().sql("select * from (values (7), (11), (null), (12)) as t(line)")
        >>> frame.aggregate([], [count_if(col("line") > 10).alias("later")]).to_pylist()
        [{'later': 2}]
    """
    return call("count_if", condition)


def first_value(expression: Argument) -> Expr:
    """Returns the first element in an aggregation group according to the requested ordering.

    If no ordering is given, returns an arbitrary element from the group.

    Args:
        expression: The expression to operate on. Can be a constant, column, or function, and any
            combination of operators.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.

    Examples:
        >>> from datafusion import col
        >>> str(first_value(col("expression")))
        'Expr(first_value(expression))'
    """
    return call("first_value", expression)


def last_value(expression: Argument) -> Expr:
    """Returns the last element in an aggregation group according to the requested ordering.

    If no ordering is given, returns an arbitrary element from the group.

    Args:
        expression: The expression to operate on. Can be a constant, column, or function, and any
            combination of operators.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.

    Examples:
        >>> from datafusion import col
        >>> str(last_value(col("expression")))
        'Expr(last_value(expression))'
    """
    return call("last_value", expression)


def list_unique(value: Argument) -> Expr:
    """Returns the distinct values of the group as a list, in ascending order.

    Values are equal if DISTINCT says so. NULLs are left out; with RESPECT NULLS they are one NULL
    at the end. A group without values has the empty list, which is not NULL. A dictionary's values
    give a list of the values' type.

    Args:
        value: The value to collect. Anything that can be sorted, lists and structs included.

    Returns:
        The call as an expression, for `DataFrame.aggregate` or with `.over(…)`. Its type is, for
        example, `list<string>`.

    Examples:
        >>> from codeanatomy import connect
        >>> from datafusion import col
        >>> frame = connect().sql(
        ...     "select * from (values ('name'), ('call'), (null), ('name')) as node (kind)"
        ... )
        >>> frame.aggregate([], [list_unique(col("kind")).alias("kinds")]).to_pylist()
        [{'kinds': ['call', 'name']}]
    """
    return call("list_unique", value)
