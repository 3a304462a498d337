"""The compiled module.

The types of its reports are in `_reports`, for type checkers only.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from os import PathLike
from typing import Any, Protocol, final, type_check_only

from datafusion import DataFrame, SessionContext

from codeanatomy_engine._datasets import (
    bootstrap_datasets,
    maintain_dataset,
    record_artifacts,
    register_datasets,
    registered_datasets,
    resolve_dataset_provider,
    validate_dataset,
    write_dataset,
)
from codeanatomy_engine._reports import (
    BuildInfo,
    CapabilitiesReport,
    ContractProbe,
    ErrorCode,
    InstallReport,
    PluginAbi,
    ProfileReport,
    ProfileSetting,
    RegistrySnapshot,
    ValidationReport,
)
from codeanatomy_engine._schema import SchemaRuntime

__all__ = [
    "DeltaLocation",
    "QueryOutput",
    "SchemaRuntime",
    "SessionProfile",
    "bootstrap_datasets",
    "build_graph",
    "build_info",
    "check_installation",
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

@final
class SessionProfile:
    """A profile whose layers are resolved."""

    def report(self) -> ProfileReport:
        """Return the class, every setting with its value and origin, and the hashes."""

@type_check_only
class ArrowStreamExportable(Protocol):
    """Whatever exports an Arrow stream: tables and readers of pyarrow, frames of polars, …."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object:
        """Return the capsule of the stream."""

@final
class DeltaLocation:
    """Where a Delta table lies, and which version of it is meant."""

    def __new__(
        cls,
        location: str,
        *,
        version: int | None = None,
        timestamp: str | None = None,
        storage_options: Mapping[str, str] = ...,
    ) -> DeltaLocation:
        """Take a path or a URL; nothing is opened."""

    @property
    def name(self) -> str:
        """What the table is called in texts: a path, or a URL."""

    def run(
        self,
        request: str,
        data: ArrowStreamExportable | None = None,
        *,
        profile: SessionProfile | None = None,
    ) -> object:
        """Run the operation that a request describes in JSON, and return its report."""

@final
class QueryOutput:
    """What a query gave."""

    @property
    def rows(self) -> int:
        """The number of rows written."""

    @property
    def truncated(self) -> bool:
        """Whether there were more rows than `max_rows`."""

    @property
    def text(self) -> bytes | None:
        """The written rows; `None` if they went to a file."""

def plugin_abi() -> PluginAbi:
    """Return the version of the engine's interface."""

def build_info() -> BuildInfo:
    """Return versions, profile, features and hash of this build."""

def error_codes() -> list[ErrorCode]:
    """Return every error code, in the order of the registry."""

def check_installation() -> None:
    """Raise `SessionContextContractError` unless `datafusion` runs on this library, or will."""

def extension_capabilities_report() -> CapabilitiesReport:
    """Return what the engine can do and whether it fits; a broken contract is not raised."""

def validate_extension_capabilities(
    *, strict: bool = True, ctx: SessionContext | object | None = None
) -> CapabilitiesReport:
    """Check the contract, for a session too if one is given.

    Args:
        strict: Raise if the contract is broken; otherwise the report tells it.
        ctx: A `datafusion.SessionContext` or its `.ctx`.

    Returns:
        The capabilities report.

    Raises:
        SessionContextContractError: In strict mode, with the report as its `report`.
        TypeError: `ctx` is no session.
    """

