"""The engine's reports as frozen records.

The engine returns plain dicts; `msgspec.convert(report, CapabilitiesReport)` makes records of them
and refuses what is missing or unknown, so that a report that changes is noticed.

Examples:
    >>> import msgspec
    >>> from codeanatomy import contracts, session
    >>> report = msgspec.convert(session.build_info(), contracts.BuildInfo)
    >>> report.datafusion_python
    '55.0.0'
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "AsyncUdfPolicy",
    "Availability",
    "BuildInfo",
    "Capabilities",
    "CapabilitiesReport",
    "Committed",
    "ContractProbe",
    "DataFusionVersions",
    "ErrorCode",
    "FunctionDocumentation",
    "InstallReport",
    "PluginAbi",
    "RegistrySnapshot",
    "StatementPolicy",
    "UdfCounts",
    "WriteReport",
]


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all records have in common."""


class PluginAbi(_Record, frozen=True):
    """The version of the engine's interface.

    Attributes:
        major: Changes when something that worked stops working.
        minor: Changes when something is added.
    """

    major: int
    minor: int


class BuildInfo(_Record, frozen=True):
    """What the engine was built from.

    Attributes:
        engine: Version of the engine and of its wheel.
        datafusion: Version of the linked DataFusion.
        datafusion_python: Version that the Python package `datafusion` must have.
        arrow: Version of the linked Arrow.
        deltalake: Version of the linked Delta Lake.
        pyo3: Version of the linked PyO3.
        rustc: The compiler.
        profile: `release` or `dev`; nothing measured on a `dev` engine means anything.
        features: Features of the build, sorted.
        build_hash: Identifies sources, lock file, profile and compiler: 32 hexadecimal digits.
    """

    engine: str
    datafusion: str
    datafusion_python: str
    arrow: str
    deltalake: str
    pyo3: str
    rustc: str
    profile: Literal["release", "dev"]
    features: tuple[str, ...]
    build_hash: str


class ErrorCode(_Record, frozen=True):
    """One entry of the registry of errors.

    Attributes:
        code: The stable code.
        stage: What the engine was doing.
        python_class: The exception class in `codeanatomy.errors`.
        description: What the code means.
    """

    code: str
    stage: Literal["contract", "install", "validation", "scan", "build", "storage", "query"]
    python_class: str
    description: str


class Availability(_Record, frozen=True):
    """Whether the engine has something.

    Attributes:
        available: It is there.
    """

    available: bool


class UdfCounts(_Record, frozen=True):
    """How many functions a session has beside DataFusion's own, aliases not counted.

    Attributes:
        scalar: Scalar functions.
        aggregate: Aggregate functions.
        window: Window functions.
        table: Table functions.
    """

    scalar: int
    aggregate: int
    window: int
    table: int


class Capabilities(_Record, frozen=True):
    """What the engine can do, read from a session that it has just set up.

    Attributes:
        datafusion_version: Version of the linked DataFusion.
        arrow_version: Version of the linked Arrow.
        plugin_abi: Version of the engine's interface.
        runtime_install_contract: Version of the report of an install.
        function_factory: `CREATE FUNCTION`.
        expr_planners: Operators beyond DataFusion's own.
        async_udf: Asynchronous functions.
        substrait: Plans as Substrait.
        udf_counts: How many functions an install registers.
        registry_hash: Hash of the registry after an install into an empty session.
    """

    datafusion_version: str
    arrow_version: str
    plugin_abi: PluginAbi
    runtime_install_contract: int
    function_factory: Availability
    expr_planners: Availability
    async_udf: Availability
    substrait: Availability
    udf_counts: UdfCounts
    registry_hash: str


class CapabilitiesReport(_Record, frozen=True):
    """What the engine can do, and whether it fits what is installed.

    Attributes:
        available: The engine is loaded.
        compatible: The contract holds.
        expected_plugin_abi: Version of the interface that sessions must have.
        observed_plugin_abi: Version that they have; `None` if they are not the engine's.
        snapshot: What the engine can do.
        error: What breaks the contract and how to mend it; `None` if it holds.
    """

    available: bool
    compatible: bool
    expected_plugin_abi: PluginAbi
    observed_plugin_abi: PluginAbi | None
    snapshot: Capabilities
    error: str | None


class DataFusionVersions(_Record, frozen=True):
    """Both halves of DataFusion; they must be equal.

    Attributes:
        python: Version of the installed Python package; `None` if it is missing.
        native: Version whose native code the engine holds.
    """

    python: str | None
    native: str


class ContractProbe(_Record, frozen=True):
    """What the engine sees in a session.

    Attributes:
        ok: The contract holds for the session.
        tier: How the engine reaches the session; `native` is without any boundary.
        plugin_abi: Version of the engine's interface.
        udf_counts: How many functions the session has beside DataFusion's own.
        registry_hash: Hash of the session's registry snapshot.
        session_id: The session's identifier.
        datafusion: Both halves of DataFusion.
    """

    ok: bool
    tier: Literal["native", "portable"]
    plugin_abi: PluginAbi
    udf_counts: UdfCounts
    registry_hash: str
    session_id: str
    datafusion: DataFusionVersions


