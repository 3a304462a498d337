"""The command `codeanatomy-testkit triage`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from codeanatomy_testkit.triage.records import Difference, Report

FORMATS = ("table", "json", "markdown", "html")
NOTHING_FAILED, FAILURES = 0, 1


SUMMARY = "cluster what failed in a test run by cause"
DESCRIPTION = (
    "Cluster what failed in a test run by cause. Reads JUnit XML (pytest, Surefire, cargo nextest,"
    " converters of go test) and logs of pytest-reportlog, plain or gzip'd."
)
EXIT_CODES = (
    "Exit codes: 0 nothing failed (--diff: nothing new fails), 1 failures (--diff: new ones, or"
    " others than before), 2 wrong usage or a file that cannot be read."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes to its parser."""
    parser.add_argument("results", nargs="*", type=Path, metavar="RESULT", help="files of one run")
    parser.add_argument(
        "--diff",
        nargs=2,
        type=Path,
        metavar=("OLD", "NEW"),
        help="compare two runs: result files, or reports of --format json",
    )
    parser.add_argument(
        "--previous",
        type=Path,
        metavar="FILE",
        help="an earlier run: clusters say whether it had them, and where they were first seen",
    )
    parser.add_argument(
        "--root", default="", metavar="DIR", help="the project, taken off absolute paths"
    )
    parser.add_argument("--format", choices=FORMATS, default="table", help="default table")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write there, not to stdout"
    )
    parser.set_defaults(run=run, parser=parser)


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: The parsed command line.

    Returns:
        The exit code.
    """
    from codeanatomy_testkit.triage.errors import TriageError  # noqa: PLC0415 - for --help only

    if bool(options.results) == bool(options.diff):
        options.parser.error("give result files, or two with --diff")
    if options.diff and options.format == "html":
        options.parser.error("--format html: --diff has table, json and markdown")
    if options.diff and options.previous:
        options.parser.error("--previous: --diff compares two runs as they are")
    try:
        return difference(options) if options.diff else report(options)
    except TriageError as error:
        print(error, file=sys.stderr)
        return 2


def report(options: Namespace) -> int:
    """Triage a run."""
    from codeanatomy_testkit.triage.run import report_of, triage  # noqa: PLC0415

    previous = report_of(options.previous, options.root) if options.previous else None
    found = triage(options.results, root=options.root, previous=previous)
    write(options, found)
    return FAILURES if found.clusters else NOTHING_FAILED


def difference(options: Namespace) -> int:
    """Compare two runs."""
    from codeanatomy_testkit.triage.diff import compare_files  # noqa: PLC0415

    old, new = options.diff
    found = compare_files(old, new, options.root)
    write(options, found)
    return FAILURES if found.broken or found.moved else NOTHING_FAILED


def write(options: Namespace, found: Report | Difference) -> None:
    """Write what was found in the wanted format to the wanted place.

    Raises:
        TriageError: If the file cannot be written.
    """
    from codeanatomy_testkit.triage.errors import TriageError  # noqa: PLC0415

    text = None if options.format == "table" else rendered(found, options.format)
    if options.output is None:
        if text is None:
            show(found)
        else:
            sys.stdout.write(text)
        return
    try:
        with options.output.open("w", encoding="utf-8") as stream:
            if text is None:
                show(found, stream)
            else:
                stream.write(text)
    except OSError as error:
        raise TriageError(
            str(options.output), f"cannot be written: {error.strerror}", "name another file"
        ) from None


def rendered(found: Report | Difference, form: str) -> str:
    """Return what was found as text."""
    from codeanatomy_testkit.triage.records import Difference  # noqa: PLC0415

    if form == "json":
        import msgspec  # noqa: PLC0415

        return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
    if form == "html":
        from codeanatomy_testkit.triage.render.html import render_page  # noqa: PLC0415

        assert not isinstance(found, Difference)  # noqa: S101 - the command line has refused it
        return render_page(found)
    from codeanatomy_testkit.triage.render import markdown  # noqa: PLC0415

    if isinstance(found, Difference):
        return markdown.render_difference(found)
    return markdown.render_report(found)


def show(found: Report | Difference, stream: object = None) -> None:
    """Print the table."""
    from rich.console import Console  # noqa: PLC0415

    from codeanatomy_testkit.triage.records import Difference  # noqa: PLC0415
    from codeanatomy_testkit.triage.render.table import (  # noqa: PLC0415
        print_difference,
        print_report,
    )

    # In a file or a pipe there is no width to keep to.
    console = Console(file=stream, highlight=False)  # type: ignore[arg-type]
    if not console.is_terminal:
        console = Console(file=stream, highlight=False, width=160)  # type: ignore[arg-type]
    if isinstance(found, Difference):
        print_difference(found, console)
    else:
        print_report(found, console)
