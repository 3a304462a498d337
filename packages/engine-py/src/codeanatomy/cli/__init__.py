"""The command line: `codeanatomy build`, `sql`, `config`, `datasets`, `delta`, `doctor`, `version`.

Data goes to stdout and all else to stderr. Exit codes: 0 done; 1 something was found to be broken
(a contract, an invariant of a graph); 2 wrong usage, input or environment; 3 an internal error;
130 stopped by Ctrl-C; 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from codeanatomy.cli.failure import BROKEN_PIPE, INTERRUPTED, report
from codeanatomy.cli.parser import USAGE_ERROR, parser

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        The exit code.

    Raises:
        SystemExit: After `--help` (0) and on a usage error (2).

    Examples:
        >>> from codeanatomy.cli import main
        >>> query = "select count(*) as files from repo_files"
        >>> main(["sql", "graph", query, "--format", "csv", "--output", "files.csv"])
        0
    """
    definition = parser()
    options = definition.parse_args(arguments)
    if options.command is None and not options.version:
        definition.print_help(sys.stderr)
        return USAGE_ERROR
    debug = options.debug or bool(os.environ.get("CODEANATOMY_DEBUG"))
    try:
        code = run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes stdout once more as it ends, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if debug:
            raise
        return report(error)
    return code


def run(options: Namespace) -> int:
    """Run the chosen command.

    Args:
        options: What `parser` made of the arguments.

    Returns:
        The exit code.
    """
    # A command's module is imported when it is chosen: `sql` answers before rich would be loaded.
    match options.command:
        case "build":
            import codeanatomy.cli.build as command  # noqa: PLC0415
        case "sql":
            import codeanatomy.cli.sql as command  # noqa: PLC0415
        case "config":
            import codeanatomy.cli.config as command  # noqa: PLC0415
        case "datasets":
            import codeanatomy.cli.datasets as command  # noqa: PLC0415
        case "delta":
            import codeanatomy.cli.delta as command  # noqa: PLC0415
        case "doctor":
            import codeanatomy.cli.doctor as command  # noqa: PLC0415
        case _:
            import codeanatomy.cli.version as command  # noqa: PLC0415
    return command.run(options)
