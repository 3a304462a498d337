"""Position Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "byte_to_col",
    "col_to_byte",
    "line_of",
    "position_encoding_norm",
]


def byte_to_col(line_text: Argument, byte: Argument, *, col_unit: Argument = None) -> Expr:
    """Returns the column of the character that a byte of a line belongs to.

    Returns the column of the character that a byte of a line belongs to: the inverse of
    col_to_byte. A byte past the end is the column of the end, as in the Language Server Protocol;
    one inside of a character is the column at which the character starts. Both count from 0. A unit
    that is left out or NULL is the session's setting codeanatomy_udf.span_default_col_unit. NULL if
    another argument is NULL or the position is negative; an error if the unit is unknown.

    Args:
        line_text: The text of the line, with or without its end. Text.
        byte: The offset in bytes of UTF-8, from 0. An integer.
        col_unit: What is counted: 'byte' (also 'utf8'), 'utf16' or 'utf32' (also 'codepoint'), in
            any case and also spelled 'utf-16', or their numbers 1, 2 and 3. Text or an integer.

    Returns:
        The call as an expression. Its type is `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     byte_to_col("naïve = 🐍.x", 13, col_unit="utf16").alias("units"),
        ...     byte_to_col("naïve = 🐍.x", 13, col_unit="utf32").alias("characters"),
        ... ).to_pylist()
        [{'units': 10, 'characters': 9}]
    """
    return call("byte_to_col", line_text, byte, optional=(col_unit,))


def col_to_byte(line_text: Argument, col: Argument, *, col_unit: Argument = None) -> Expr:
    """Returns the offset in bytes of UTF-8 at which a column of a line starts.

    A column past the end is the length of the line in bytes, as in the Language Server Protocol;
    one inside of a character, or between its two units of UTF-16, is the start of that character.
    Both count from 0. A unit that is left out or NULL is the session's setting
    codeanatomy_udf.span_default_col_unit. NULL if another argument is NULL or the position is
    negative; an error if the unit is unknown.

    Args:
        line_text: The text of the line, with or without its end. Text.
        col: The column, from 0. An integer.
        col_unit: What is counted: 'byte' (also 'utf8'), 'utf16' or 'utf32' (also 'codepoint'), in
            any case and also spelled 'utf-16', or their numbers 1, 2 and 3. Text or an integer.

    Returns:
        The call as an expression. Its type is `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     col_to_byte("naïve = 🐍.x", 9, col_unit="utf16").alias("inside"),
        ...     col_to_byte("naïve = 🐍.x", 9, col_unit="utf32").alias("behind"),
        ... ).to_pylist()
        [{'inside': 9, 'behind': 13}]
    """
    return call("col_to_byte", line_text, col, optional=(col_unit,))


def line_of(text: Argument, byte: Argument) -> Expr:
    """Returns the number of the line that a byte of a text is in, counted from 0.

    A line ends with LF, CR LF or CR, as in Python's source files, and the characters that end it
    belong to it. A byte past the end is in the last line. Where rows that follow each other have
    the same text, it is searched for lines only once. NULL if an argument is NULL or the byte is
    negative.

    Args:
        text: The whole text. Text.
        byte: An offset in bytes of UTF-8, from 0. An integer.

    Returns:
        The call as an expression. Its type is `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     line_of(frame.parse_sql_expr("'import os' || chr(10) || 'import sys'"), 3).alias(
        ...         "first"
        ...     ),
        ...     line_of(frame.parse_sql_expr("'import os' || chr(10) || 'import sys'"), 12).alias(
        ...         "second"
        ...     ),
        ... ).to_pylist()
        [{'first': 0, 'second': 1}]
    """
    return call("line_of", text, byte)


def position_encoding_norm(value: Argument) -> Expr:
    """Returns the number of a unit of columns, which col_to_byte and byte_to_col take.

    Returns the number of a unit of columns, which col_to_byte and byte_to_col take: 1 for bytes of
    UTF-8, 2 for units of UTF-16, 3 for code points (UTF-32). Names are read in any case, with or
    without a hyphen, as in the Language Server Protocol. NULL if the value is NULL or no unit.

    Args:
        value: The name of a unit: 'byte', 'utf8', 'utf16', 'utf32' or 'codepoint', or its number.
            Text or an integer.

    Returns:
        The call as an expression. Its type is `int32`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     position_encoding_norm("utf-16").alias("editor"),
        ...     position_encoding_norm("codepoint").alias("python"),
        ...     position_encoding_norm("ebcdic").alias("unknown"),
        ... ).to_pylist()
        [{'editor': 2, 'python': 3, 'unknown': None}]
    """
    return call("position_encoding_norm", value)
