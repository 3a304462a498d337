//! The records: scans, Delta policies, validation, specs, locations.

mod contract;
mod delta_policy;
mod delta_scan;
mod location;
mod order;
mod policies;
mod resolved;
mod scan;
mod spec;
mod spec_check;
mod storage;
mod table;
#[cfg(test)]
mod tests;
mod validation;
mod write_policy;

pub use contract::{ContractSpec, DedupeSpec, DedupeStrategy, SqlConstraint};
pub use delta_policy::{
    ColumnMapping, DeltaCdfPolicy, DeltaFeatureGate, DeltaMaintenancePolicy, DeltaSchemaPolicy,
    WriteSchemaMode, ZOrderWhen,
};
pub use delta_scan::{DeltaScanOptions, DeltaScanPolicyDefaults};
pub use location::{
    DatasetFormat, DatasetLocation, DatasetLocationOverrides, DatasetProvider, DeltaCdfOptions,
    Partitioning,
};
pub use order::{SortKey, SortOrder};
pub use policies::{DatasetPolicies, DeltaPolicyBundle};
pub use resolved::{Decided, LocationRequest, ResolvedLocation, SessionOptions, resolve_location};
pub use scan::{
    DataFusionScanOptions, PartitionColumn, ScanPolicyConfig, ScanPolicyDefaults,
    TableSchemaContract,
};
pub use spec::{DatasetKind, DatasetSpec, DerivedField, ViewSpec};
pub use storage::StorageOptions;
pub use table::{EvolutionSpec, TableSpec};
pub use validation::{Scalar, Severity, Strictness, ValidationPolicySpec, ValidationRule, rules};
pub use write_policy::{
    Compression, DeltaFeature, DeltaWritePolicy, ParquetWriterPolicy, StatisticsPolicy,
};

/// Whether a nested record states nothing, so that it need not be written.
pub(crate) fn is_empty<R: Default + PartialEq>(record: &R) -> bool {
    *record == R::default()
}
