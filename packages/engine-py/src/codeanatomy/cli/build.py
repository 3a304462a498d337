"""`codeanatomy build`: build the graph of a repository."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from codeanatomy.cli.failure import INTERRUPTED
from codeanatomy.cli.progress import shown_progress
from codeanatomy.cli.summary import print_summary
from codeanatomy.graph import write_graph

if TYPE_CHECKING:
    from argparse import Namespace

    from codeanatomy.graph import BuildReport

# What a file is that no table but repo_files tells of.
NOT_PYTHON = "not_python"
EMPTY_HINT = (
    "Python files end in .py, .pyi, .pyw or .ipynb; hidden files, files excluded by .gitignore and "
    "directories like build, dist, venv and site-packages are left out unless they are the root"
)


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `repository`, `output`, `include`, `exclude`, `threads`, `verify`, `quiet` and
            `format`.

    Returns:
        The exit code.
    """
    try:
        with shown_progress(quiet=options.quiet) as progress:
            report = write_graph(
                options.repository,
                options.output,
                include=options.include,
                exclude=options.exclude,
                threads=options.threads,
                verify=options.verify,
                progress=progress,
            )
    except KeyboardInterrupt:
        print(
            f"stopped; the graph that was in {options.output} before, if any, is whole",
            file=sys.stderr,
        )
        return INTERRUPTED
    if options.format == "json":
        text = msgspec.json.format(msgspec.json.encode(report), indent=2)
        sys.stdout.write(f"{text.decode()}\n")
    else:
        print_summary(report, options.output)
    warn_if_empty(report)
    return 0


def warn_if_empty(report: BuildReport) -> None:
    """Say on stderr that no Python file was found: the directory or a filter may be wrong."""
    total = report.files.total
    if set(report.files.by_status) - {NOT_PYTHON}:
        return
    files = f"{total:,} files, none of them Python" if total else "no files"
    print(
        f"warning: {report.repository} holds {files}; the graph is empty\nhint: {EMPTY_HINT}",
        file=sys.stderr,
    )
