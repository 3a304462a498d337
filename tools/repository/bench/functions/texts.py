"""Normal forms of source lines, and their columns as an editor counts them."""

from __future__ import annotations

from repository.bench.functions.workload import Contender, Workload

# A mark behind each character beyond the basic plane makes characters as many as units of UTF-16.
BEYOND = r"([\x{10000}-\x{10FFFF}])"
HEAD = f"substr(regexp_replace(line, '{BEYOND}', %s || chr(1), 'g'), 1, col)"

WORKLOADS = (
    Workload(
        "utf8_normalize",
        "normalize",
        "2 M lines in full: NFKC, case folded, white space collapsed",
        (
            Contender("codeanatomy utf8_normalize", "codeanatomy", "utf8_normalize(line)"),
            Contender("Python, unicodedata", "datafusion", "python_normalize(line)"),
            Contender("polars, lower case for folding", "polars", "normalize", same=False),
            Contender(
                "DuckDB, NFC, lower case for folding",
                "duckdb",
                r"nullif(regexp_replace(lower(nfc_normalize(trim(line))), '\s+', ' ', 'g'), '')",
                same=False,
            ),
        ),
        "column",
        ("lines",),
        "bytes",
    ),
    Workload(
        "col_to_byte",
        "position",
        "column in UTF-16 to byte, 2 M lines",
        (
            Contender("codeanatomy col_to_byte", "codeanatomy", "col_to_byte(line, col, 'utf16')"),
            Contender("polars", "polars", "col_to_byte"),
            Contender("Python, short cut for ASCII", "datafusion", "python_col_to_byte(line, col)"),
            Contender(
                "DuckDB",
                "duckdb",
                "strlen(replace({}, chr(1), ''))".format(HEAD % r"'\1'"),
            ),
            Contender(
                "DataFusion",
                "datafusion",
                "octet_length(replace({}, chr(1), ''))".format(HEAD % "'${1}'"),
            ),
        ),
        "column",
        ("lines",),
    ),
)
