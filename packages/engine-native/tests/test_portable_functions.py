"""Functions of the portable tier: the values of the native tier and of independent programs."""

from __future__ import annotations

import json
import re
import struct
import unicodedata
from typing import Any

import blake3
import codeanatomy_engine
import pytest
import xxhash

NATIVE = """
import codeanatomy_engine as tier
from datafusion import SessionContext
session = SessionContext()
tier.install_codeanatomy_runtime(session)
"""
PORTABLE = """
from datafusion import SessionContext
import codeanatomy_portable as tier
session = SessionContext()
tier.register(session)
"""
ANSWER = """
import json
answers = []
with open("queries.json", encoding="utf-8") as file:
    queries = json.load(file)
for query in queries:
    table = session.sql(query).to_arrow_table()
    columns = [
        [field.name, str(field.type), field.nullable, repr(sorted((field.metadata or {}).items()))]
        for field in table.schema
    ]
    answers.append([columns, repr(table.to_pylist())])
print(json.dumps(answers))
"""
# Many rows with NULLs, one row, none.
ROWS = """(
    select
        x as i,
        't' || (x % 7)::varchar as s,
        case when x % 5 = 0 then null else x * 1.5 end as d,
        x % 3 = 0 as b,
        x % 4 as g,
        case when x % 6 = 0 then null else 'Ünï ' || x::varchar end as u,
        concat('{"a": {"b": [', x, ', null]}}') as j
    from generate_series(1, %d) series(x)
    where x <= %d
) rows"""
TABLES = [
    ROWS.replace("%d", str(end), 1).replace("%d", str(last))
    for end, last in ((20_000, 300), (1, 1), (10, 0))
]
SCALAR = [
    "byte_to_col(u, 2)",
    "byte_to_col(u, g, 'utf16')",
    "cdf_change_rank(s)",
    "cdf_is_delete('delete')",
    "cdf_is_upsert(case when b then 'insert' else s end)",
    "col_to_byte(u, 2, 'utf16')",
    "cpg_score(d)",
    "damerau_levenshtein(u, s)",
    "hash128(u)",
    "hash64(u)",
    "identifier_similarity(u, s)",
    "interval_align_score(i, i + 3, 2, 9)",
    "jaro_winkler_similarity(u, s)",
    'json_contains(j, \'{"a": {"b": [3]}}\')',
    "json_get(j, 'a', 'b')",
    "json_get_text(j, 'a', 'b', 0)",
    "line_of('one\ntwo\nthree', i)",
    "list_unique_sorted([u, s, null, s])",
    "array_unique_sorted([i, g, g])",
    "map_get_default(map(['a', 'b'], [i, g]), 'c', 7)",
    "map_normalize(map(['B', 'a'], [i, g]))",
    "map_normalize(map(['B', 'a'], [i, g]), 'upper')",
    "map_normalize(map(['B', 'a'], [i, g]), 'none', false)",
    "normalize_utf8(u)",
    "null_if_blank(u)",
    "position_encoding_norm('utf-8')",
    "prefixed_hash('p', u)",
    "prefixed_hash64('p', u)",
    "prefixed_hash_parts('p', s, u)",
    "prefixed_hash_parts64('p', s, u)",
    "qname_normalize(s, 'a.b')",
    "qualname_normalize(u)",
    "arrow_metadata(semantic_tag('span', i), 'semantic_type')",
    "semantic_tag('span', i)",
    "span(i, i + 3)",
    "span_contains(span_make(0, 100), span_make(i, i + 3))",
    "span_id('p', u, i, i + g, s)",
    "span_intersection(span_make(i, i + 3), span_make(2, 9))",
    "span_len(span_make(i, i + g))",
    "span_make(i, i + 3, 1, 'utf16', false)",
    "span_overlaps(span_make(i, i + 3), span_make(2, 9))",
    "span_shift(span_make(i, i + 3), 2)",
    "span_union(span_make(i, i + 3), span_make(2, 9))",
    "stable_bucket(u, 7)",
    "stable_hash(d)",
    "stable_hash128(u)",
    "stable_hash64(u)",
    "stable_hash_any(d, true, 'none')",
    "stable_hash_any(named_struct('a', i, 'b', u), false)",
    "stable_id('p', u)",
    "stable_id(s, 'constant')",
    "stable_id_multi('p', s, u)",
    "stable_id_parts('p', s, u)",
    "struct_pick(named_struct('a', i, 'b', s), 'b')",
    "struct_select(named_struct('a', i, 'b', s), 'b', 'a')",
    "text_similarity(u, s)",
    "utf8_normalize(u)",
    "utf8_normalize(u, 'NFD', false, false)",
    "utf8_null_if_blank(u)",
]
AGGREGATE = [
    "any_value_det(u, s)",
    "arg_max(u, d)",
    "arg_max(named_struct('a', i, 'b', u), i)",
    "arg_min(i, u)",
    "asof_select(u, d)",
    "collect_set(i)",
    "count_distinct_agg(u)",
    "count_if(b)",
    "count_if(b) filter (where g = 1)",
    "list_unique(u)",
]
# With an order of their own, which is no window's.
ORDERED = [
    "first_value_agg(u order by i)",
    "first_value_agg(u order by i desc)",
    "first_value_agg(u order by d nulls first, i)",
    "last_value_agg(u order by i)",
    "last_value_agg(u order by i desc)",
    "list_unique(distinct s)",
]
WINDOW = [
    "dedupe_best_by_score()",
    "lag_window(u)",
    "lag_window(u, 3, 'none')",
    "lag_window(i, -2)",
    "lag_window(u) ignore nulls",
    "lead_window(u)",
    "lead_window(i, 2, 0)",
    "row_number_window()",
    # The session's own.
    "lag(u, 3, 'none')",
    "row_number()",
]
FRAMES = [
    "partition by g",
    "partition by g order by i",
    "order by i rows between 3 preceding and current row",
    "partition by g order by i rows between 2 preceding and 1 following",
    "order by d desc, i",
]


