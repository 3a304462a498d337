"""Array Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "list_unique_sorted",
]


def list_unique_sorted(list: Argument) -> Expr:
    """Returns the distinct elements of a list in ascending order, without NULLs.

    Returns the distinct elements of a list in ascending order, without NULLs; a NULL inside an
    element is its greatest value. The elements keep their type; 0.0 and -0.0 are equal, and so are
    two NaNs of the same bits. The result is a list, or a large list if the argument was large. NULL
    if the list is NULL.

    Args:
        list: The list. Its elements may be anything that can be sorted, lists and structs included.

    Returns:
        The call as an expression. Its type is, for example, `list<int64>`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     list_unique_sorted(["name", "call", None, "name"]).alias("kinds")
        ... ).to_pylist()
        [{'kinds': ['call', 'name']}]
    """
    return call("list_unique_sorted", list)
