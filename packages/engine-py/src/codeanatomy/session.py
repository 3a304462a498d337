"""Sessions: an ordinary `datafusion.SessionContext` that has the native runtime.

`connect` makes one. The other functions look at sessions, and install the runtime into a session
that was made elsewhere; those that need nothing added are the engine's own.

Examples:
    >>> import codeanatomy
    >>> context = codeanatomy.connect()
    >>> context.sql("select stable_hash64('spam') as key").to_pylist()
    [{'key': -5193982171034479071}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from codeanatomy._native import (
    build_info,
    error_codes,
    extension_capabilities_report,
    install_codeanatomy_runtime,
    plugin_abi,
    registry_snapshot,
    session_context_contract_probe,
    validate_extension_capabilities,
)
from codeanatomy.contracts import CapabilitiesReport, RegistrySnapshot

if TYPE_CHECKING:
    from datafusion import RuntimeEnvBuilder, SessionConfig, SessionContext

__all__ = [
    "build_info",
    "connect",
    "error_codes",
    "extension_capabilities_report",
    "install_codeanatomy_runtime",
    "plugin_abi",
    "registry_snapshot",
    "require_native_runtime",
    "rust_udf_snapshot",
    "session_context_contract_probe",
    "validate_extension_capabilities",
]

JOIN_FILTERS = "datafusion.optimizer.enable_join_dynamic_filter_pushdown"


def connect(
    config: SessionConfig | None = None, runtime: RuntimeEnvBuilder | None = None
) -> SessionContext:
    """Make a session with the native runtime, and check the contract before anything can use it.

    Args:
        config: Settings of the session. By default DataFusion's, with `information_schema` on and
            dynamic filters of joins off: `datafusion` hands the partitions of a result over one
            after the other, and a join with such a filter waits for all of them, for ever. A
            configuration of your own is taken as it is.
        runtime: Memory, disk and caches of the session; by default DataFusion's.

    Returns:
        An ordinary `datafusion.SessionContext`.

    Raises:
        SessionContextContractError: The engine does not fit what is installed.

    Examples:
        >>> import codeanatomy
        >>> context = codeanatomy.connect()
        >>> context.sql("select stable_id('module', 'json') as id").to_pylist()
        [{'id': 'module:13fc529625705f7f188b15bb0b4eeb92'}]
    """
    # Not at the top: it takes most of a second, and most commands need no session of Python.
    from datafusion import SessionConfig, SessionContext  # noqa: PLC0415

    if config is None:
        config = SessionConfig().with_information_schema(enabled=True)
        config = config.set(JOIN_FILTERS, "false")
    context = SessionContext(config, runtime)
    validate_extension_capabilities(ctx=context)
    install_codeanatomy_runtime(context)
    return context


def require_native_runtime() -> CapabilitiesReport:
    """Check that the native engine is there and fits what is installed.

    Returns:
        What the engine can do.

    Raises:
        SessionContextContractError: It does not fit; the report is on the error.

    Examples:
        >>> require_native_runtime().compatible
        True
    """
    return msgspec.convert(validate_extension_capabilities(), CapabilitiesReport)


def rust_udf_snapshot(ctx: SessionContext) -> RegistrySnapshot:
    """Describe the functions of a session that DataFusion does not bring.

    Args:
        ctx: The session.

    Returns:
        The description, read from the function objects.

    Raises:
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> rust_udf_snapshot(connect()).aliases["stable_hash64"]
        ('hash64',)
    """
    return msgspec.convert(registry_snapshot(ctx), RegistrySnapshot)
