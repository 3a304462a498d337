"""Analytical Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "lag",
    "lead",
]


def lag(expression: Argument, *, offset: Argument = None, default: Argument = None) -> Expr:
    """Calls `lag`.

    Returns value evaluated at the row that is offset rows before the current row within the
    partition; if there is no such row, instead return default (which must be of the same type as
    value).

    Args:
        expression: Expression to operate on
        offset: Integer. Specifies how many rows back the value of expression should be retrieved.
            Defaults to 1.
        default: The default value if the offset is not within the partition. Must be of the same
            type as expression.

    Returns:
        The call as an expression, which needs a window: `.over(Window(…))`.

    Examples:
        >>> from datafusion import col
        >>> str(lag(col("expression")))
        'Expr(lag(expression) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)'
    """
    return call("lag", expression, optional=(offset, default), null_is_left_out=False)


def lead(expression: Argument, *, offset: Argument = None, default: Argument = None) -> Expr:
    """Calls `lead`.

    Returns value evaluated at the row that is offset rows after the current row within the
    partition; if there is no such row, instead return default (which must be of the same type as
    value).

    Args:
        expression: Expression to operate on
        offset: Integer. Specifies how many rows forward the value of expression should be
            retrieved. Defaults to 1.
        default: The default value if the offset is not within the partition. Must be of the same
            type as expression.

    Returns:
        The call as an expression, which needs a window: `.over(Window(…))`.

    Examples:
        >>> from datafusion import col
        >>> str(lead(col("expression")))
        'Expr(lead(expression) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)'
    """
    return call("lead", expression, optional=(offset, default), null_is_left_out=False)
