"""Reads the JSON lines of pytest-reportlog.

Its tracebacks are structured, and are put back into the lines that pytest shows: there is one
reader of tracebacks, and what it finds does not depend on the file's format.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import msgspec

from codeanatomy_testkit.triage.errors import TriageError
from codeanatomy_testkit.triage.reading.dialect import make_failure, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codeanatomy_testkit.triage.evidence import Failure, Phase
    from codeanatomy_testkit.triage.reading.tally import Tally

PHASES: dict[str, Phase] = {"setup": "setup", "call": "call", "teardown": "teardown"}
_HINT = "a run that was stopped leaves such a file; pytest --report-log=FILE writes a whole one"


class _Place(msgspec.Struct):
    path: str = ""
    lineno: int = 0
    message: str = ""


class _EntryData(msgspec.Struct):
    lines: list[str] | None = None
    reprfileloc: _Place | None = None
    style: str | None = None


class _Entry(msgspec.Struct):
    data: _EntryData | None = None


class _Traceback(msgspec.Struct):
    reprentries: list[_Entry] | None = None


class _LongRepr(msgspec.Struct):
    reprtraceback: _Traceback | None = None
    chain: list[tuple[_Traceback | None, _Place | None, str | None]] | None = None


class _Line(msgspec.Struct):
    report: str = msgspec.field(name="$report_type", default="")
    nodeid: str = ""
    outcome: str = ""
    when: str = "collect"
    longrepr: msgspec.Raw = msgspec.Raw(b"null")


def read_reportlog(
    stream: IO[bytes], source: str, tally: Tally, root: str = ""
) -> Iterator[Failure]:
    """Read the failures of a report log.

    Args:
        stream: Its bytes.
        source: Its name, for errors.
        tally: What counts the tests.
        root: The project's directory with a `/` at its end.

    Yields:
        A failure after the other.

    Raises:
        TriageError: If a line is no JSON object, or none is a report.
    """
    decoder = msgspec.json.Decoder(_Line)
    known = False
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            report = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TriageError(source, f"line {number} is no report ({error})", _HINT) from None
        known = known or bool(report.report)
        if report.report not in {"TestReport", "CollectReport"}:
            continue
        file = report.nodeid.partition("::")[0]
        if report.report == "TestReport" and counts(report):
            tally.add(report.outcome, report.nodeid)
        if report.outcome == "failed":
            phase = PHASES.get(report.when, "collect")
            try:
                text = shortened(text_of(report.longrepr))
            except msgspec.DecodeError as error:
                raise TriageError(source, f"line {number} is no report ({error})", _HINT) from None
            yield make_failure(report.nodeid, file, file, phase, text, root=root)
    if not known:
        raise TriageError(source, "is no report log: no line has a $report_type", _HINT)


def counts(report: _Line) -> bool:
    """Tell whether a report is the one that its test is counted by: a test has up to three."""
    return report.when == "call" or (report.when == "setup" and report.outcome != "passed")


def text_of(longrepr: msgspec.Raw) -> str:
    """Return the lines that pytest shows of a failure.

    Raises:
        DecodeError: If it is neither text nor a traceback.
    """
    shown = msgspec.json.decode(longrepr, type=_LongRepr | str | None)
    if not isinstance(shown, _LongRepr):
        return shown or ""
    lines: list[str] = []
    for traceback, crash, link in shown.chain or [(shown.reprtraceback, None, None)]:
        entries = (traceback.reprentries if traceback else None) or []
        for entry in entries:
            lines.extend(lines_of(entry.data or _EntryData()))
        if not entries and crash:
            lines.append(f"{crash.path}:{crash.lineno}: in ")
            lines.extend(f"E   {line}" for line in crash.message.splitlines())
        if link:
            lines.extend(["", link, ""])
    return "\n".join(lines)


def lines_of(data: _EntryData) -> list[str]:
    """Return the lines of one entry of a traceback."""
    shown = data.lines or []
    place = data.reprfileloc
    if place is None:
        return shown
    head = f"{place.path}:{place.lineno}: {place.message}"
    if data.style == "short":
        return [head, *shown]
    return [*shown, "", head, "_ _ _ "]
