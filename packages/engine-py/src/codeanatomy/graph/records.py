"""What a build reports and what a graph directory's manifest holds, as the engine writes them."""

from __future__ import annotations

from msgspec import Struct

from codeanatomy.datasets.bootstrap import BootstrapReport


class Root(Struct, frozen=True, forbid_unknown_fields=True):
    """A directory that imports start from.

    Attributes:
        path: The path below the repository; empty for the repository itself.
        reason: Why it is one.
    """

    path: str
    reason: str


class FileReport(Struct, frozen=True, forbid_unknown_fields=True):
    """The files of a repository.

    Attributes:
        total: All files, with those that hold no Python.
        by_status: How many have each status of `repo_files.status`.
    """

    total: int
    by_status: dict[str, int]


class TableEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a graph at the version that one build wrote.

    Attributes:
        version: The Delta version, from 0.
        rows: The number of rows.
        bytes: The size of its data files in bytes.
        files: The number of its data files.
    """

    version: int
    rows: int
    bytes: int
    files: int


class CallReport(Struct, frozen=True, forbid_unknown_fields=True):
    """The call sites of a repository.

    Attributes:
        total: All call sites.
        resolved: Those with a target: in the repository, outside of it, or a builtin.
        internal: Those whose target is in the repository.
        by_resolution: How many targets were found in each way of `py_calls.resolution`.
        by_reason: How many call sites have no target, for each `py_calls.reason`.
    """

    total: int
    resolved: int
    internal: int
    by_resolution: dict[str, int]
    by_reason: dict[str, int]


class Seconds(Struct, frozen=True, forbid_unknown_fields=True):
    """The wall time of each stage of a build, in seconds.

    Attributes:
        scan: Listing the files.
        extract: Reading and parsing them.
        link: Resolving names across files.
        write: Running the views and writing their rows.
        verify: Checking the invariants; 0 if they were not checked.
        publish: Making tables without rows, and committing all tables.
        total: Everything.
    """

    scan: float
    extract: float
    link: float
    write: float
    verify: float
    publish: float
    total: float


class BuildReport(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The outcome of a build; every number is counted in the tables that were written.

    Attributes:
        schema: `codeanatomy.build/1`.
        repository: The repository, absolute.
        output: The graph directory, absolute.
        roots: The directories that imports start from.
        files: The files of the repository.
        tables: The tables of the graph by name.
        calls: The call sites.
        diagnostics: The number of rows of `py_diagnostics`.
        text_bytes: The size of all parsed text in bytes of UTF-8.
        verified: Whether the invariants of the graph were checked.
        seconds: How long each stage took.
        bootstrap: How the tables were made; `None` unless the graph is new and nothing that is
            selected is Python.
    """

    schema: str
    repository: str
    output: str
    roots: list[Root]
    files: FileReport
    tables: dict[str, TableEntry]
    calls: CallReport
    diagnostics: int
    text_bytes: int
    verified: bool
    seconds: Seconds
    bootstrap: BootstrapReport | None = None


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which versions of the tables in a graph directory belong together.

    Attributes:
        schema: `codeanatomy.graph/1`.
        engine: The version of the engine that built the graph.
        tables: The tables by name; each is a Delta table in the directory of its name.
        build: The report of the build.
    """

    schema: str
    engine: str
    tables: dict[str, TableEntry]
    build: BuildReport
