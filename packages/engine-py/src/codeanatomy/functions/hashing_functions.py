"""Hashing Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "prefixed_hash64",
    "prefixed_hash_parts64",
    "stable_bucket",
    "stable_hash64",
    "stable_hash128",
    "stable_hash_any",
    "stable_id",
    "stable_id_parts",
]


def prefixed_hash64(prefix: Argument, value: Argument) -> Expr:
    """Returns the prefix, a colon and stable_hash64 of the value as a decimal number.

    Returns the prefix, a colon and stable_hash64 of the value as a decimal number, which may be
    negative. It is a short key that says what it is a key of; the prefix is printed and not hashed.
    It is not collision-proof against someone who wants collisions: use stable_id for identities.
    NULL if an argument is NULL.

    Args:
        prefix: What kind of thing the key is of. It is printed and not hashed. Text.
        value: What to hash. Text or binary.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(prefixed_hash64("module", "json.decoder").alias("key")).to_pylist()
        [{'key': 'module:-3987985779604159950'}]
    """
    return call("prefixed_hash64", prefix, value)


def prefixed_hash_parts64(prefix: Argument, *part: Argument) -> Expr:
    """Returns the prefix, a colon and the XXH3-64 hash of prefix and parts as a decimal number.

    Returns the prefix, a colon and the XXH3-64 hash of prefix and parts as a decimal number, which
    may be negative. Prefix and parts are written as stable_id_parts writes them, with their lengths
    but without what it adds at the end, so that ('ab', 'c') and ('a', 'bc') differ, and a NULL part
    is a part that differs from every value. It is shorter than an id and not collision-proof
    against someone who wants collisions. NULL if the prefix is NULL.

    Args:
        prefix: What kind of thing the key is of. It is printed and hashed. Text.
        *part: One of the values that make the key; any number of them, in a fixed order. Anything
            that is not nested.

    Returns:
        The call as an expression. Its type is, for example, `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     prefixed_hash_parts64("call", "json/decoder.py", 1024, 1040).alias("key")
        ... ).to_pylist()
        [{'key': 'call:-2364069400735525112'}]
    """
    return call("prefixed_hash_parts64", prefix, *part)


def stable_bucket(value: Argument, n: Argument) -> Expr:
    """Returns which of n buckets the value belongs to, from 0 to n - 1.

    Returns which of n buckets the value belongs to, from 0 to n - 1: the same on every machine and
    in every version. The bucket is floor(h * n / 2^64), where h is stable_hash64 of the value with
    its bits read as an unsigned integer; an integer is hashed as its decimal text. So a bucket of n
    is cut into k buckets when there are k * n of them: stable_bucket(value, n) =
    stable_bucket(value, k * n) / k. NULL if an argument is NULL; an n below 1 is an error.

    Args:
        value: What to put into a bucket. Text, binary or an integer.
        n: The number of buckets, at least 1. An integer.

    Returns:
        The call as an expression. Its type is, for example, `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(stable_bucket("json.decoder", 16).alias("bucket")).to_pylist()
        [{'bucket': 12}]
    """
    return call("stable_bucket", value, n)


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


def stable_hash_any(
    value: Argument, *, canonical: Argument = None, null_sentinel: Argument = None
) -> Expr:
    """Returns the XXH3-128 hash of a value of any type, also a nested one.

    Returns the XXH3-128 hash of a value of any type, also a nested one, as 32 hexadecimal digits.
    What is hashed is the value with its kind, not how a column stores it: equal integers of all
    widths agree, and so do floats of all widths, decimals of all scales, text of all layouts, lists
    of all layouts, times of all units, timestamps of one instant in all time zones, maps in any
    order of entries, and a dictionary and its values. Values of different kinds differ: 5, 5.0 and
    '5' have three hashes, as have NULL, '' and an empty list. Struct fields count with their names
    and order. It is not collision-proof against someone who wants collisions. NULL if the value is
    NULL and no null_sentinel is given; a NULL inside a value is part of it.

    Args:
        value: What to hash. Anything.
        canonical: Whether each text in the value is brought into Unicode's normal form NFKC and
            loses white space at both ends before it is hashed. A constant boolean; true if it is
            left out or NULL.
        null_sentinel: The text that is hashed where the value is NULL. A constant text; if it is
            left out or NULL, the hash of NULL is NULL.

    Returns:
        The call as an expression. Its type is, for example, `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(stable_hash_any([1, 2, None]).alias("key")).to_pylist()
        [{'key': 'ae2a4fd91a72f20155bb7f643896a5c7'}]
    """
    return call("stable_hash_any", value, optional=(canonical, null_sentinel))


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
        [{'id': 'module:f729b3ee75aff3140d6da74dec5faa4e'}]
    """
    return call("stable_id", prefix, value)


def stable_id_parts(prefix: Argument, *part: Argument) -> Expr:
    """Returns the id of a thing that several values identify together: the prefix.

    Returns the id of a thing that several values identify together: the prefix, a colon and 32
    hexadecimal digits of BLAKE3. Each part is hashed with its length, so that ('ab', 'c') and ('a',
    'bc') differ; a NULL part is a part that differs from every value. Numbers, booleans and times
    are hashed as the text that SQL casts them to. NULL if the prefix is NULL. To make the same id
    elsewhere, write prefix and parts one after the other, each as its length in UTF-8 plus one (in
    LEB128: one byte below 127) and its bytes, a NULL part as the byte 0; then the byte 0x80, and
    zeros up to a multiple of 64 bytes; and take the first 16 bytes of BLAKE3.

    Args:
        prefix: What kind of thing the id names. It is printed and hashed. Text.
        *part: One of the values that identify the thing; any number of them, in a fixed order.
            Anything that is not nested.

    Returns:
        The call as an expression. Its type is, for example, `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     stable_id_parts("call", "json/decoder.py", 1024, 1040).alias("id")
        ... ).to_pylist()
        [{'id': 'call:3c83bb1cbcc934c5586e24e751f6d1d9'}]
    """
    return call("stable_id_parts", prefix, *part)
