"""Builds the graph of a repository: one native call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from codeanatomy._native import build_graph
from codeanatomy.graph.graph import Graph, open_graph
from codeanatomy.graph.records import BuildReport
from codeanatomy.profile import session_profile

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence


def build(
    repository: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    threads: int | None = None,
    verify: bool = False,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Graph:
    """Build the code graph of a Python repository.

    A file that can't be read, decoded or parsed is recorded in the graph and never ends the build.
    Where no Python file is left after the filters, the graph has all its tables, without rows.
    `output` keeps its previous graph until the new one is complete; an error, Ctrl-C or a full disk
    leaves it as it was. Memory and partitions are those of the profile that the environment and
    configuration files give (`codeanatomy.profile`).

    Args:
        repository: The root directory of the repository.
        output: The graph directory: one that does not exist yet, is empty, or holds an earlier
            graph.
        include: Globs in the form of `.gitignore`; where there are any, only paths that match one
            are taken.
        exclude: Globs of paths to leave out.
        threads: How many threads read files; by default one a core.
        verify: Whether to check every invariant of the graph before it is published.
        progress: Called now and then with the stage, how much of it is done, and out of how much,
            or `None` where that is not known.

    Returns:
        The graph.

    Raises:
        RepositoryNotFoundError: The repository is not a directory that can be listed.
        InvalidOptionError: A glob or the number of threads is not valid.
        OutputError: The output can't be used or written.
        InvariantError: The graph broke an invariant and was not published.
        KeyboardInterrupt: Ctrl-C was pressed.

    Examples:
        >>> import codeanatomy
        >>> graph = codeanatomy.build("example", "graph", exclude=["tests/**"])
        >>> graph
        <Graph 'graph': 9 tables, 3 files, 4 calls>
    """
    write_graph(
        repository,
        output,
        include=include,
        exclude=exclude,
        threads=threads,
        verify=verify,
        progress=progress,
    )
    return open_graph(output)


def write_graph(
    repository: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    threads: int | None = None,
    verify: bool = False,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> BuildReport:
    """Build a graph without opening it; arguments and errors are those of `build`.

    Returns:
        The report of the build.

    Examples:
        >>> from codeanatomy.graph import write_graph
        >>> write_graph("example", "graph").files.by_status
        {'parsed': 3}
    """
    report = build_graph(
        repository,
        output,
        include=include,
        exclude=exclude,
        threads=threads,
        verify=verify,
        progress=progress,
        profile=session_profile(),
    )
    return msgspec.convert(report, BuildReport)
