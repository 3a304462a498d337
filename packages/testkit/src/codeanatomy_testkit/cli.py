"""The command line of the test kit: `codeanatomy-testkit`."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage import command as triage

if TYPE_CHECKING:
    from collections.abc import Sequence

CANCELLED, CLOSED_PIPE = 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        The exit code: that of the command, 130 when stopped by Ctrl-C, 141 when the reader of
        stdout went away.
    """
    options = parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return CANCELLED
    except BrokenPipeError:
        # Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    return code


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="codeanatomy-testkit",
        description="What to do with a test run that went wrong.",
        epilog="The fixtures and options of the pytest plugin: pytest --help, group codeanatomy; "
        "pytest --fixtures.",
    )
    result.add_argument(
        "--version", action="version", version=f"%(prog)s {version('codeanatomy-testkit')}"
    )
    commands = result.add_subparsers(title="commands", required=True, metavar="COMMAND")
    triage.add_arguments(
        commands.add_parser(
            "triage",
            help=triage.SUMMARY,
            description=triage.DESCRIPTION,
            epilog=triage.EXIT_CODES,
        )
    )
    return result
