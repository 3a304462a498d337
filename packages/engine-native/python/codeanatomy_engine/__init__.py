"""The native engine of CodeAnatomy, which also serves as the native part of `datafusion`.

Importing this package checks that the installed `datafusion` is the version the engine is built
for, and makes the engine's library serve as `datafusion._internal`. Import it before `datafusion`.

Raises:
    SessionContextContractError: `datafusion` is missing, has another version, or was imported
        before. The message says what to do.

Examples:
    >>> import codeanatomy_engine
    >>> from datafusion import SessionContext
    >>> context = SessionContext()
    >>> codeanatomy_engine.session_context_contract_probe(context)["ok"]
    True
"""

from __future__ import annotations

import warnings

import codeanatomy_engine_binding

from codeanatomy_engine import errors
from codeanatomy_engine._engine import (
    DeltaLocation,
    QueryOutput,
    SchemaRuntime,
    SessionProfile,
    bootstrap_datasets,
    build_graph,
    build_info,
    check_installation,
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

__all__ = [
    "DeltaLocation",
    "QueryOutput",
    "SchemaRuntime",
    "SessionProfile",
    "__version__",
    "bootstrap_datasets",
    "build_graph",
    "build_info",
    "create_function_sql",
    "error_codes",
    "errors",
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

_build = build_info()
__version__: str = _build["engine"]

check_installation()
codeanatomy_engine_binding.bind()

if _build["profile"] != "release":
    warnings.warn(
        "codeanatomy_engine is built in the debug profile: nothing measured on it means anything\n"
        "hint: install a release wheel, or silence this in test runs with the filter "
        "'ignore:.*debug profile.*:RuntimeWarning'",
        RuntimeWarning,
        stacklevel=2,
    )