def queries() -> list[str]:
    """One query a row of the lists above, table and form."""
    answer = []
    for rows in TABLES:
        answer += [f"select {call} as r from {rows} order by i" for call in SCALAR]
        for call in AGGREGATE + ORDERED:
            answer += [
                f"select {call} as r from {rows}",
                f"select g, {call} as r from {rows} group by g order by g",
                f"select s, b, {call} as r from {rows} group by rollup(s, b) order by s, b",
            ]
        for call in AGGREGATE:
            answer += [
                f"select i, {call} over ({frame}) as r from {rows} order by i"
                for frame in FRAMES[:4]
            ]
        for call in WINDOW:
            answer += [
                f"select i, {call} over ({frame}) as r from {rows} order by i"
                for frame in (FRAMES[1], FRAMES[4])
            ]
    return answer


def answers(run: Any, tier: str, asked: list[str], **options: Any) -> list[Any]:
    """Run the queries in a process of that tier."""
    run.directory.joinpath("queries.json").write_text(json.dumps(asked), encoding="utf-8")
    return run(tier + ANSWER, **options)


def test_functions_answer_as_in_the_native_tier(run: Any, stock_python: str, session: Any) -> None:
    asked = queries()
    snapshot = codeanatomy_engine.install_codeanatomy_runtime(session)["snapshot"]
    aliases = {name for names in snapshot["aliases"].values() for name in names}
    called = {name for query in asked for name in re.findall(r"\b(\w+)\(", query)}
    kept = {"first_value", "last_value", "lead"}
    assert {*snapshot["custom_udfs"], *aliases} - called == {*snapshot["table"], *kept}

    native = answers(run, NATIVE, asked)
    portable = answers(run, PORTABLE, asked, python=stock_python)
    different = [
        (query, own, other)
        for query, own, other in zip(asked, native, portable, strict=True)
        if own != other
    ]
    assert different == []
    assert len(asked) > 300


def test_documented_examples_answer_as_in_the_native_tier(
    run: Any, stock_python: str, session: Any
) -> None:
    snapshot = codeanatomy_engine.install_codeanatomy_runtime(session)["snapshot"]
    asked = [
        example
        for name, documentation in snapshot["documentation"].items()
        # The examples of DataFusion's own functions are about tables that are not there, and what
        # is about Delta tables and caches is left out of that tier.
        if "datafusion" not in snapshot["rewrite_tags"][name]
        and not (
            name in snapshot["table"] and {"cache", "delta"} & {*snapshot["rewrite_tags"][name]}
        )
        for example in re.findall(
            r"^> (.*?;)\s*$", documentation["sql_example"] or "", re.MULTILINE | re.DOTALL
        )
    ]
    assert len(asked) >= 45
    native = answers(run, NATIVE, asked)
    assert answers(run, PORTABLE, asked, python=stock_python) == native


