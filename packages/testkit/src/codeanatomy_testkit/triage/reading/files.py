"""Reads result files of any known format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.errors import TriageError
from codeanatomy_testkit.triage.reading.junit import read_junit
from codeanatomy_testkit.triage.reading.reportlog import read_reportlog
from codeanatomy_testkit.triage.reading.source import beginning, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codeanatomy_testkit.triage.evidence import Failure
    from codeanatomy_testkit.triage.reading.tally import Tally


def read_file(path: Path, tally: Tally, root: str = "") -> Iterator[Failure]:
    """Read the failures of one file; what is in it tells its format, not its name.

    Args:
        path: JUnit XML or a report log, plain or gzip'd.
        tally: What counts the tests.
        root: The project's directory with a `/` at its end.

    Yields:
        A failure after the other.

    Raises:
        TriageError: If the file cannot be read, or is of no known format.
    """
    with opened(path) as stream:
        start = beginning(stream)
        if not start:
            raise TriageError(str(path), "is empty", "give the file that the test runner wrote")
        if start.startswith(b"{"):
            yield from read_reportlog(stream, str(path), tally, root)
        elif start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
            yield from read_junit(stream, str(path), tally, root)
        else:
            raise TriageError(
                str(path),
                "is neither JUnit XML nor a report log",
                "pytest writes them with --junitxml=FILE and --report-log=FILE",
            )
