"""JSON Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "json_contains",
    "json_get",
    "json_get_text",
]


def json_contains(text: Argument, part: Argument) -> Expr:
    """Returns whether a JSON value has everything that another has, both given as text.

    Returns whether a JSON value has everything that another has, both given as text: each member of
    an object by its key, each element of an array wherever it is, and other values by equality,
    numbers by their value. An array also contains a single string, number, boolean or null that is
    one of its elements. NULL if an argument is NULL or not JSON. The operators @> and <@ are this
    function where both sides are text.

    Args:
        text: The JSON that contains. Text of any layout.
        part: The JSON that is contained. Text of any layout; a constant is read once.

    Returns:
        The call as an expression. Its type is `bool`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     json_contains('{"kind": "def", "tags": ["a", "b"]}', '{"tags": ["b"]}').alias(
        ...         "found"
        ...     )
        ... ).to_pylist()
        [{'found': True}]
    """
    return call("json_contains", text, part)


def json_get(text: Argument, *key: Argument) -> Expr:
    """Returns the value that the keys lead to, as JSON: a piece of the text as it stands there.

    Returns the value that the keys lead to, as JSON: a piece of the text as it stands there,
    strings with their quotation marks. NULL if an argument is NULL, if there is no such value, or
    if the text is not JSON up to the value. What is passed over is read for its brackets and
    strings only, and what comes after the value not at all. Of members with the same key, the first
    counts. The operators -> and #> are this function where their left side is text.

    Args:
        text: JSON. Text of any layout.
        *key: Steps into the value, one or more, each a column or a constant. A text names a member
            of an object; an integer, or a text that is one, counts the elements of an array from 0,
            or from the end where it is negative: -1 is the last.

    Returns:
        The call as an expression. Its type is, for example, `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     json_get('{"spans": [{"start": 3}]}', "spans", 0).alias("span")
        ... ).to_pylist()
        [{'span': '{"start": 3}'}]
    """
    return call("json_get", text, *key)


def json_get_text(text: Argument, *key: Argument) -> Expr:
    """Returns the value that the keys lead to, as text.

    Returns the value that the keys lead to, as text: strings without quotation marks and escapes,
    other values as they are written, and the JSON value null as NULL. NULL if an argument is NULL,
    if there is no such value, or if the text is not JSON up to the value. What is passed over is
    read for its brackets and strings only, and what comes after the value not at all. Of members
    with the same key, the first counts. The operators ->> and #>> are this function where their
    left side is text.

    Args:
        text: JSON. Text of any layout.
        *key: Steps into the value, one or more, each a column or a constant. A text names a member
            of an object; an integer, or a text that is one, counts the elements of an array from 0,
            or from the end where it is negative: -1 is the last.

    Returns:
        The call as an expression. Its type is, for example, `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     json_get_text('{"name": "json.decoder"}', "name").alias("name")
        ... ).to_pylist()
        [{'name': 'json.decoder'}]
    """
    return call("json_get_text", text, *key)
