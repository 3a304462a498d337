"""A finished code graph: its manifest, its tables, and SQL over them."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from codeanatomy._native import graph_manifest, register_graph
from codeanatomy.graph.records import BuildReport, Manifest, TableEntry
from codeanatomy.session import connect

if TYPE_CHECKING:
    import os

    from datafusion import DataFrame, SessionContext


class Graph:
    """The code graph in a directory.

    `open_graph` and `build` make it. The tables are pinned at the versions of one build: a later
    build of the same directory is seen by opening it again.

    Examples:
        >>> import codeanatomy
        >>> graph = codeanatomy.open_graph("graph")
        >>> graph.tables["repo_files"].rows
        3
    """

    def __init__(self, directory: Path, manifest: Manifest, session: SessionContext) -> None:
        """Hold what `open_graph` read."""
        self._directory = directory
        self._manifest = manifest
        self._session = session

    @property
    def directory(self) -> Path:
        """The graph directory."""
        return self._directory

    @property
    def manifest(self) -> Manifest:
        """The versions of the tables that belong together, and the report of their build."""
        return self._manifest

    @property
    def report(self) -> BuildReport:
        """The report of the build that wrote the graph."""
        return self._manifest.build

    @property
    def tables(self) -> dict[str, TableEntry]:
        """The tables by name, with their rows and sizes."""
        return self._manifest.tables

    @property
    def session(self) -> SessionContext:
        """The DataFusion session in which the tables are registered."""
        return self._session

    def sql(self, query: str) -> DataFrame:
        """Query the tables.

        Args:
            query: A query in SQL, as DataFusion understands it.

        Returns:
            A lazy `datafusion.DataFrame`. It has the Arrow PyCapsule interface, by which Polars,
            DuckDB, pandas and pyarrow take its rows without a copy.

        Raises:
            Exception: What `datafusion` raises for a query that it can't plan.

        Examples:
            >>> import codeanatomy
            >>> graph = codeanatomy.open_graph("graph")
            >>> query = "select name, line from py_defs where def_kind = 'function' order by line"
            >>> graph.sql(query).to_pydict()
            {'name': ['main', 'boil'], 'line': [8, 9]}
        """
        return self._session.sql(query)

    def table(self, name: str) -> DataFrame:
        """Return a table as a DataFrame.

        Args:
            name: One of `tables`.

        Raises:
            KeyError: There is no such table.

        Examples:
            >>> import codeanatomy
            >>> codeanatomy.open_graph("graph").table("py_imports").count()
            3
        """
        return self._session.table(name)

    def __repr__(self) -> str:
        """Say where the graph is and how large."""
        report = self.report
        return (
            f"<Graph {str(self._directory)!r}: {len(self.tables)} tables, "
            f"{report.files.total:,} files, {report.calls.total:,} calls>"
        )

    def _repr_html_(self) -> str:
        """Show the tables in a notebook."""
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td>"
            f'<td style="text-align: right">{entry.rows:,}</td>'
            f'<td style="text-align: right">{entry.bytes:,}</td></tr>'
            for name, entry in self.tables.items()
        )
        return (
            f"<table><caption>Code graph of {html.escape(self.report.repository)}</caption>"
            "<thead><tr><th>table</th><th>rows</th><th>bytes</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


def open_graph(
    directory: str | os.PathLike[str], *, session: SessionContext | None = None
) -> Graph:
    """Open a graph that `build` wrote.

    Args:
        directory: The graph directory.
        session: Where to register the tables, replacing tables of the same names; by default a
            session of its own (`codeanatomy.connect()`).

    Returns:
        The graph.

    Raises:
        GraphNotFoundError: The directory holds no graph, or a table of it is gone or damaged.

    Examples:
        >>> import codeanatomy
        >>> graph = codeanatomy.open_graph("graph")
        >>> graph.report.calls.by_resolution
        {'builtin': 1, 'import': 1}

        In a session of your own, beside your own tables:

        >>> session = codeanatomy.connect()
        >>> graph = codeanatomy.open_graph("graph", session=session)
        >>> session.table_exist("cpg_nodes")
        True
    """
    manifest = msgspec.convert(graph_manifest(directory), Manifest)
    session = connect() if session is None else session
    register_graph(session, directory)
    return Graph(Path(directory), manifest, session)
