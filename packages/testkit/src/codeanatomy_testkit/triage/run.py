"""Triages result files: the function behind the command and the pytest option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from codeanatomy_testkit.triage.build import build_report
from codeanatomy_testkit.triage.errors import TriageError
from codeanatomy_testkit.triage.fingerprint import ALGORITHM
from codeanatomy_testkit.triage.groups import Groups
from codeanatomy_testkit.triage.reading.files import read_file
from codeanatomy_testkit.triage.reading.source import opened
from codeanatomy_testkit.triage.reading.tally import Tally
from codeanatomy_testkit.triage.records import REPORT_SCHEMA, Report

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

_REPORT = b'{"schema":"codeanatomy.triage'


def triage(
    paths: Sequence[Path],
    *,
    root: str = "",
    previous: Report | None = None,
    watched: Collection[str] = (),
    tally: Tally | None = None,
) -> Report:
    """Read result files of one run and cluster what failed.

    Args:
        paths: JUnit XML or report logs, plain or gzip'd; several are one run.
        root: The project's directory, which is taken off absolute paths.
        previous: An earlier run, whose causes are known.
        watched: Tests of interest: `tally.seen` has those that the files name.
        tally: What counts; by default one of its own.

    Returns:
        The report. The same files give the same report.

    Raises:
        TriageError: If a file cannot be read, is broken, or is of no known format.
    """
    counts = tally or Tally()
    counts.watched = frozenset(watched)
    groups = Groups()
    prefix = f"{root.rstrip('/')}/" if root else ""
    for path in paths:
        for failure in read_file(path, counts, prefix):
            groups.add(failure)
    return build_report(groups, counts, [path.name for path in paths], previous)


def read_report(path: Path) -> Report | None:
    """Read a report that `--format json` wrote.

    Returns:
        The report, or None if the file is something else.

    Raises:
        TriageError: If it is a report that cannot be compared: of another version, or broken.
    """
    with opened(path) as stream:
        start = stream.read(512).replace(b" ", b"").replace(b"\n", b"")
        if not start.startswith(_REPORT):
            return None
        stream.seek(0)
        text = stream.read()
    try:
        report = msgspec.json.decode(text, type=Report)
    except msgspec.DecodeError as error:
        raise TriageError(str(path), f"is no report ({error})", "write it again") from None
    if report.schema != REPORT_SCHEMA or report.algorithm != ALGORITHM:
        raise TriageError(
            str(path),
            f"is {report.schema} with fingerprints {report.algorithm},"
            f" not {REPORT_SCHEMA} with {ALGORITHM}",
            "triage the results of that run again",
        )
    return report


def report_of(path: Path, root: str = "") -> Report:
    """Return the report in a file, or that of the results in it."""
    return read_report(path) or triage([path], root=root)
