"""The records of a `.slt` file, and how they are read.

Each record starts with a line of its own and ends with an empty one:

    statement ok
    CREATE TABLE eggs AS VALUES (1), (2)

    query I rowsort
    SELECT column1 FROM eggs
    ----
    1
    2
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Sort: TypeAlias = Literal["nosort", "rowsort", "valuesort"]
SORTS: tuple[Sort, ...] = ("nosort", "rowsort", "valuesort")
TYPES = "BDIPRT?"
SEPARATOR = "----"


class FormatError(Exception):
    """A file is not in the format; the text says where, and what would be."""


@dataclass(frozen=True)
class Record:
    """A statement or query with what it has to do.

    Attributes:
        line: The line it starts at, from 1 on.
        query: Whether rows are expected.
        sql: The statement.
        error: A regular expression that is searched in the error's text; `None` if it has to work.
        count: How many rows the statement has to change; `None` if that does not matter.
        types: A letter a column: `B` boolean, `D` date or time of day, `I` integer, `P` point in
            time, `R` real or decimal, `T` text, `?` anything else.
        sort: How rows are sorted before they are compared.
        expected: The expected lines.
        head: Index of the record's first line.
        results: Indices of the first line of the results and of the one after the last.
        substitute: Whether `$__TEST_DIR__` in the statement is the test's own directory.
    """

    line: int
    query: bool
    sql: str
    error: str | None
    count: int | None
    types: str
    sort: Sort
    expected: tuple[str, ...]
    head: int
    results: tuple[int, int]
    substitute: bool


@dataclass(frozen=True)
class Head:
    """What the first line of a record says; the attributes are those of `Record`."""

    query: bool
    error: str | None = None
    count: int | None = None
    types: str = ""
    sort: Sort = "nosort"


def read_records(lines: Sequence[str], name: str) -> Iterator[Record]:
    """Read the records of a file.

    Args:
        lines: The lines of the file.
        name: What the file is called in errors.

    Yields:
        The records in their order, up to `halt`.

    Raises:
        FormatError: A line is not in the format, or belongs to a part of it that is not supported.
    """
    place, substitute = 0, False
    while place < len(lines):
        words = lines[place].split()
        if not words or words[0].startswith("#"):
            place += 1
        elif words[0] == "halt":
            return
        elif words[0] == "control" and len(words) == 3 and words[1] == "substitution":  # noqa: PLR2004
            if words[2] not in {"on", "off"}:
                raise FormatError(f"{name}:{place + 1}: substitution is on or off, not {words[2]}")
            substitute = words[2] == "on"
            place += 1
        else:
            record, place = read_record(lines, place, name, substitute=substitute)
            yield record


def read_record(
    lines: Sequence[str], place: int, name: str, *, substitute: bool
) -> tuple[Record, int]:
    """Read the record that starts at a line. Gives the place after it, too."""
    where = f"{name}:{place + 1}"
    head = read_head(lines[place], where)
    end = place + 1
    while end < len(lines) and lines[end].strip() and lines[end].strip() != SEPARATOR:
        end += 1
    sql = "\n".join(lines[place + 1 : end])
    if not sql.strip():
        raise FormatError(f"{where}: there is no SQL below this line")
    start = end
    expected: tuple[str, ...] = ()
    if end < len(lines) and lines[end].strip() == SEPARATOR:
        if not head.query or head.error is not None:
            raise FormatError(f"{name}:{end + 1}: only a query that works has results")
        start = end = end + 1
        while end < len(lines) and lines[end].strip():
            end += 1
        expected = tuple(lines[start:end])
    record = Record(
        line=place + 1,
        query=head.query,
        sql=sql,
        error=head.error,
        count=head.count,
        types=head.types,
        sort=head.sort,
        expected=expected,
        head=place,
        results=(start, end),
        substitute=substitute,
    )
    return record, end


def read_head(line: str, where: str) -> Head:
    """Read the first line of a record."""
    words = line.split()
    match words:
        case ["statement", "ok"]:
            return Head(query=False)
        case ["statement", "count", number] if number.isdigit():
            return Head(query=False, count=int(number))
        case ["statement" | "query" as kind, "error", *_]:
            pattern = line.partition("error")[2].strip()
            try:
                re.compile(pattern)
            except re.error as error:
                raise FormatError(f"{where}: no regular expression: {pattern!r}: {error}") from None
            return Head(query=kind == "query", error=pattern)
        case ["query", types, *rest] if set(types) <= set(TYPES):
            sort: Sort = "nosort"
            if rest and rest[0] in SORTS:
                sort = SORTS[SORTS.index(rest[0])]
                rest = rest[1:]
            if len(rest) > 1:
                raise FormatError(f"{where}: {rest[0]!r} is no sort mode: {', '.join(SORTS)}")
            return Head(query=True, types=types, sort=sort)
        case _:
            raise FormatError(
                f"{where}: {line.strip()!r} starts no record; it would be `statement ok`,"
                " `statement count N`, `statement error [REGEX]`, `query TYPES [SORT]` with types"
                f" of {TYPES}, `query error [REGEX]`, `control substitution on|off` or `halt`"
            )
