"""Searches sources as text and asks the parser only about files that have a match."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from repository.cq.classify import SyntaxTree
from repository.cq.sources import source_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from repository.cq.classify import Kind
    from repository.cq.sources import Language

Mode = Literal["name", "literal", "regex"]


class PatternError(ValueError):
    """The pattern cannot be searched for; the text says why."""


@dataclass(frozen=True)
class Query:
    """What to search for.

    Attributes:
        pattern: A name, a text or a regular expression of Python.
        mode: How to read the pattern. `name` finds it where no further character of a name stands
            before or after it.
    """

    pattern: str
    mode: Mode

    @classmethod
    def of(cls, pattern: str, mode: Mode | None = None) -> Query:
        """Choose the mode where none is given: `name` for what can be one, else `literal`."""
        return cls(pattern, mode or ("name" if re.fullmatch(r"\w+", pattern) else "literal"))

    def compile(self) -> re.Pattern[str]:
        """Return the regular expression.

        Raises:
            PatternError: If the pattern is empty or no regular expression.
        """
        if not self.pattern:
            raise PatternError("the pattern is empty. hint: give the text to search for")
        try:
            match self.mode:
                case "name":
                    return re.compile(rf"(?<!\w){re.escape(self.pattern)}(?!\w)")
                case "literal":
                    return re.compile(re.escape(self.pattern))
                case "regex":
                    return re.compile(self.pattern, re.MULTILINE)
        except re.error as error:
            raise PatternError(
                f"{self.pattern!r} is no regular expression: {error}."
                " hint: without --regex it is searched for as it stands"
            ) from error


@dataclass(frozen=True)
class Finding:
    """One match.

    Attributes:
        path: The file, as it was reached from the given paths.
        line: Of the first character, from 1.
        column: Of the first character, from 1, in characters.
        kind: What the match is.
        text: The whole line, without the blanks around it.
    """

    path: Path
    line: int
    column: int
    kind: Kind
    text: str


@dataclass(frozen=True)
class Report:
    """What a search found.

    Attributes:
        query: What was searched for.
        findings: In the order of paths and lines.
        seen: How many files of each language were read.
        unparsed: Files that were searched as text alone: those that are not UTF-8, and of those
            with a match the ones that their language's grammar does not accept.
    """

    query: Query
    findings: tuple[Finding, ...]
    seen: dict[Language, int]
    unparsed: tuple[Path, ...]

    @property
    def kinds(self) -> dict[str, int]:
        """How many findings there are of each kind, by the kind's name."""
        return dict(sorted(Counter(finding.kind for finding in self.findings).items()))


def search(query: Query, paths: Iterable[Path], language: Language | None = None) -> Report:
    """Search every source file below some paths.

    Args:
        query: What to search for.
        paths: Files and directories that exist.
        language: The only language to search, or None for both.

    Returns:
        Every match. A file that cannot be parsed is searched all the same, its matches being of the
        kind `unparsed`.

    Raises:
        PatternError: If the pattern cannot be searched for.
        OSError: If a file cannot be read.
    """
    expression = query.compile()
    findings: list[Finding] = []
    seen: Counter[Language] = Counter()
    unparsed: list[Path] = []
    for path, own in source_files(paths, language):
        seen[own] += 1
        source = path.read_bytes()
        try:
            text, readable = source.decode("utf-8"), True
        except UnicodeDecodeError:
            # Every byte is some character of this encoding, so that nothing goes unsearched.
            text, readable = source.decode("latin-1"), False
        matches = [match.span() for match in expression.finditer(text) if match.group()]
        tree = SyntaxTree.parse(source, own) if matches and readable else None
        if not readable or (matches and tree is None):
            unparsed.append(path)
        findings.extend(locate(path, text, matches, tree))
    return Report(query, tuple(findings), dict(seen), tuple(unparsed))


def locate(
    path: Path, text: str, matches: list[tuple[int, int]], tree: SyntaxTree | None
) -> list[Finding]:
    """Give each match of a file its line, column and kind.

    Args:
        path: The file.
        text: Its characters.
        matches: Offsets of the first character and of the one after the last.
        tree: The file's syntax, or None if it has none.
    """
    if not matches:
        return []
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found: list[Finding] = []
    for begin, end in matches:
        row = bisect_right(starts, begin) - 1
        column = begin - starts[row]
        kind = "unparsed" if tree is None else tree.kind(row, lines[row], column, text[begin:end])
        found.append(Finding(path, row + 1, column + 1, kind, lines[row].strip()))
    return found
