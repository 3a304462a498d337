"""Hashing Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "stable_hash64",
    "stable_hash128",
    "stable_id",
    "stable_id_parts",
]


def stable_hash64(value: Argument) -> Expr:
    """Returns the XXH3-64 hash of the value, seed 0, with its 64 bits read as a signed integer.

    The specification of XXH3 freezes the values. It is fast and not collision-proof against someone
    who wants collisions: use stable_id for identities. NULL if the value is NULL.

    Args:
        value: What to hash. Text or binary.

    Returns:
        The call as an expression. Its type is `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(stable_hash64("json.decoder").alias("key")).to_pylist()
        [{'key': -3987985779604159950}]
    """
    return call("stable_hash64", value)


def stable_hash128(value: Argument) -> Expr:
    """Returns the XXH3-128 hash of the value, seed 0, as 32 hexadecimal digits.

    Returns the XXH3-128 hash of the value, seed 0, as 32 hexadecimal digits, most significant
    first. The specification of XXH3 freezes the values. It is fast and not collision-proof against
    someone who wants collisions: use stable_id for identities. NULL if the value is NULL.

    Args:
        value: What to hash. Text or binary.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(stable_hash128("json.decoder").alias("key")).to_pylist()
        [{'key': '1914fbe5885654f73666dd99ead71bb8'}]
    """
    return call("stable_hash128", value)


def stable_id(prefix: Argument, value: Argument) -> Expr:
    """Returns an id that depends on nothing but its arguments: the prefix.

    Returns an id that depends on nothing but its arguments: the prefix, a colon and 32 hexadecimal
    digits of BLAKE3. The same arguments give the same id on every machine and in every version;
    nobody can craft two values with one id. NULL if an argument is NULL.

    Args:
        prefix: What kind of thing the id names. It is printed and hashed. Text.
        value: What identifies the thing. Text or binary.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(stable_id("module", "json.decoder").alias("id")).to_pylist()
        [{'id': 'module:2f945590121cad88059f51e5015755cf'}]
    """
    return call("stable_id", prefix, value)


def stable_id_parts(prefix: Argument, *part: Argument) -> Expr:
    """Returns the id of a thing that several values identify together: the prefix.

    Returns the id of a thing that several values identify together: the prefix, a colon and 32
    hexadecimal digits of BLAKE3. Each part is hashed with its length, so that ('ab', 'c') and ('a',
    'bc') differ; a NULL part is a part that differs from every value. Numbers, booleans and times
    are hashed as the text that SQL casts them to. NULL if the prefix is NULL.

    Args:
        prefix: What kind of thing the id names. It is printed and hashed. Text.
        *part: One of the values that identify the thing; any number of them, in a fixed order.
            Anything that is not nested.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     stable_id_parts("call", "json/decoder.py", 1024, 1040).alias("id")
        ... ).to_pylist()
        [{'id': 'call:c0ce574464dd25c1e83bf1923778aab2'}]
    """
    return call("stable_id_parts", prefix, *part)