def rows_of(run: Any, stock_python: str, query: str) -> list[Any]:
    run.directory.joinpath("query.sql").write_text(query, encoding="utf-8")
    return run(
        PORTABLE
        + """
import json
from pathlib import Path
query = Path("query.sql").read_text(encoding="utf-8")
print(json.dumps(session.sql(query).to_pylist()))
""",
        python=stock_python,
    )


TEXTS = ["", "a", "Ünï ﬁ  x", "e\u0301", "b" * 300, None, "a"]


@pytest.fixture(scope="module")
def values() -> str:
    rows = ", ".join(
        f"({number}, {'null' if text is None else repr(text)})" for number, text in enumerate(TEXTS)
    )
    return f"(values {rows}) t(i, u)"


def test_hashes_are_xxh3_and_blake3(run: Any, stock_python: str, values: str, message: Any) -> None:
    query = f"select stable_hash64(u) a, hash128(u) b, stable_id('p', u) c from {values} order by i"
    expected = []
    for text in TEXTS:
        if text is None:
            expected.append({"a": None, "b": None, "c": None})
            continue
        data = text.encode()
        padded = message("p", text) + b"\x80"
        padded += bytes(-len(padded) % 64)
        hash64 = struct.pack("<Q", xxhash.xxh3_64_intdigest(data))
        expected.append(
            {
                "a": struct.unpack("<q", hash64)[0],
                "b": xxhash.xxh3_128_hexdigest(data),
                "c": f"p:{blake3.blake3(padded).hexdigest()[:32]}",
            }
        )
    assert rows_of(run, stock_python, query) == expected


def test_normal_forms_are_those_of_unicodedata(run: Any, stock_python: str, values: str) -> None:
    calls = "utf8_normalize(u, 'NFD', false, false) a, utf8_normalize(u) b"
    query = f"select {calls} from {values} order by i"
    assert rows_of(run, stock_python, query) == [
        {
            # An empty text becomes NULL.
            "a": None if text is None else unicodedata.normalize("NFD", text) or None,
            "b": None
            if text is None
            else " ".join(unicodedata.normalize("NFKC", text.casefold()).split()) or None,
        }
        for text in TEXTS
    ]


def test_aggregates_and_windows_count_as_python_does(run: Any, stock_python: str) -> None:
    numbers = range(1, 1001)
    rows = (
        "(select x, x % 7 as g, x % 13 as v, x % 3 = 0 as b from generate_series(1, 1000) s(x)) t"
    )
    answer = rows_of(
        run,
        stock_python,
        f"select g, count_if(b) a, list_unique(v) b, arg_max(x, v) c, count_distinct_agg(v) d"
        f" from {rows} group by g order by g",
    )
    groups = {g: [x for x in numbers if x % 7 == g] for g in range(7)}
    assert answer == [
        {
            "g": g,
            "a": sum(x % 3 == 0 for x in members),
            "b": sorted({x % 13 for x in members}),
            "c": answer[g]["c"],
            "d": len({x % 13 for x in members}),
        }
        for g, members in groups.items()
    ]
    assert all(row["c"] % 13 == 12 and row["c"] % 7 == row["g"] for row in answer)
    answer = rows_of(
        run,
        stock_python,
        "select x, lag_window(x, 2, -1) over (partition by g order by x) as before,"
        " row_number_window() over (partition by g order by x desc) as place,"
        " count_if(b) over (partition by g order by x"
        " rows between 2 preceding and current row) as n"
        f" from {rows} order by x",
    )
    expected = []
    for x in numbers:
        members = groups[x % 7]
        at = members.index(x)
        expected.append(
            {
                "x": x,
                "before": members[at - 2] if at >= 2 else -1,
                "place": len(members) - at,
                "n": sum(other % 3 == 0 for other in members[max(0, at - 2) : at + 1]),
            }
        )
    assert answer == expected
