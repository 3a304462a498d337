"""The exceptions of CodeAnatomy: one tree, rooted at `CodeAnatomyError`.

Each also derives from the builtin that a caller would catch without knowing CodeAnatomy, and
carries `code` (stable, for programs), `stage` (what the engine was doing), `details` (named facts)
and `hint` (what to do next). docs/errors.md explains every code.

Examples:
    >>> import codeanatomy
    >>> try:
    ...     codeanatomy.open_graph("nowhere")
    ... except codeanatomy.errors.GraphNotFoundError as error:
    ...     print(error.code)
    graph-unreadable
"""

from __future__ import annotations

from codeanatomy._native import (
    BuildCancelledError,
    CodeAnatomyError,
    DatasetResolutionError,
    DatasetSpecError,
    DeltaConflictError,
    DeltaRowsError,
    DeltaTableError,
    DeltaTableNotFoundError,
    EngineError,
    FunctionNotFoundError,
    GraphNotFoundError,
    InvalidOptionError,
    InvariantError,
    OutputError,
    QueryError,
    QueryExecutionError,
    RepositoryNotFoundError,
    RuntimeInstallError,
    SessionContextContractError,
    ValidationFailedError,
)

__all__ = [
    "BuildCancelledError",
    "CodeAnatomyError",
    "DatasetResolutionError",
    "DatasetSpecError",
    "DeltaConflictError",
    "DeltaRowsError",
    "DeltaTableError",
    "DeltaTableNotFoundError",
    "EngineError",
    "FunctionNotFoundError",
    "GraphNotFoundError",
    "InvalidOptionError",
    "InvariantError",
    "OutputError",
    "QueryError",
    "QueryExecutionError",
    "RepositoryNotFoundError",
    "RuntimeInstallError",
    "SessionContextContractError",
    "ValidationFailedError",
]
