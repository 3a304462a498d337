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
    return 0