def session_context_contract_probe(ctx: SessionContext | object) -> ContractProbe:
    """Look at a session and say what the engine sees in it.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.

    Returns:
        What the engine sees.

    Raises:
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def install_codeanatomy_runtime(
    ctx: SessionContext | object,
    enable_async_udfs: bool = False,
    async_udf_timeout_ms: int | None = None,
    async_udf_batch_size: int | None = None,
    *,
    allow_ddl: bool = True,
    allow_dml: bool = True,
    allow_statements: bool = True,
    expr_planner_names: Sequence[str] | None = None,
) -> InstallReport:
    """Install the function library into a session, or leave the session as it was.

    Installing again with the same policy repairs what was dropped and changes nothing else.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        enable_async_udfs: Allow asynchronous functions, which then need both limits.
        async_udf_timeout_ms: After how many milliseconds a call of one fails; at least 1.
        async_udf_batch_size: How many rows one call gets at most; at least 1.
        allow_ddl: Allow `CREATE` and `DROP` in SQL.
        allow_dml: Allow `INSERT`, `UPDATE`, `DELETE` and `COPY` in SQL.
        allow_statements: Allow `SET`, `RESET`, `PREPARE`, `EXECUTE`, `DEALLOCATE` and transactions.
            `SessionContext.sql` carries these and most DDL out by itself, before the session can
            refuse them; `run_sql` refuses them.
        expr_planner_names: The planners of expressions beside DataFusion's own, by default all.
            There is `codeanatomy_domain`, for the operators `-> ->> #> #>> @> <@`; an empty list is
            none.

    Returns:
        What the session then has, read back from it.

    Raises:
        InvalidOptionError: An option has a value that the engine does not accept.
        RuntimeInstallError: `runtime-policy-conflict`, `function-name-taken` or
            `function-factory-taken`.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def resolve_profile(
    argument: str | None = None,
    *,
    environment: Mapping[str, str] = ...,
    directory: str | PathLike[str] | None = None,
) -> SessionProfile:
    """Resolve a profile from its layers, the strongest first.

    Args:
        argument: What the caller states, as JSON.
        environment: Environment variables; those that start with `CODEANATOMY_` are settings.
        directory: Where `codeanatomy.toml` and `pyproject.toml` are looked for, and above it.

    Returns:
        The profile.

    Raises:
        InvalidOptionError: A layer has an unknown setting, or a value that is not accepted.
    """

def profile_settings() -> list[ProfileSetting]:
    """Return every setting of a profile with what it accepts."""

def new_session(profile: SessionProfile) -> object:
    """Make a session of the profile with the runtime installed.

    Args:
        profile: The profile.

    Returns:
        What a `datafusion.SessionContext` holds as its `ctx`.

    Raises:
        InvalidOptionError: The profile asks for something that can't be had.
    """

