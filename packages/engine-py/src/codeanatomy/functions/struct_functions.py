"""Struct Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "struct_pick",
]


def struct_pick(struct: Argument, *field: Argument) -> Expr:
    """Returns a struct that has only the named fields, in the order named.

    Fields keep their type and metadata; nothing is copied. NULL if the struct is NULL. A field that
    the struct does not have is an error.

    Args:
        struct: The struct.
        *field: The name of a field, a constant; any number of them, each once.

    Returns:
        The call as an expression.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     struct_pick(
        ...         frame.parse_sql_expr(
        ...             "named_struct('name', 'main', 'kind', 'call', 'line', 12)"
        ...         ),
        ...         "line",
        ...         "name",
        ...     ).alias("node")
        ... ).to_pylist()
        [{'node': {'line': 12, 'name': 'main'}}]
    """
    return call("struct_pick", struct, *field)
