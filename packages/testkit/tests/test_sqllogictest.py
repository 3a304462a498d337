"""Files of golden SQL against the real engine: what passes, what is reported, what is rewritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from codeanatomy_testkit.sqllogictest.records import FormatError, read_records
from codeanatomy_testkit.sqllogictest.rendering import letters, render
from codeanatomy_testkit.sqllogictest.running import Outcome, run_file

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[[str], Outcome]

GOOD = """# A comment.

control substitution on

statement ok
CREATE TABLE eggs AS SELECT * FROM (VALUES (2, 'l', 0.5), (1, NULL, 1.0)) AS t(n, size, x)

statement count 1
INSERT INTO eggs VALUES (3, '', 2.25)

query ITR rowsort
SELECT * FROM eggs
----
3 (empty)    2.25
2 l          0.5
1 NULL       1

query TT valuesort
SELECT 'b', 'a'
----
a
b

query T
SELECT '$__TEST_DIR__/x'
----
$__TEST_DIR__/x

statement error No field named y.
SELECT y FROM eggs

query I
SELECT 1 WHERE false
----

halt

query I
SELECT this is never reached
"""


@pytest.fixture
def run(slt_runner: Callable[[str], pa.Table]) -> Run:
    """Run the text of a file."""
    return lambda text: run_file(text, "eggs.slt", slt_runner, "/the/directory")


def test_good_file(run: Run) -> None:
    outcome = run(GOOD)
    assert outcome.problems == ()
    assert outcome.records == 7
    assert outcome.text == GOOD


WRONG = [
    ("query I\nSELECT 1\n----\n2\n", "the rows differ", "query I\nSELECT 1\n----\n1\n"),
    ("query I\nSELECT 1\n", "the rows differ", "query I\nSELECT 1\n----\n1\n"),
    (
        "query T nosort\nSELECT 1\n----\n1\n\nhalt\n",
        "the types of columns are I, expected T",
        "query I\nSELECT 1\n----\n1\n\nhalt\n",
    ),
    (
        "statement error no such table\nSELECT nope\n",
        "it fails otherwise than with 'no such table': Schema error: No field named nope",
        "statement error Schema error: No field named nope\\.\nSELECT nope\n",
    ),
    (
        "statement count 2\nSELECT CAST(1 AS BIGINT UNSIGNED) AS count\n",
        "it says 1, expected 2",
        "statement count 1\nSELECT CAST(1 AS BIGINT UNSIGNED) AS count\n",
    ),
    (
        "query I rowsort\nSELECT * FROM (VALUES (2), (1)) AS t(n)\n----\n1\n\n# End.",
        "+2",
        "query I rowsort\nSELECT * FROM (VALUES (2), (1)) AS t(n)\n----\n1\n2\n\n# End.",
    ),
]


@pytest.mark.parametrize(("text", "words", "mended"), WRONG)
def test_wrong_results_are_reported_and_rewritten(
    run: Run, text: str, words: str, mended: str
) -> None:
    outcome = run(text)
    (problem,) = outcome.problems
    assert problem.startswith("eggs.slt:1: ")
    assert words in problem
    assert outcome.lasting == ()
    assert outcome.text == mended
    assert run(mended).problems == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("statement ok\nSELECT nope\n", "eggs.slt:1: it fails: Schema error: No field named nope"),
        ("statement error\nSELECT 1\n", "an error is expected, and it works (1 rows)"),
        ("query error\nSELECT 1\n", "an error is expected"),
        ("statement count 1\nSELECT 1, 2 WHERE false\n", "it says no number, expected 1"),
    ],
)
def test_what_no_result_mends_is_not_rewritten(run: Run, text: str, words: str) -> None:
    outcome = run(f"{text}\nquery I\nSELECT 1\n----\n1\n")
    assert words in outcome.problems[0]
    assert outcome.lasting == outcome.problems
    # The records after it are run.
    assert outcome.records == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nhash-threshold 8\n", "eggs.slt:2: 'hash-threshold 8' starts no record; it would be"),
        ("query X\nSELECT 1\n", "starts no record"),
        ("query I randomly more\nSELECT 1\n", "'randomly' is no sort mode: nosort, rowsort"),
        ("query I\n\nSELECT 1\n", "eggs.slt:1: there is no SQL below this line"),
        ("statement ok\nSELECT 1\n----\n1\n", "eggs.slt:3: only a query that works has results"),
        ("statement error (\nSELECT 1\n", "no regular expression: '('"),
        ("control substitution maybe\n", "substitution is on or off, not maybe"),
        ("skipif duckdb\nstatement ok\nSELECT 1\n", "'skipif duckdb' starts no record"),
    ],
)
def test_format_is_checked(text: str, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(read_records(text.split("\n"), "eggs.slt"))
    assert words in str(caught.value)


VALUES: list[tuple[Any, str, str]] = [
    (pa.array([None, True]), "B", "true"),
    (pa.array([0.1 + 0.2]), "R", "0.3"),
    (pa.array([-0.0]), "R", "0"),
    (pa.array([1e-20, 1e20]), "R", "100000000000000000000"),
    (pa.array([float("nan")]), "R", "NaN"),
    (pa.array([float("-inf")]), "R", "-Infinity"),
    (pa.array([Decimal("1.50")]), "R", "1.5"),
    (pa.array([2**63], pa.uint64()), "I", "9223372036854775808"),
    (pa.array(["a\nb"], pa.string_view()), "T", "a\\nb"),
    (pa.array([""]), "T", "(empty)"),
    (pa.array([b"\x00\xff"]), "?", "00ff"),
    (pa.array([dt.date(2026, 1, 31)]), "D", "2026-01-31"),
    (pa.array([dt.datetime(2026, 1, 31, tzinfo=dt.timezone.utc)]), "P", "2026-01-31T00:00:00Z"),
    (pa.array([[1, None]]), "?", "[1, NULL]"),
    (pa.array([[]], pa.list_(pa.int8())), "?", "[]"),
    (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())), "?", "{k: 1}"),
    (pa.array([{"a": {"b": "x"}}]), "?", "{a: {b: x}}"),
]


@pytest.mark.parametrize(("column", "letter", "text"), VALUES)
def test_values_are_written_as_datafusion_does(column: pa.Array, letter: str, text: str) -> None:
    assert letters(pa.schema([("c", column.type)])) == letter
    assert render(column[-1].as_py()) == text
