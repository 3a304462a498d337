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
    [{'id': 'module:bc7d68cf65d345bef36a8b0ecea359b3'}]
"""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from codeanatomy.functions.analytical_functions import (
    lag,
    lead,
)
from codeanatomy.functions.array_functions import (
    list_unique_sorted,
)
from codeanatomy.functions.change_data_feed_functions import (
    cdf_change_rank,
    cdf_is_delete,
    cdf_is_upsert,
)
from codeanatomy.functions.general_functions import (
    count_distinct_agg,
    count_if,
    first_value,
    last_value,
    list_unique,
)
from codeanatomy.functions.hashing_functions import (
    prefixed_hash64,
    prefixed_hash_parts64,
    stable_bucket,
    stable_hash64,
    stable_hash128,
    stable_hash_any,
    stable_id,
    stable_id_parts,
)
from codeanatomy.functions.json_functions import (
    json_contains,
    json_get,
    json_get_text,
)
from codeanatomy.functions.map_functions import (
    map_get_default,
    map_normalize,
)
from codeanatomy.functions.metadata_functions import (
    cpg_score,
    semantic_tag,
)
from codeanatomy.functions.position_functions import (
    byte_to_col,
    col_to_byte,
    line_of,
    position_encoding_norm,
)
from codeanatomy.functions.ranking_functions import (
    row_number,
)
from codeanatomy.functions.selecting_aggregates import (
    any_value_det,
    arg_max,
    arg_min,
)
from codeanatomy.functions.span_functions import (
    interval_align_score,
    span_contains,
    span_id,
    span_intersection,
    span_len,
    span_make,
    span_overlaps,
    span_shift,
    span_union,
)
from codeanatomy.functions.struct_functions import (
    struct_pick,
)
from codeanatomy.functions.text_functions import (
    damerau_levenshtein,
    identifier_similarity,
    jaro_winkler_similarity,
    qname_normalize,
    text_similarity,
    utf8_normalize,
    utf8_null_if_blank,
)

__all__ = [
    "any_value_det",
    "arg_max",
    "arg_min",
    "byte_to_col",
    "cdf_change_rank",
    "cdf_is_delete",
    "cdf_is_upsert",
    "col_to_byte",
    "count_distinct_agg",
    "count_if",
    "cpg_score",
    "damerau_levenshtein",
    "first_value",
    "identifier_similarity",
    "interval_align_score",
    "jaro_winkler_similarity",
    "json_contains",
    "json_get",
    "json_get_text",
    "lag",
    "last_value",
    "lead",
    "line_of",
    "list_unique",
    "list_unique_sorted",
    "map_get_default",
    "map_normalize",
    "position_encoding_norm",
    "prefixed_hash64",
    "prefixed_hash_parts64",
    "qname_normalize",
    "row_number",
    "semantic_tag",
    "span_contains",
    "span_id",
    "span_intersection",
    "span_len",
    "span_make",
    "span_overlaps",
    "span_shift",
    "span_union",
    "stable_bucket",
    "stable_hash64",
    "stable_hash128",
    "stable_hash_any",
    "stable_id",
    "stable_id_parts",
    "struct_pick",
    "text_similarity",
    "utf8_normalize",
    "utf8_null_if_blank",
]
