"""Running a `.slt` file: each record against the runner, and the file with what came of it."""

# pyarrow has no annotations.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from codeanatomy_testkit.sqllogictest.records import SEPARATOR, Record, read_records
from codeanatomy_testkit.sqllogictest.rendering import letters, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

Runner: TypeAlias = "Callable[[str], pa.Table]"
DIRECTORY = "$__TEST_DIR__"


@dataclass(frozen=True)
class Outcome:
    """What came of a file.

    Attributes:
        problems: What went wrong, a text a record.
        lasting: Those of them that other results would not mend, such as a statement that fails.
        text: The file with the results that there were.
        records: How many records were run.
    """

    problems: tuple[str, ...]
    lasting: tuple[str, ...]
    text: str
    records: int


@dataclass(frozen=True)
class Answer:
    """What came of a record.

    Attributes:
        problem: What went wrong; `None` if nothing did.
        head: What the record's first line should be; `None` if it is right.
        results: What the lines of its results should be; `None` if they are right.
    """

    problem: str | None = None
    head: str | None = None
    results: tuple[str, ...] | None = None


def run_file(text: str, name: str, run: Runner, directory: str) -> Outcome:
    """Run all records of a file, also those after one that fails.

    Args:
        text: The file.
        name: What it is called in problems.
        run: Runs a statement to its end.
        directory: What `$__TEST_DIR__` is.

    Returns:
        The problems, and the file as it would be without those that are about results.

    Raises:
        FormatError: It is not in the format.
    """
    lines = text.split("\n")
    changed = list(lines)
    problems: list[str] = []
    lasting: list[str] = []
    edits: list[tuple[Record, Answer]] = []
    records = list(read_records(lines, name))
    for record in records:
        answer = run_record(record, run, directory)
        if answer.problem is not None:
            problem = f"{name}:{record.line}: {answer.problem}\n{indented(record.sql)}"
            problems.append(problem)
            if answer.head is None and answer.results is None:
                lasting.append(problem)
        edits.append((record, answer))
    # From the last one on, so that the places of the others stay right.
    for record, answer in reversed(edits):
        if answer.results is not None:
            start, end = record.results
            # A query that had no results yet has no separator either.
            separator = [] if lines[start - 1].strip() == SEPARATOR else [SEPARATOR]
            changed[start:end] = [*separator, *answer.results]
        if answer.head is not None:
            changed[record.head] = answer.head
    return Outcome(tuple(problems), tuple(lasting), "\n".join(changed), len(records))


def run_record(record: Record, run: Runner, directory: str) -> Answer:
    """Run a record."""
    sql = record.sql.replace(DIRECTORY, directory) if record.substitute else record.sql
    try:
        table = run(sql)
    except Exception as error:  # noqa: BLE001 - whatever an engine raises is what is compared
        return of_error(record, str(error), directory)
    if record.error is not None:
        return Answer(f"an error is expected, and it works ({table.num_rows} rows)")
    if record.query:
        return of_rows(record, table, directory)
    if record.count is not None:
        return of_count(record, table)
    return Answer()


def of_error(record: Record, message: str, directory: str) -> Answer:
    """Compare an error with what is expected."""
    first = message.replace(directory, DIRECTORY) if record.substitute else message
    if record.error is None:
        return Answer(f"it fails: {first}")
    if re.search(record.error, first):
        return Answer()
    kind = "query" if record.query else "statement"
    return Answer(
        f"it fails otherwise than with {record.error!r}: {first}",
        head=f"{kind} error {re.escape(first.splitlines()[0]).replace(chr(92) + ' ', ' ')}",
    )


def of_rows(record: Record, table: pa.Table, directory: str) -> Answer:
    """Compare rows with the expected ones."""
    types = letters(table.schema)
    lines = sorted_lines(rows_of(table), record)
    if record.substitute:
        lines = [line.replace(directory, DIRECTORY) for line in lines]
    # Columns may be aligned with spaces.
    expected = [" ".join(line.split()) for line in record.expected]
    found = [" ".join(line.split()) for line in lines]
    if record.sort != "nosort":
        expected = sorted(expected)
    sort = "" if record.sort == "nosort" else f" {record.sort}"
    head = f"query {types}{sort}" if types != record.types else None
    if head is None and expected == found:
        return Answer()
    problems: list[str] = []
    if head is not None:
        problems.append(f"the types of columns are {types}, expected {record.types}")
    if expected != found:
        difference = difflib.unified_diff(expected, found, "expected", "now", lineterm="", n=1)
        problems.append("the rows differ\n" + "\n".join([*difference][:40]))
    return Answer("; ".join(problems), head, tuple(lines) if expected != found else None)


def of_count(record: Record, table: pa.Table) -> Answer:
    """Compare the number of changed rows."""
    counts = [row[0] for row in rows_of(table)]
    if counts == [str(record.count)]:
        return Answer()
    found = ", ".join(counts) or "no number"
    head = f"statement count {counts[0]}" if len(counts) == 1 and counts[0].isdigit() else None
    return Answer(f"it says {found}, expected {record.count}", head=head)


def sorted_lines(rows: Sequence[Sequence[str]], record: Record) -> list[str]:
    """Write rows as lines, sorted as the record says; with `valuesort`, a value a line."""
    if record.sort == "valuesort":
        return sorted(value for row in rows for value in row)
    lines = [" ".join(row) for row in rows]
    return sorted(lines) if record.sort == "rowsort" else lines


def indented(sql: str) -> str:
    """Indent a statement below the problem with it."""
    return "\n".join(f"    {line}" for line in sql.splitlines())
