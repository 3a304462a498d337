"""Lays out what a search found: for people, in one line, as JSON."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from repository.cq.search import Finding, Report

SCHEMA = "codeanatomy-tools/cq-search/1"
COLOURS = {
    "definition": "32",
    "import": "36",
    "call": "33",
    "comment": "90",
    "string": "35",
    "unparsed": "31",
}


def has_colours(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a stream is to be written in colours.

    Args:
        stream: Where the text goes.
        environment: `NO_COLOR` turns colours off, else `FORCE_COLOR` turns them on.

    Returns:
        Without either, whether the stream is a terminal.
    """
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or stream.isatty()


def rows(findings: Sequence[Finding], *, colours: bool) -> list[str]:
    """Lay out one line a finding: where it is, what it is, the line itself."""
    places = [f"{finding.path.as_posix()}:{finding.line}:{finding.column}" for finding in findings]
    width = max(map(len, places), default=0)
    lines: list[str] = []
    for place, finding in zip(places, findings, strict=True):
        kind = f"{finding.kind:<10}"
        if colours and finding.kind in COLOURS:
            kind = f"\033[{COLOURS[finding.kind]}m{kind}\033[0m"
        lines.append(f"{place:<{width}}  {kind}  {finding.text}")
    return lines


def summary(report: Report) -> str:
    """Say in one line how much was found.

    Returns:
        `PATTERN: no findings`, or how many findings of which kinds in how many files.
    """
    if not report.findings:
        return f"{report.query.pattern}: no findings"
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds.items())
    files = len({finding.path for finding in report.findings})
    return (
        f"{report.query.pattern}: {counted(len(report.findings), 'finding')}"
        f" in {counted(files, 'file')} ({kinds})"
    )


def scope(report: Report) -> str:
    """Say in one line what was read."""
    by_language = ", ".join(
        f"{count} {language.capitalize()}" for language, count in sorted(report.seen.items())
    )
    text = f"{counted(sum(report.seen.values()), 'file')} searched: {by_language}"
    if report.unparsed:
        names = ", ".join(path.as_posix() for path in report.unparsed)
        text += f"; {len(report.unparsed)} of them as text alone: {names}"
    return text


def as_json(report: Report) -> str:
    """Write a report as JSON; lines and columns count from 1, columns in characters."""
    document = {
        "schema": SCHEMA,
        "pattern": report.query.pattern,
        "mode": report.query.mode,
        "files": {
            "seen": sum(report.seen.values()),
            "by_language": report.seen,
            "unparsed": [path.as_posix() for path in report.unparsed],
        },
        "kinds": report.kinds,
        "findings": [
            {
                "path": finding.path.as_posix(),
                "line": finding.line,
                "column": finding.column,
                "kind": finding.kind,
                "text": finding.text,
            }
            for finding in report.findings
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def counted(count: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