def registry_snapshot(ctx: SessionContext | object) -> RegistrySnapshot:
    """Describe every function of a session that DataFusion does not bring.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.

    Returns:
        The description, read from the function objects.

    Raises:
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def registry_snapshot_json(ctx: SessionContext | object) -> str:
    """Describe every function of a session that DataFusion does not bring, as JSON text.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.

    Returns:
        What `registry_snapshot` returns, with the keys in the order of their declaration.

    Raises:
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def validate_required_functions(
    ctx: SessionContext | object, names: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """Check that a session has functions of these names or aliases, whoever brought them.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        names: The names, in any case; by default those that the graph can't do without.

    Returns:
        For each name the kinds of which it is: scalar, aggregate, window or table.

    Raises:
        FunctionNotFoundError: The session lacks some; the message names them all.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def create_function_sql(config: str) -> str:
    """Write the statement that creates a function.

    Args:
        config: The function, as JSON: `name`, `body_sql`, and optionally `args` (`dtype`, `name`,
            `default`), `return_type`, `returns_table`, `language`, `volatility`, `replace`.

    Returns:
        The statement.

    Raises:
        QueryError: The body or a default is not one expression, or a type is none.
        InvalidOptionError: The record is none, or its parts do not go together.
    """

def register_function(ctx: SessionContext | object, config: str) -> None:
    """Create a function in a session, under the session's policy of statements.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        config: The function, as `create_function_sql` takes it.

    Raises:
        QueryError: A part is not what it should be, the name is taken, or the policy disallows it.
        InvalidOptionError: The record is none, or its parts do not go together.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def register_async_function(
    ctx: SessionContext | object,
    name: str,
    function: Callable[..., Awaitable[object]],
    argument_types: Sequence[object],
    return_type: object,
    *,
    max_concurrency: int = 8,
    replace: bool = False,
) -> None:
    """Register a coroutine function over Arrow arrays in a session.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`, with asynchronous functions enabled.
        name: The name in SQL.
        function: Gets a `pyarrow.Array` an argument, returns one of as many values.
        argument_types: The `pyarrow.DataType` of each argument, at least one.
        return_type: The `pyarrow.DataType` of the array that it returns.
        max_concurrency: How many calls run at once at most, over all queries of the session.
        replace: Whether a function of the name gives way.

    Raises:
        RuntimeInstallError: The session's policy has no asynchronous functions, or the name is
            taken.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `function` is no coroutine function, or `ctx` no session.
        ValueError: There are no argument types, or `max_concurrency` is 0.
    """

def validate_rows(
    ctx: SessionContext | object,
    data: str | DataFrame | object,
    policy: str,
    *,
    schema: object | None = None,
    examples: int = 5,
    progress: Callable[[int], object] | None = None,
) -> ValidationReport:
    """Check rows by the rules of a validation policy.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        data: The name of a table, a `datafusion.DataFrame`, or whatever exports an Arrow stream.
        policy: A `ValidationPolicySpec` as JSON.
        schema: A `SchemaDescription` as JSON, or whatever exports an Arrow schema.
        examples: How many examples each rule has at most.
        progress: Called now and then with the number of rows checked so far.

    Returns:
        The report.

    Raises:
        DatasetSpecError: The policy is not what it has to be, or a rule does not fit the data.
        InvalidOptionError: `examples` is negative.
        QueryError: There is no such table, or the data can't be planned.
        QueryExecutionError: Reading the data, or a function of a predicate, failed.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: An argument is of a wrong type.
    """

# The `.expr` of an expression has no type.
def function_expression(name: str, arguments: Sequence[object]) -> Any:  # noqa: ANN401
    """Make a call of a function of the library; no session is needed.

    Args:
        name: The name of the function or an alias, in any case.
        arguments: A `datafusion.Expr` or its `.expr` each.

    Returns:
        The `.expr` of a `datafusion.Expr`. What the function takes is checked when it is planned.

    Raises:
        FunctionNotFoundError: The library has no such function.
        TypeError: An argument is no expression.
    """

def build_graph(
    repository: str | PathLike[str],
    output: str | PathLike[str],
    *,
    include: Sequence[str] = ...,
    exclude: Sequence[str] = ...,
    threads: int | None = None,
    verify: bool = False,
    progress: Callable[[str, int, int | None], object] | None = None,
    profile: SessionProfile | None = None,
) -> dict[str, Any]:
    """Build the graph of a repository.

    Other threads run meanwhile. Ctrl-C, or an exception of `progress`, stops the build; the
    previous graph is then whole.

    Args:
        repository: The root directory of the repository.
        output: The directory of the graph: absent, empty, or a graph that is to be replaced.
        include: Globs in the form of `.gitignore`; if there are any, only matching files are taken.
        exclude: Globs of files and directories to leave out.
        threads: How many threads extract; by default one for each core.
        verify: Check the invariants of the graph before it is published.
        progress: Called about every 50 ms with a stage and how many of how many are done.
        profile: The profile of the session that builds; by default what fits the machine.

    Returns:
        The build report.

    Raises:
        RepositoryNotFoundError: The repository is not a directory that can be listed.
        OutputError: The graph can't be written.
        InvariantError: The graph broke an invariant; nothing was published.
        InvalidOptionError: An option has a value that the engine does not accept.
    """

def register_graph(ctx: SessionContext | object, directory: str | PathLike[str]) -> list[str]:
    """Register the tables of a graph in a session, at the versions that its manifest pins.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        directory: The directory of the graph.

    Returns:
        The names of the tables. Tables that had these names before are replaced.

    Raises:
        GraphNotFoundError: The directory holds no graph, or a table of it is gone or damaged.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def graph_manifest(directory: str | PathLike[str]) -> dict[str, Any]:
    """Return the manifest of a graph: its tables with their versions, and the report of its build.

    Args:
        directory: The directory of the graph.

    Returns:
        The manifest.

    Raises:
        GraphNotFoundError: The directory holds no graph.
    """

def query_graph(
    directory: str | PathLike[str],
    sql: str,
    *,
    format: str = "table",  # noqa: A002
    output: str | PathLike[str] | None = None,
    max_rows: int | None = None,
    profile: SessionProfile | None = None,
) -> QueryOutput:
    """Run one query over a graph in a session of its own, without Python's DataFusion.

    Args:
        directory: The directory of the graph.
        sql: The query. A graph is read only.
        format: `table`, `json`, `ndjson`, `csv` or `parquet`.
        output: The file to write, `-` for standard output; by default the rows are returned.
        max_rows: How many rows are written at most; by default all.
        profile: The profile of the session; by default what fits the machine.

    Returns:
        How many rows were written, whether there were more, and the rows if there is no `output`.

    Raises:
        GraphNotFoundError: The directory holds no graph, or a table of it is gone or damaged.
        QueryError: The query could not be planned.
        QueryExecutionError: The query failed while it ran.
        OutputError: The rows can't be written.
        InvalidOptionError: An option has a value that the engine does not accept.
    """

def run_sql(ctx: SessionContext | object, sql: str) -> DataFrame:
    """Run one statement as `SessionContext.sql` does, and more strictly.

    The session's policy holds for every kind of statement, a function that DataFusion or the
    library brings can't be dropped, and the body of `CREATE FUNCTION` may name its parameters
    without a `$`.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        sql: One statement.

    Returns:
        The result; a query runs when its rows are asked for.

    Raises:
        QueryError: The statement can't be planned, or the session's policy does not allow it.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """
