"""The types of the compiled module's reports, for type checkers only."""

from typing import TypedDict, type_check_only

@type_check_only
class PluginAbi(TypedDict):
    """The version of the engine's interface."""

    major: int
    minor: int

@type_check_only
class BuildInfo(TypedDict):
    """What the engine was built from."""

    engine: str
    datafusion: str
    datafusion_python: str
    arrow: str
    deltalake: str
    pyo3: str
    rustc: str
    profile: str
    features: list[str]
    build_hash: str

@type_check_only
class ErrorCode(TypedDict):
    """One entry of the registry of errors."""

    code: str
    stage: str
    python_class: str
    description: str

@type_check_only
class Availability(TypedDict):
    """Whether the engine has something."""

    available: bool

@type_check_only
class UdfCounts(TypedDict):
    """How many functions a session has beside DataFusion's own, aliases not counted."""

    scalar: int
    aggregate: int
    window: int
    table: int

@type_check_only
class Capabilities(TypedDict):
    """What the engine can do."""

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

@type_check_only
class CapabilitiesReport(TypedDict):
    """What the engine can do, and whether it fits what is installed."""

    available: bool
    compatible: bool
    expected_plugin_abi: PluginAbi
    observed_plugin_abi: PluginAbi | None
    snapshot: Capabilities
    error: str | None

@type_check_only
class DataFusionVersions(TypedDict):
    """The installed Python package, and the version whose native code the engine holds."""

    python: str | None
    native: str

@type_check_only
class ContractProbe(TypedDict):
    """What the engine sees in a session."""

    ok: bool
    tier: str
    plugin_abi: PluginAbi
    udf_counts: UdfCounts
    registry_hash: str
    session_id: str
    datafusion: DataFusionVersions

@type_check_only
class AsyncUdfPolicy(TypedDict):
    """Limits of asynchronous functions."""

    enabled: bool
    timeout_ms: int | None
    batch_size: int | None

@type_check_only
class StatementPolicy(TypedDict):
    """Which statements SQL may have beside queries."""

    allow_ddl: bool
    allow_dml: bool
    allow_statements: bool

@type_check_only
class FunctionDocumentation(TypedDict):
    """What a function says about itself, in Markdown."""

    description: str
    syntax: str
    section: str
    sql_example: str | None
    arguments: list[list[str]]
    alternative_syntax: list[str]
    related_udfs: list[str]

@type_check_only
class RegistrySnapshot(TypedDict):
    """The functions of a session beside DataFusion's own; dicts are keyed by function name."""

    scalar: list[str]
    aggregate: list[str]
    window: list[str]
    table: list[str]
    aliases: dict[str, list[str]]
    parameter_names: dict[str, list[str]]
    volatility: dict[str, str]
    rewrite_tags: dict[str, list[str]]
    simplify: dict[str, bool]
    coerce_types: dict[str, bool]
    short_circuits: dict[str, bool]
    signature_inputs: dict[str, list[list[str]]]
    return_types: dict[str, list[str]]
    config_defaults: dict[str, dict[str, str]]
    custom_udfs: list[str]
    pycapsule_udfs: list[str]
    documentation: dict[str, FunctionDocumentation]
    async_udf_policy: AsyncUdfPolicy
    hash: str

# A call, because the key is a keyword of Python.
_AsyncField = TypedDict("_AsyncField", {"async": AsyncUdfPolicy})

@type_check_only
class InstallReport(_AsyncField):
    """What a session has after an install, read back from it."""

    contract_version: int
    snapshot: RegistrySnapshot
    function_factory_installed: bool
    expr_planners_installed: bool
    expr_planner_names: list[str]
    udf_installed: bool
    statements: StatementPolicy

@type_check_only
class ResolvedSetting(TypedDict):
    """A setting with where it came from."""

    value: bool | int | str | list[str] | None
    origin: str

@type_check_only
class DeclaredScanPolicy(TypedDict):
    """A scan policy that a profile can name."""

    policy: dict[str, object]
    origin: str

# A call, because the key is a keyword of Python.
_ClassField = TypedDict("_ClassField", {"class": str})

@type_check_only
class ProfileReport(_ClassField):
    """A resolved profile."""

    settings: dict[str, ResolvedSetting]
    scan_policies: dict[str, DeclaredScanPolicy]
    profile_hash: str
    settings_hash: str

@type_check_only
class ProfileSetting(TypedDict):
    """A setting that a profile can state."""

    key: str
    description: str
    accepts: str
    variable: str

@type_check_only
class ValidationExample(TypedDict):
    """A row, or a key of several rows, that violates a rule."""

    row: int | None
    count: int | None
    values: dict[str, object]

@type_check_only
class RuleReport(TypedDict):
    """What came of a rule."""

    rule: str
    kind: str
    columns: list[str]
    severity: str
    status: str
    violations: int
    fraction: float | None
    examples: list[ValidationExample]
    message: str | None

@type_check_only
class ValidationReport(TypedDict):
    """What a validation found."""

    passed: bool
    rows_checked: int
    rules: list[RuleReport]
    duration_ms: int
