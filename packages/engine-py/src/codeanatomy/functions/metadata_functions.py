"""Metadata Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "cpg_score",
    "semantic_tag",
]


def cpg_score(number: Argument) -> Expr:
    """Returns the number as a score, a double from 0 to 1: less than 0 becomes 0.

    Returns the number as a score, a double from 0 to 1: less than 0 becomes 0, more than 1 becomes
    1, infinities included. NULL if the number is NULL or NaN, because neither says how good
    something is. So scores of different sources can be compared, averaged and sorted without a NaN
    that is above all others.

    Args:
        number: The number. Any numeric type.

    Returns:
        The call as an expression. Its type is `float64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(cpg_score(1.25).alias("score")).to_pylist()
        [{'score': 1.0}]
    """
    return call("cpg_score", number)


def semantic_tag(semantic_type: Argument, value: Argument) -> Expr:
    """Returns the value unchanged; its field gets the metadata entry semantic_type.

    Returns the value unchanged; its field gets the metadata entry semantic_type, which
    arrow_metadata reads back and which stays with the column in Arrow, Parquet and Delta. The other
    metadata of the value's field stays. node, edge and span are written NodeId, EdgeId and SpanId,
    every other word as it is. A semantic type that is not a constant, or NULL or empty, is an
    error.

    Args:
        semantic_type: What the value means. A constant text.
        value: The value. Anything.

    Returns:
        The call as an expression.

    Examples:
        >>> from datafusion import col
        >>> str(semantic_tag(col("semantic_type"), col("value")))
        'Expr(semantic_tag(semantic_type, value))'
    """
    return call("semantic_tag", semantic_type, value)
