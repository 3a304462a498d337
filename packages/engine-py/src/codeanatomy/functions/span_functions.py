"""Span Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "interval_align_score",
    "span_contains",
    "span_id",
    "span_intersection",
    "span_len",
    "span_make",
    "span_overlaps",
    "span_shift",
    "span_union",
]


def interval_align_score(
    left_start: Argument, left_end: Argument, right_start: Argument, right_end: Argument
) -> Expr:
    """Returns how good the right interval is as a counterpart of the left one.

    Returns how good the right interval is as a counterpart of the left one: the negative length of
    the right interval, -(right_end - right_start), as a double, so that of several candidates the
    shortest has the highest score, at most 0. NULL if the two do not meet, or if an argument is
    NULL. They meet where they have a position in common or one contains the other; so an empty
    interval, such as the place of a cursor, meets what it lies in or at the edge of. Ends are
    exclusive. An interval that ends before it starts is an error.

    Args:
        left_start: The first position of the interval that a counterpart is looked for. An integer.
        left_end: The first position behind it. An integer.
        right_start: The first position of the candidate. An integer.
        right_end: The first position behind the candidate. An integer.

    Returns:
        The call as an expression. Its type is, for example, `float64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(interval_align_score(3, 5, 0, 8).alias("score")).to_pylist()
        [{'score': -8.0}]
    """
    return call("interval_align_score", left_start, left_end, right_start, right_end)


def span_contains(a: Argument, b: Argument) -> Expr:
    """Returns whether span a contains span b: b starts and ends within a, at its ends included.

    An empty span lies within a also at a's ends. Inclusive and exclusive ends can be mixed. NULL if
    a span is NULL; spans of different units are an error.

    Args:
        a: A span.
        b: A span of the same unit.

    Returns:
        The call as an expression. Its type is, for example, `bool`.

    Examples:
        >>> from codeanatomy import connect
        >>> from codeanatomy.functions import span_make
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     span_contains(span_make(0, 5), span_make(1, 5)).alias("answer")
        ... ).to_pylist()
        [{'answer': True}]
    """
    return call("span_contains", a, b)


def span_id(
    prefix: Argument, path: Argument, bstart: Argument, bend: Argument, *, kind: Argument = None
) -> Expr:
    """Returns the id of a place in a file: stable_id_parts(prefix, path, bstart, bend) or.

    Returns the id of a place in a file: stable_id_parts(prefix, path, bstart, bend) or, with a
    kind, stable_id_parts(prefix, path, bstart, bend, kind). Its field has the metadata
    semantic_type = SpanId. As there, a NULL part is a part that differs from every value. NULL if
    the prefix is NULL.

    Args:
        prefix: What kind of thing the id names. It is printed and hashed. Text.
        path: The file. Text.
        bstart: Where in the file the place starts. An integer.
        bend: Where in the file the place ends. An integer.
        kind: What tells apart several things in one place. Text.

    Returns:
        The call as an expression. Its type is, for example, `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(span_id("call", "json/decoder.py", 1024, 1040).alias("id")).to_pylist()
        [{'id': 'call:3c83bb1cbcc934c5586e24e751f6d1d9'}]
    """
    return call("span_id", prefix, path, bstart, bend, optional=(kind,))


def span_intersection(a: Argument, b: Argument) -> Expr:
    """Returns the span of the positions that the two spans have in common.

    NULL if there are none or a span is NULL. line_base, col_unit, end_exclusive and the field's
    metadata are those of a; the ends of a and b can be of different kinds. Spans of different units
    are an error.

    Args:
        a: A span.
        b: A span of the same unit.

    Returns:
        The call as an expression. Its type is, for example,
        `struct<bstart:int64,bend:int64,line_base:int32,col_unit:string,end_exclusive:bool>`.

    Examples:
        >>> from codeanatomy import connect
        >>> from codeanatomy.functions import span_make
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     span_intersection(span_make(0, 5), span_make(4, 8)).alias("span")
        ... ).to_pylist()
        [{'span': {'bstart': 4, 'bend': 5, 'line_base': 0, 'col_unit': 'byte', 'end_exclusive': True}}]
    """  # noqa: E501
    return call("span_intersection", a, b)


def span_len(span: Argument) -> Expr:
    """Returns how many positions the span has, in its own unit: bend - bstart.

    Returns how many positions the span has, in its own unit: bend - bstart, and one more if its end
    is inclusive. NULL if the span is NULL; a negative length is an error.

    Args:
        span: A span: any struct with integer fields bstart and bend.

    Returns:
        The call as an expression. Its type is, for example, `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> from codeanatomy.functions import span_make
        >>> frame = connect().sql("select 1")
        >>> frame.select(span_len(span_make(10, 14)).alias("length")).to_pylist()
        [{'length': 4}]
    """
    return call("span_len", span)


def span_make(
    bstart: Argument,
    bend: Argument,
    *,
    line_base: Argument = None,
    col_unit: Argument = None,
    end_exclusive: Argument = None,
) -> Expr:
    """Returns a span, a struct of bstart (bigint), bend (bigint), line_base (int).

    Returns a span, a struct of bstart (bigint), bend (bigint), line_base (int), col_unit (text) and
    end_exclusive (boolean). Its field has the metadata semantic_type = Span and line_base, col_unit
    and end_exclusive where they are the same for all rows, which arrow_metadata reads. An argument
    that is left out or NULL is what the session's settings say when the query is planned. NULL if
    bstart or bend is NULL. A span of negative length is an error: where such rows are no mistake,
    leave them out with case when bend >= bstart then span_make(bstart, bend) end. A span of length
    0 is none.

    Args:
        bstart: The first position. An integer.
        bend: The first position behind the span, or its last position if end_exclusive is false. An
            integer.
        line_base: The number of the text's first line. An integer; the setting
            codeanatomy_udf.span_default_line_base if it is left out.
        col_unit: What the positions count: byte, utf16 or utf32. Text; the setting
            codeanatomy_udf.span_default_col_unit if it is left out.
        end_exclusive: Whether bend lies behind the span. A boolean; the setting
            codeanatomy_udf.span_default_end_exclusive if it is left out.

    Returns:
        The call as an expression. Its type is, for example,
        `struct<bstart:int64,bend:int64,line_base:int32,col_unit:string,end_exclusive:bool>`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(span_make(10, 14).alias("span")).to_pylist()
        [{'span': {'bstart': 10, 'bend': 14, 'line_base': 0, 'col_unit': 'byte', 'end_exclusive': True}}]
    """  # noqa: E501
    return call("span_make", bstart, bend, optional=(line_base, col_unit, end_exclusive))


def span_overlaps(a: Argument, b: Argument) -> Expr:
    """Returns whether the two spans have a position in common.

    Spans that only touch do not overlap, and an empty span overlaps nothing. Inclusive and
    exclusive ends can be mixed. NULL if a span is NULL; spans of different units are an error.

    Args:
        a: A span.
        b: A span of the same unit.

    Returns:
        The call as an expression. Its type is, for example, `bool`.

    Examples:
        >>> from codeanatomy import connect
        >>> from codeanatomy.functions import span_make
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     span_overlaps(span_make(0, 5), span_make(4, 8)).alias("answer")
        ... ).to_pylist()
        [{'answer': True}]
    """
    return call("span_overlaps", a, b)


def span_shift(span: Argument, by: Argument) -> Expr:
    """Returns the span moved by a number of positions of its unit: a span of a part of a text.

    Returns the span moved by a number of positions of its unit: a span of a part of a text, moved
    by where the part begins, is a span of the text. line_base, col_unit, end_exclusive and the
    field's metadata stay. NULL if an argument is NULL; a position that is no bigint is an error.

    Args:
        span: A span: any struct with integer fields bstart and bend.
        by: How many positions further on; to the left if it is negative. An integer.

    Returns:
        The call as an expression. Its type is, for example,
        `struct<bstart:int64,bend:int64,line_base:int32,col_unit:string,end_exclusive:bool>`.

    Examples:
        >>> from codeanatomy import connect
        >>> from codeanatomy.functions import span_make
        >>> frame = connect().sql("select 1")
        >>> frame.select(span_shift(span_make(10, 14), -10).alias("span")).to_pylist()
        [{'span': {'bstart': 0, 'bend': 4, 'line_base': 0, 'col_unit': 'byte', 'end_exclusive': True}}]
    """  # noqa: E501
    return call("span_shift", span, by)


def span_union(a: Argument, b: Argument) -> Expr:
    """Returns the shortest span that contains both spans, and so also what lies between them.

    NULL if a span is NULL. line_base, col_unit, end_exclusive and the field's metadata are those of
    a; the ends of a and b can be of different kinds. Spans of different units are an error.

    Args:
        a: A span.
        b: A span of the same unit.

    Returns:
        The call as an expression. Its type is, for example,
        `struct<bstart:int64,bend:int64,line_base:int32,col_unit:string,end_exclusive:bool>`.

    Examples:
        >>> from codeanatomy import connect
        >>> from codeanatomy.functions import span_make
        >>> frame = connect().sql("select 1")
        >>> frame.select(span_union(span_make(0, 5), span_make(7, 8)).alias("span")).to_pylist()
        [{'span': {'bstart': 0, 'bend': 8, 'line_base': 0, 'col_unit': 'byte', 'end_exclusive': True}}]
    """  # noqa: E501
    return call("span_union", a, b)