class AsyncUdfPolicy(_Record, frozen=True):
    """Limits of asynchronous functions, kept per session.

    Attributes:
        enabled: Whether asynchronous functions are registered.
        timeout_ms: After how many milliseconds a call fails; `None` where disabled.
        batch_size: How many rows one call gets at most; `None` where disabled.
    """

    enabled: bool
    timeout_ms: int | None
    batch_size: int | None


class StatementPolicy(_Record, frozen=True):
    """Which statements SQL may have beside queries, kept per session.

    Attributes:
        allow_ddl: `CREATE` and `DROP`.
        allow_dml: `INSERT`, `UPDATE`, `DELETE` and `COPY`.
        allow_statements: `SET`, `RESET`, `PREPARE`, `EXECUTE`, `DEALLOCATE` and transactions.
    """

    allow_ddl: bool
    allow_dml: bool
    allow_statements: bool


class FunctionDocumentation(_Record, frozen=True):
    """What a function says about itself, in Markdown.

    Attributes:
        description: What it does.
        syntax: How it is called.
        section: The heading it belongs under.
        sql_example: A query with its result.
        arguments: Each argument with its description, in order.
        alternative_syntax: Other ways to call it.
        related_udfs: Functions that a reader may want instead.
    """

    description: str
    syntax: str
    section: str
    sql_example: str | None
    arguments: tuple[tuple[str, str], ...]
    alternative_syntax: tuple[str, ...]
    related_udfs: tuple[str, ...]


class RegistrySnapshot(_Record, frozen=True):
    """The functions of a session beside DataFusion's own.

    Dicts are keyed by function name; aliases occur in `aliases` only.

    Attributes:
        scalar: Names of scalar functions, sorted; so are the next three.
        aggregate: Names of aggregate functions.
        window: Names of window functions.
        table: Names of table functions.
        aliases: The aliases of functions that have some.
        parameter_names: Names of the parameters; the last one may repeat.
        volatility: Whether equal arguments give equal results.
        rewrite_tags: What the library says a function is about.
        simplify: Whether it rewrites a call of itself while a query is planned.
        coerce_types: Whether it decides itself to which types its arguments are cast.
        short_circuits: Whether it may leave arguments unevaluated.
        signature_inputs: Argument types of the calls that it accepts.
        return_types: The types that these calls return.
        config_defaults: Session options that it reads, with their built-in values.
        custom_udfs: All names of the four kinds, sorted.
        pycapsule_udfs: Those that are in another library and came as a capsule.
        documentation: The documentation of functions that have some.
        async_udf_policy: The session's policy of asynchronous functions.
        hash: BLAKE3 over all of the above: 64 hexadecimal digits.
    """

    scalar: tuple[str, ...]
    aggregate: tuple[str, ...]
    window: tuple[str, ...]
    table: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]]
    parameter_names: dict[str, tuple[str, ...]]
    volatility: dict[str, Literal["immutable", "stable", "volatile"]]
    rewrite_tags: dict[str, tuple[str, ...]]
    simplify: dict[str, bool]
    coerce_types: dict[str, bool]
    short_circuits: dict[str, bool]
    signature_inputs: dict[str, tuple[tuple[str, ...], ...]]
    return_types: dict[str, tuple[str, ...]]
    config_defaults: dict[str, dict[str, str]]
    custom_udfs: tuple[str, ...]
    pycapsule_udfs: tuple[str, ...]
    documentation: dict[str, FunctionDocumentation]
    async_udf_policy: AsyncUdfPolicy
    hash: str


class InstallReport(_Record, frozen=True, rename={"async_policy": "async"}):
    """What a session has after an install, read back from it.

    Attributes:
        contract_version: Version of this report.
        snapshot: The session's functions beside DataFusion's own.
        function_factory_installed: `CREATE FUNCTION` works.
        expr_planners_installed: There are operators beyond DataFusion's own.
        expr_planner_names: The planners of these operators.
        udf_installed: Every function of the library is there under its name and all aliases.
        statements: Which statements the session's policy allows.
        async_policy: The session's policy of asynchronous functions; `async` in the report.
    """

    contract_version: int
    snapshot: RegistrySnapshot
    function_factory_installed: bool
    expr_planners_installed: bool
    expr_planner_names: tuple[str, ...]
    udf_installed: bool
    statements: StatementPolicy
    async_policy: AsyncUdfPolicy


class Committed(_Record, frozen=True):
    """What a commit did.

    Attributes:
        version: The version of the table after the operation.
        committed: Whether the operation made that version; none is made if there is nothing to do.
        files_added: How many data files the commit added.
        files_removed: How many it removed from the table; they stay in the storage until a vacuum.
        bytes_added: The size of the added files.
        bytes_removed: The size of the removed files.
        duration_ms: How long the operation took.
    """

    version: int
    committed: bool
    files_added: int
    files_removed: int
    bytes_added: int
    bytes_removed: int
    duration_ms: int


class WriteReport(Committed, frozen=True):
    """What an append or an overwrite did.

    Attributes:
        operation: Which of the two.
        skipped: Whether the table had this write of this application already.
        created: Whether the write created the table.
        rows: How many rows were written.
        version: The version of the table after it.
        committed: Whether it made that version.
        files_added: How many data files it added.
        files_removed: How many it removed from the table; they stay in the storage until a vacuum.
        bytes_added: The size of the added files.
        bytes_removed: The size of the removed files.
        duration_ms: How long it took.
    """

    operation: Literal["append", "overwrite"]
    skipped: bool
    created: bool
    rows: int
