"""Code graphs: build one of a repository, open it, query its tables.

Examples:
    >>> import codeanatomy
    >>> graph = codeanatomy.build("example", "graph")
    >>> graph.report.files.total
    3
    >>> graph.sql("select count(*) as calls from py_calls").to_pydict()
    {'calls': [4]}
"""

from __future__ import annotations

from codeanatomy.graph.building import build, write_graph
from codeanatomy.graph.graph import Graph, open_graph
from codeanatomy.graph.records import (
    BuildReport,
    CallReport,
    FileReport,
    Manifest,
    Root,
    Seconds,
    TableEntry,
)

__all__ = [
    "BuildReport",
    "CallReport",
    "FileReport",
    "Graph",
    "Manifest",
    "Root",
    "Seconds",
    "TableEntry",
    "build",
    "open_graph",
    "write_graph",
]
