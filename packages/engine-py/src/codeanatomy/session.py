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
    new_session,
    plugin_abi,
    registry_snapshot,
    registry_snapshot_json,
    run_sql,
    session_context_contract_probe,
    validate_extension_capabilities,
    validate_required_functions,
)
from codeanatomy.contracts import CapabilitiesReport, RegistrySnapshot
from codeanatomy.profile import session_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datafusion import SessionContext

    from codeanatomy.profile import RuntimeProfile

__all__ = [
    "build_info",
    "connect",
    "ensure_rust_udfs",
    "error_codes",
    "extension_capabilities_report",
    "install_codeanatomy_runtime",
    "plugin_abi",
    "registry_snapshot",
    "registry_snapshot_json",
    "registry_snapshot_msgpack",
    "require_native_runtime",
    "run_sql",
    "rust_udf_snapshot",
    "session_context_contract_probe",
    "validate_extension_capabilities",
    "validate_required_functions",
]


def connect(profile: RuntimeProfile | str | None = None) -> SessionContext:
    """Make a session with the native runtime, and check the contract before anything can use it.

    Args:
        profile: What the session may use of the machine, and how its functions are set; a text is
            the name of a class. What it leaves open comes from the environment and from
            configuration files (`codeanatomy.profile`). For a session with a `SessionConfig` of
            your own, make it as usual and call `install_codeanatomy_runtime`.

    Returns:
        An ordinary `datafusion.SessionContext` with `information_schema` on. Dynamic filters of
        joins are off unless the profile turns them on: `datafusion` hands the partitions of a
        result over one after the other, and a join with such a filter waits for all of them, for
        ever.

    Raises:
        SessionContextContractError: The engine does not fit what is installed.
        InvalidOptionError: The profile, the environment or a configuration file has an unknown
            setting, or a value that its setting does not accept.

    Examples:
        >>> import codeanatomy
        >>> context = codeanatomy.connect()
        >>> context.sql("select stable_id('module', 'json') as id").to_pylist()
        [{'id': 'module:bc7d68cf65d345bef36a8b0ecea359b3'}]
        >>> small = codeanatomy.connect("small")
        >>> small.sql("show datafusion.execution.batch_size").to_pylist()[0]["value"]
        '4096'
    """
    # Not at the top: it takes most of a second, and most commands need no session of Python.
    from datafusion import SessionContext  # noqa: PLC0415

    # The class's constructor would make a native session of its own.
    context = SessionContext.__new__(SessionContext)
    context.ctx = new_session(session_profile(profile))
    validate_extension_capabilities(ctx=context)
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


def registry_snapshot_msgpack(ctx: SessionContext) -> bytes:
    """Describe the functions of a session that DataFusion does not bring, as msgpack.

    Args:
        ctx: The session.

    Returns:
        What `registry_snapshot` returns, with sorted keys: equal registries give equal bytes.

    Raises:
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> import msgspec
        >>> context = connect()
        >>> report = msgspec.msgpack.decode(registry_snapshot_msgpack(context))
        >>> report == registry_snapshot(context)
        True
    """
    return msgspec.msgpack.encode(registry_snapshot(ctx), order="sorted")


def ensure_rust_udfs(
    ctx: SessionContext, required: Sequence[str] | None = None
) -> RegistrySnapshot:
    """Check that a session has the functions that someone can't do without.

    Nothing is installed: a session has the library's functions if `connect` made it, or after
    `install_codeanatomy_runtime`.

    Args:
        ctx: The session.
        required: Names or aliases of functions of any kind, DataFusion's own among them, in any
            case; by default what the graph needs.

    Returns:
        The description of the functions that DataFusion does not bring.

    Raises:
        FunctionNotFoundError: The session lacks some of them (`required-functions-missing`).
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> context = connect()
        >>> "stable_id" in ensure_rust_udfs(context, ["stable_id", "Array_Agg"]).scalar
        True
        >>> ensure_rust_udfs(context, ["stable_ids"])  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        FunctionNotFoundError: the session has no function 'stable_ids' (is 'stable_id' meant?)
    """
    validate_required_functions(ctx, required)
    return rust_udf_snapshot(ctx)
