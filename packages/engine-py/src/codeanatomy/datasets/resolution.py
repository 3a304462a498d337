"""Merges policies and decides on locations; the engine does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import msgspec

from codeanatomy.datasets.runtime import load_schema_runtime
from codeanatomy.datasets.scan import DataFusionScanOptions, DeltaScanOptions, ScanPolicyConfig

if TYPE_CHECKING:
    from codeanatomy.datasets._record import Record
    from codeanatomy.datasets.locations import LocationRequest

__all__ = [
    "Origin",
    "ResolvedLocation",
    "ResolvedOption",
    "apply_delta_scan_policy",
    "apply_scan_policy",
    "resolve_location",
]

Origin: TypeAlias = Literal["call", "override", "dataset", "policy", "session", "default"]
"""Who decided on an option, the strongest first."""


# Results hold only what JSON held, so that no cycle goes through them. That the collector leaves
# them alone saves a third of the time of many resolutions.
class ResolvedOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An option with who decided on it.

    Attributes:
        value: The value as JSON has it; `None` where it was decided that there is none.
        origin: Who decided.
    """

    value: Any
    origin: Origin


Options: TypeAlias = dict[str, ResolvedOption]
_Scan = TypeVar("_Scan", DataFusionScanOptions, DeltaScanOptions)


class ResolvedLocation(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False
):
    """Everything that is decided about a location before it is opened, with who decided.

    Attributes:
        provider: `listing`, `delta` or `delta_cdf`.
        table_spec: The declared table.
        datafusion_scan: How the files are scanned, by the fields of `DataFusionScanOptions`.
        delta_scan: How a Delta table is scanned, by the fields of `DeltaScanOptions`.
        cdf_policy: What is asked of its change data feed, by the fields of `DeltaCdfPolicy`.
        maintenance_policy: What is done to it after a write, by the fields of
            `DeltaMaintenancePolicy`.
        write_policy: How it is written, by the fields of `DeltaWritePolicy`.
        schema_policy: How its schema may change, by the fields of `DeltaSchemaPolicy`.
        feature_gate: What its protocol must have, by the fields of `DeltaFeatureGate`.
        constraints: Conditions that hold for every row.
        evolution_spec: How the schema of the files may differ, by the fields of `EvolutionSpec`.
        validation: What the rows are checked for, by the fields of `ValidationPolicySpec`.
    """

    provider: ResolvedOption
    table_spec: ResolvedOption
    datafusion_scan: Options
    delta_scan: Options
    cdf_policy: Options
    maintenance_policy: Options
    write_policy: Options
    schema_policy: Options
    feature_gate: Options
    constraints: ResolvedOption
    evolution_spec: Options
    validation: Options


def apply_scan_policy(
    options: DataFusionScanOptions | None,
    *,
    policy: ScanPolicyConfig | None,
    dataset_format: str,
) -> DataFusionScanOptions | None:
    """Fill what scan options leave unset from a scan policy.

    Args:
        options: The options; `None` states nothing.
        policy: The policy; `None` states nothing.
        dataset_format: The format of the dataset, which chooses the part of the policy.

    Returns:
        The options; `None` if neither states anything.

    Raises:
        DatasetSpecError: The engine does not accept one of the records, or there is no such format.

    Examples:
        >>> from codeanatomy.datasets import DataFusionScanOptions, ScanPolicyConfig
        >>> from codeanatomy.datasets import ScanPolicyDefaults, apply_scan_policy
        >>> policy = ScanPolicyConfig(
        ...     listing=ScanPolicyDefaults(list_files_cache_ttl="1h"),
        ...     delta_listing=ScanPolicyDefaults(list_files_cache_ttl="5m"),
        ... )
        >>> options = DataFusionScanOptions(collect_statistics=True)
        >>> apply_scan_policy(options, policy=policy, dataset_format="delta")
        DataFusionScanOptions(collect_statistics=True, list_files_cache_ttl='5m')
    """
    runtime = load_schema_runtime()
    defaults = runtime.scan_policy_of_format_json(_stated(policy), dataset_format)
    merged = runtime.apply_scan_policy_json(_stated(options), defaults)
    return _unless_empty(msgspec.json.decode(merged, type=DataFusionScanOptions), options)


def apply_delta_scan_policy(
    options: DeltaScanOptions | None, *, policy: ScanPolicyConfig | None
) -> DeltaScanOptions | None:
    """Fill what options of a Delta scan leave unset from a scan policy.

    Args:
        options: The options; `None` states nothing.
        policy: The policy; `None` states nothing.

    Returns:
        The options; `None` if neither states anything.

    Raises:
        DatasetSpecError: The engine does not accept one of the records.

    Examples:
        >>> from codeanatomy.datasets import DeltaScanOptions, DeltaScanPolicyDefaults
        >>> from codeanatomy.datasets import ScanPolicyConfig, apply_delta_scan_policy
        >>> defaults = DeltaScanPolicyDefaults(enable_parquet_pushdown=False)
        >>> policy = ScanPolicyConfig(delta_scan=defaults)
        >>> explicit = DeltaScanOptions(enable_parquet_pushdown=True)
        >>> apply_delta_scan_policy(explicit, policy=policy)
        DeltaScanOptions(enable_parquet_pushdown=True)
    """
    defaults = msgspec.json.decode(_stated(policy), type=ScanPolicyConfig).delta_scan
    merged = load_schema_runtime().apply_delta_scan_policy_json(
        _stated(options), "{}" if defaults is msgspec.UNSET else defaults.to_json()
    )
    return _unless_empty(msgspec.json.decode(merged, type=DeltaScanOptions), options)


def resolve_location(request: LocationRequest) -> ResolvedLocation:
    """Decide on every option of a location, and say who decided.

    The first of these that does not leave an option unset decides: the call, the overrides of the
    location, the spec of its dataset, the scan policy, the session, the built-in default.

    Args:
        request: The location with the layers around it.

    Returns:
        What is decided.

    Raises:
        DatasetSpecError: The engine does not accept the request.

    Examples:
        >>> from codeanatomy.datasets import DatasetLocation, LocationRequest, resolve_location
        >>> resolved = resolve_location(LocationRequest(location=DatasetLocation(path="orders")))
        >>> resolved.delta_scan["schema_force_view_types"]
        ResolvedOption(value=True, origin='default')
    """
    report = load_schema_runtime().resolve_location_json(request.to_json())
    return msgspec.json.decode(report, type=ResolvedLocation)


def _stated(record: Record | None) -> str:
    return "{}" if record is None else record.to_json()


def _unless_empty(merged: _Scan, options: _Scan | None) -> _Scan | None:
    return None if options is None and merged == type(merged)() else merged
