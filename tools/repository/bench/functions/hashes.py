"""Hashes of a column and ids of several, against every hash that a peer brings."""

from __future__ import annotations

from repository.bench.functions.workload import Contender, Workload

# Peers hash one text: the parts with a separator between them, and a word for NULL.
JOINED = (
    "concat_ws(chr(31), coalesce(name, '__null__'), cast(number as varchar),"
    " coalesce(kind, '__null__'), cast(start as varchar))"
)
PARTS = "name, number, kind, start"

WORKLOADS = (
    Workload(
        "stable_hash64",
        "hash",
        "64-bit hash of 10 M texts",
        (
            Contender("codeanatomy stable_hash64", "codeanatomy", "stable_hash64(name)"),
            Contender("polars-hash xxh3_64", "polars", "xxh3_64", needs="polars-hash"),
            Contender("DuckDB hash", "duckdb", "hash(name)", same=False),
            Contender("DataFusion xxhash64 of Spark", "spark", "xxhash64(name)", same=False),
            Contender("polars hash", "polars", "hash", same=False),
        ),
        "column",
        ("names",),
        "xor",
    ),
    Workload(
        "stable_id_parts",
        "id",
        "id of 4 columns with NULLs, 3 M rows, as text",
        (
            Contender(
                "codeanatomy stable_id_parts", "codeanatomy", f"stable_id_parts('node', {PARTS})"
            ),
            Contender(
                "Python, blake3, the same ids",
                "datafusion",
                f"python_stable_id({PARTS})",
                needs="blake3",
            ),
            Contender(
                "Python, hashlib.blake2b", "datafusion", f"python_blake2b({PARTS})", same=False
            ),
            Contender("DuckDB md5", "duckdb", f"'node:' || md5({JOINED})", same=False),
            Contender(
                "DataFusion blake3",
                "datafusion",
                f"'node:' || left(encode(digest({JOINED}, 'blake3'), 'hex'), 32)",
                same=False,
            ),
            Contender("polars-hash blake3", "polars", "blake3_id", same=False, needs="polars-hash"),
        ),
        "column",
        ("parts",),
        "bytes",
    ),
)
