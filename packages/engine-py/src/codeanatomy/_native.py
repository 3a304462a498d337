"""The only door to the native engine: importing this module loads it, and checks that it fits.

Raises:
    SessionContextContractError: The engine is of another version than this package, or does not fit
        the installed `datafusion`. The message says what to do.
"""

from __future__ import annotations

import os
from pathlib import Path

import codeanatomy_engine
from codeanatomy_engine import (
    DeltaLocation,
    QueryOutput,
    SchemaRuntime,
    SessionProfile,
    bootstrap_datasets,
    build_graph,
    build_info,
    create_function_sql,
    error_codes,
    extension_capabilities_report,
    function_expression,
    graph_manifest,
    install_codeanatomy_runtime,
    maintain_dataset,
    new_session,
    plugin_abi,
    profile_settings,
    query_graph,
    record_artifacts,
    register_async_function,
    register_datasets,
    register_function,
    register_graph,
    registered_datasets,
    registry_snapshot,
    registry_snapshot_json,
    resolve_dataset_provider,
    resolve_profile,
    run_sql,
    session_context_contract_probe,
    validate_dataset,
    validate_extension_capabilities,
    validate_required_functions,
    validate_rows,
    write_dataset,
)
from codeanatomy_engine.errors import (
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

from codeanatomy import __version__

__all__ = [
    "BuildCancelledError",
    "CodeAnatomyError",
    "DatasetResolutionError",
    "DatasetSpecError",
    "DeltaConflictError",
    "DeltaLocation",
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
    "QueryOutput",
    "RepositoryNotFoundError",
    "RuntimeInstallError",
    "SchemaRuntime",
    "SessionContextContractError",
    "SessionProfile",
    "ValidationFailedError",
    "bootstrap_datasets",
    "build_graph",
    "build_info",
    "configured_profile",
    "create_function_sql",
    "error_codes",
    "extension_capabilities_report",
    "function_expression",
    "graph_manifest",
    "install_codeanatomy_runtime",
    "maintain_dataset",
    "new_session",
    "plugin_abi",
    "profile_settings",
    "query_graph",
    "record_artifacts",
    "register_async_function",
    "register_datasets",
    "register_function",
    "register_graph",
    "registered_datasets",
    "registry_snapshot",
    "registry_snapshot_json",
    "resolve_dataset_provider",
    "resolve_profile",
    "run_sql",
    "session_context_contract_probe",
    "validate_dataset",
    "validate_extension_capabilities",
    "validate_required_functions",
    "validate_rows",
    "write_dataset",
]


# The one engine that this release is made for; the package's requirements name the same.
ENGINE_VERSION = "0.1.0"
PREFIX = "CODEANATOMY_"


def configured_profile(
    argument: str | None = None, directory: str | os.PathLike[str] | None = None
) -> SessionProfile:
    """Resolve a profile: what the caller states as JSON, then the environment, then files.

    Args:
        argument: What the caller states.
        directory: Where configuration files are looked for, and above it; by default the current
            directory.

    Returns:
        What the engine's functions take as their `profile`.

    Raises:
        InvalidOptionError: Some layer has an unknown setting, or one with a value that it does not
            accept.

    Examples:
        >>> from codeanatomy._native import configured_profile
        >>> configured_profile('{"profile": "small"}').report()["class"]
        'small'
    """
    # Other variables may hold what is no text.
    settings = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    return resolve_profile(argument, environment=settings, directory=directory or Path.cwd())


def _check_versions() -> None:
    """Check that the engine is the one that this release is made for."""
    if codeanatomy_engine.__version__ != ENGINE_VERSION:
        raise SessionContextContractError(
            f"codeanatomy {__version__} needs codeanatomy-engine {ENGINE_VERSION}, but "
            f"codeanatomy-engine {codeanatomy_engine.__version__} is installed",
            code="session-contract-broken",
            stage="contract",
            details={"expected": ENGINE_VERSION, "installed": codeanatomy_engine.__version__},
            hint=f"pip install codeanatomy=={__version__} codeanatomy-engine=={ENGINE_VERSION}",
        )


_check_versions()
