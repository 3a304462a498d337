"""Datasets: what they are, where they are, and how they are scanned.

A record states as much as its author decides; everything else is `msgspec.UNSET` and left to the
next layer. The engine checks records, merges them, and says who decided on what; docs/datasets.md
explains it.

Examples:
    >>> from codeanatomy.datasets import DatasetLocation, LocationRequest, resolve_location
    >>> from codeanatomy.datasets import DeltaScanPolicyDefaults, ScanPolicyConfig
    >>> request = LocationRequest(
    ...     location=DatasetLocation(path="orders"),
    ...     policy=ScanPolicyConfig(delta_scan=DeltaScanPolicyDefaults(file_column_name=None)),
    ... )
    >>> resolve_location(request).delta_scan["file_column_name"]
    ResolvedOption(value=None, origin='policy')
"""

from __future__ import annotations

from codeanatomy.datasets.bootstrap import (
    BootstrapEvent,
    BootstrapProblem,
    BootstrapReport,
    ColumnDifference,
    ZeroRowBootstrapRequest,
    ZeroRowDataset,
    ZeroRowDatasetPlan,
    run_zero_row_bootstrap,
)
from codeanatomy.datasets.delta import (
    DeltaCdfPolicy,
    DeltaFeatureGate,
    DeltaMaintenancePolicy,
    DeltaPolicyBundle,
    DeltaSchemaPolicy,
    DeltaWritePolicy,
    ParquetWriterPolicy,
    SqlConstraint,
)
from codeanatomy.datasets.internal import (
    CacheInventoryEntry,
    DeltaMaintenanceArtifact,
    DeltaMutationArtifact,
    DeltaScanPlanArtifact,
    DeltaSnapshotArtifact,
    record_cache_inventory_entry,
    record_delta_maintenance,
    record_delta_mutation,
    record_delta_scan_plan,
    record_delta_snapshot,
)
from codeanatomy.datasets.locations import (
    DatasetLocation,
    DatasetLocationOverrides,
    DeltaCdfOptions,
    LocationRequest,
    SessionOptions,
)
from codeanatomy.datasets.problem import Problem
from codeanatomy.datasets.providers import (
    DatasetResolution,
    DatasetResolutionRequest,
    FileCounts,
    FilterPushdown,
    RegisteredDataset,
    ResolutionReport,
    register_datasets,
    registered_datasets,
    resolve_dataset_provider,
)
from codeanatomy.datasets.resolution import (
    Origin,
    ResolvedLocation,
    ResolvedOption,
    apply_delta_scan_policy,
    apply_scan_policy,
    resolve_location,
)
from codeanatomy.datasets.runtime import (
    load_schema_runtime,
)
from codeanatomy.datasets.scan import (
    DataFusionScanOptions,
    DeltaScanOptions,
    DeltaScanPolicyDefaults,
    ScanPolicyConfig,
    ScanPolicyDefaults,
    SortKey,
    TableSchemaContract,
)
from codeanatomy.datasets.schemas import (
    FieldDescription,
    SchemaDescription,
)
from codeanatomy.datasets.specs import (
    ContractSpec,
    DatasetPolicies,
    DatasetSpec,
    DedupeSpec,
    DerivedField,
    EvolutionSpec,
    TableSpec,
    ViewSpec,
)
from codeanatomy.datasets.validation import (
    AllowedValues,
    NotNull,
    Predicate,
    Range,
    RequiredColumns,
    Unique,
    ValidationPolicySpec,
    ValidationRule,
)
from codeanatomy.datasets.validator import (
    Example,
    RuleReport,
    ValidationReport,
    validate,
)
from codeanatomy.datasets.writer import (
    ColumnChange,
    DatasetMaintenanceReport,
    DatasetWriteReport,
    MaintenanceStep,
    maintain,
    validate_dataset,
    write,
)

__all__ = [
    "AllowedValues",
    "BootstrapEvent",
    "BootstrapProblem",
    "BootstrapReport",
    "CacheInventoryEntry",
    "ColumnChange",
    "ColumnDifference",
    "ContractSpec",
    "DataFusionScanOptions",
    "DatasetLocation",
    "DatasetLocationOverrides",
    "DatasetMaintenanceReport",
    "DatasetPolicies",
    "DatasetResolution",
    "DatasetResolutionRequest",
    "DatasetSpec",
    "DatasetWriteReport",
    "DedupeSpec",
    "DeltaCdfOptions",
    "DeltaCdfPolicy",
    "DeltaFeatureGate",
    "DeltaMaintenanceArtifact",
    "DeltaMaintenancePolicy",
    "DeltaMutationArtifact",
    "DeltaPolicyBundle",
    "DeltaScanOptions",
    "DeltaScanPlanArtifact",
    "DeltaScanPolicyDefaults",
    "DeltaSchemaPolicy",
    "DeltaSnapshotArtifact",
    "DeltaWritePolicy",
    "DerivedField",
    "EvolutionSpec",
    "Example",
    "FieldDescription",
    "FileCounts",
    "FilterPushdown",
    "LocationRequest",
    "MaintenanceStep",
    "NotNull",
    "Origin",
    "ParquetWriterPolicy",
    "Predicate",
    "Problem",
    "Range",
    "RegisteredDataset",
    "RequiredColumns",
    "ResolutionReport",
    "ResolvedLocation",
    "ResolvedOption",
    "RuleReport",
    "ScanPolicyConfig",
    "ScanPolicyDefaults",
    "SchemaDescription",
    "SessionOptions",
    "SortKey",
    "SqlConstraint",
    "TableSchemaContract",
    "TableSpec",
    "Unique",
    "ValidationPolicySpec",
    "ValidationReport",
    "ValidationRule",
    "ViewSpec",
    "ZeroRowBootstrapRequest",
    "ZeroRowDataset",
    "ZeroRowDatasetPlan",
    "apply_delta_scan_policy",
    "apply_scan_policy",
    "load_schema_runtime",
    "maintain",
    "record_cache_inventory_entry",
    "record_delta_maintenance",
    "record_delta_mutation",
    "record_delta_scan_plan",
    "record_delta_snapshot",
    "register_datasets",
    "registered_datasets",
    "resolve_dataset_provider",
    "resolve_location",
    "run_zero_row_bootstrap",
    "validate",
    "validate_dataset",
    "write",
]
