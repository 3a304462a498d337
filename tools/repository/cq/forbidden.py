"""The list of forbidden symbols: each is searched for, and none may be found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import msgspec

from repository.cq.classify import Kind
from repository.cq.search import Mode, PatternError, Query, search

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from repository.cq.search import Finding


class ForbiddenListError(ValueError):
    """The list cannot be used; the text says what is wrong with which entry."""


class Forbidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the list.

    Attributes:
        pattern: What must not be found.
        paths: Where, from the root of the repository.
        reason: Why not, in one line without a full stop.
        instead: What to use, in one line without a full stop.
        mode: How to read the pattern, see `Query.of`.
        kinds: Which kinds of matches count; by default all. Tests that write the forbidden thing
            into a file of their own have it in a string.
    """

    pattern: Annotated[str, msgspec.Meta(min_length=1)]
    paths: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    instead: Annotated[str, msgspec.Meta(min_length=1)]
    mode: Mode | None = None
    kinds: tuple[Kind, ...] | None = None


class ForbiddenList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; one without entries would check nothing.

    Attributes:
        forbidden: The entries.
    """

    forbidden: Annotated[tuple[Forbidden, ...], msgspec.Meta(min_length=1)]


@dataclass(frozen=True)
class Verdict:
    """What the check of a whole list found.

    Attributes:
        entries: How many entries were searched for.
        files: How many files the widest entry was searched for in.
        violations: Each entry that was found, with its findings.
    """

    entries: int
    files: int
    violations: tuple[tuple[Forbidden, tuple[Finding, ...]], ...]


def read_list(file: Path) -> tuple[Forbidden, ...]:
    """Read a list.

    Args:
        file: A TOML file with tables `[[forbidden]]`.

    Returns:
        Its entries, at least one.

    Raises:
        ForbiddenListError: If it is not such a list.
        OSError: If the file cannot be read.
    """
    try:
        return msgspec.toml.decode(file.read_bytes(), type=ForbiddenList).forbidden
    except msgspec.DecodeError as error:
        raise ForbiddenListError(f"{file}: {error}") from error


def check(entries: Sequence[Forbidden], root: Path) -> Verdict:
    """Search for every entry.

    Args:
        entries: The list.
        root: What its paths start from.

    Returns:
        What was found; the paths of findings start from the root.

    Raises:
        ForbiddenListError: If a path of an entry is not there or has no sources in it, or a pattern
            cannot be searched for: what looks at nothing finds nothing.
        OSError: If a file cannot be read.
    """
    most = 0
    violations: list[tuple[Forbidden, tuple[Finding, ...]]] = []
    for one in entries:
        for path in one.paths:
            if not (root / path).exists():
                raise ForbiddenListError(f"{one.pattern}: {path} does not exist in {root}")
        query = Query.of(one.pattern, one.mode)
        try:
            report = search(query, [root / path for path in one.paths])
        except PatternError as error:
            raise ForbiddenListError(f"{one.pattern}: {error}") from error
        seen = sum(report.seen.values())
        if seen == 0:
            raise ForbiddenListError(f"{one.pattern}: no sources in {', '.join(one.paths)}")
        most = max(most, seen)
        found = tuple(
            replace(finding, path=finding.path.relative_to(root))
            for finding in report.findings
            if one.kinds is None or finding.kind in one.kinds
        )
        if found:
            violations.append((one, found))
    return Verdict(len(entries), most, tuple(violations))
