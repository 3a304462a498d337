"""`codeanatomy sql`: query a graph.

The query runs in the engine's own session, which needs neither datafusion nor pyarrow, so that an
answer takes a fraction of a second.
"""

from __future__ import annotations

import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codeanatomy._native import OutputError, configured_profile, query_graph
from codeanatomy.cli.failure import UsageError
from codeanatomy.cli.parser import TABLE_ROWS

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `directory`, `query`, `file`, `format`, `output` and `max_rows`.

    Returns:
        The exit code.

    Raises:
        BrokenPipeError: If the reader of stdout went away.
        UsageError: If there is not exactly one query, or the rows can't be shown on a terminal.
    """
    query = read_query(options.query, options.file)
    if options.format == "parquet" and options.output is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal", "name a file with --output")
    limit = options.max_rows
    if limit is None and options.format == "table" and options.output is None:
        limit = TABLE_ROWS
    try:
        result = query_graph(
            options.directory,
            query,
            format=options.format,
            output="-" if options.output is None else options.output,
            max_rows=limit or None,
            profile=configured_profile(),
        )
    except OutputError:
        if options.output is None and is_abandoned(sys.stdout.fileno()):
            raise BrokenPipeError from None
        raise
    if result.truncated:
        print(
            f"showing the first {result.rows} rows; --max-rows 0 shows all",
            file=sys.stderr,
        )
    if options.output is not None:
        rows = "1 row" if result.rows == 1 else f"{result.rows} rows"
        print(f"wrote {rows} to {options.output}", file=sys.stderr)
    return 0


def read_query(query: str | None, file: str | None) -> str:
    """Return the query from its one source.

    Args:
        query: The argument, if there is one.
        file: The file to read it from, if there is one; `-` is stdin.

    Raises:
        UsageError: If there are two queries or none, or the text is not UTF-8.
    """
    if query is not None and file is not None:
        raise UsageError(
            "there are two queries: the SQL argument and -f", "leave one of the two out"
        )
    if query is not None:
        return query
    if file is None and sys.stdin.isatty():
        raise UsageError(
            "there is no query",
            "give it as an argument, in a file with -f, or on stdin",
        )
    text = sys.stdin.buffer.read() if file is None or file == "-" else Path(file).read_bytes()
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source = file if file is not None else "stdin"
        raise UsageError(
            f"the query in {source} is not UTF-8: {error}", "save it as UTF-8"
        ) from None


def is_abandoned(pipe: int) -> bool:
    """Tell whether the reader of a pipe went away, as `head` does when it has enough."""
    watched = select.poll()
    watched.register(pipe, 0)
    return any(event & select.POLLERR for _, event in watched.poll(0))
