"""Ranking Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

__all__ = [
    "row_number",
]


def row_number() -> Expr:
    """Number of the current row within its partition, counting from 1.

    Returns:
        The call as an expression, which needs a window: `.over(Window(…))`. Its type is `uint64`.

    Examples:
        >>> str(row_number())
        'Expr(row_number() ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)'
    """
    return call("row_number")
