"""Map Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "map_get_default",
    "map_normalize",
]


def map_get_default(map: Argument, key: Argument, default: Argument) -> Expr:
    """Returns the value that the map has for the key.

    Returns the value that the map has for the key, or the default if it has no such key or is NULL.
    A key whose value is NULL is there: the answer is NULL. A NULL key is never there. If a key
    occurs several times, its last value counts. The answer has the type of the map's values. All
    arguments are evaluated for all rows.

    Args:
        map: The map.
        key: The key to look for, a constant or not. It is cast to the type of the map's keys; what
            does not fit is not there.
        default: What to return for a missing key, a constant or not. It is cast to the type of the
            map's values.

    Returns:
        The call as an expression. Its type is, for example, `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     map_get_default(
        ...         frame.parse_sql_expr("map {'line': 12, 'column': 4}"), "end_line", -1
        ...     ).alias("end_line")
        ... ).to_pylist()
        [{'end_line': -1}]
    """
    return call("map_get_default", map, key, default)


def map_normalize(map: Argument, *, key_case: Argument = None, sort_keys: Argument = None) -> Expr:
    """Returns the map with its keys spelled in one case and its entries sorted by key.

    Of keys that become equal the last one stays. Types are kept; keys that are not text keep their
    spelling. NULL if the map is NULL. Only if sort_keys is written as true does the result's type
    say that keys are sorted. What is not given, or is NULL, is taken from the settings
    map_normalize_key_case and map_normalize_sort_keys of codeanatomy_udf.

    Args:
        map: The map.
        key_case: How keys are spelled, a constant: 'lower', 'upper' or 'none'.
        sort_keys: Whether entries are sorted by key, a constant: true or false.

    Returns:
        The call as an expression. Its type is, for example, `map<string,int64>`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     map_normalize(
        ...         frame.parse_sql_expr("map {'Kind': 'call', 'FILE': 'a.py', 'kind': 'name'}"),
        ...         key_case="lower",
        ...         sort_keys=True,
        ...     ).alias("attributes")
        ... ).to_pylist()
        [{'attributes': [('file', 'a.py'), ('kind', 'name')]}]
    """
    return call("map_normalize", map, optional=(key_case, sort_keys))
