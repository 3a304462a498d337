"""The library's functions as expressions of `datafusion`, one typed accessor each.

A `datafusion.Expr` is taken as it is. Any other value is a constant, a `str` too: the text `"name"`
is no column, `col("name")` is one. What a function takes is checked when the expression is planned.
An optional argument that is `None` is left out, also where a later one is given; the functions that
DataFusion brings take a later one only with all before it. The expressions hold the functions
themselves, so that they work in every session.

Examples:
    >>> import codeanatomy
    >>> from codeanatomy import functions
    >>> from datafusion import col
    >>> frame = codeanatomy.connect().sql("select 'json' as name")
    >>> frame.select(functions.stable_id("module", col("name")).alias("id")).to_pylist()
    [{'id': 'module:13fc529625705f7f188b15bb0b4eeb92'}]
"""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from codeanatomy.functions.hashing_functions import (
    stable_hash64,
    stable_hash128,
    stable_id,
    stable_id_parts,
)

__all__ = [
    "stable_hash64",
    "stable_hash128",
    "stable_id",
    "stable_id_parts",
]
