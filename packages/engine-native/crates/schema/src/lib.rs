//! What a dataset is and how it is scanned: typed records, one merge of options, one order of precedence.
//!
//! Nothing here reads a file or plans a query. A record is decoded from JSON and checked as far as that needs no data; what its options
//! are applied to is written at each of them and told by [`Options::FIELDS`], for whoever opens the dataset.
//!
//! - Every option is a [`Setting`]: unset, null, or a value. Unset leaves the decision to the next layer; null and values decide.
//! - [`resolve`] takes the layers in the order of [`Origin`] and says for each option which layer decided.
//! - An unknown field is refused with the nearest known name and its path, a field without an effect with the reason.

mod json;
mod options;
mod records;
mod runtime;
mod schema;
mod value;

pub use json::{Record, decode, fingerprint};
pub use options::{
    Layers, OptionField, Options, Origin, Resolved, Setting, options_from_session, resolve,
};
pub use records::{
    ColumnMapping, Compression, ContractSpec, DataFusionScanOptions, DatasetFormat, DatasetKind,
    DatasetLocation, DatasetLocationOverrides, DatasetPolicies, DatasetProvider, DatasetSpec,
    Decided, DedupeSpec, DedupeStrategy, DeltaCdfOptions, DeltaCdfPolicy, DeltaFeature,
    DeltaFeatureGate, DeltaMaintenancePolicy, DeltaPolicyBundle, DeltaScanOptions,
    DeltaScanPolicyDefaults, DeltaSchemaPolicy, DeltaWritePolicy, DerivedField, EvolutionSpec,
    LocationRequest, ParquetWriterPolicy, PartitionColumn, Partitioning, ResolvedLocation,
    ScanPolicyConfig, ScanPolicyDefaults, SessionOptions, SortKey, SortOrder, SqlConstraint,
    StatisticsPolicy, StorageOptions, TableSchemaContract, TableSpec, ViewSpec, WriteSchemaMode,
    ZOrderWhen, resolve_location,
};
pub use records::{Scalar, Severity, Strictness, ValidationPolicySpec, ValidationRule, rules};
pub use runtime::{
    apply_delta_scan_policy_json, apply_scan_policy_json, dataset_contract_json, dataset_name,
    dataset_policy_json, dataset_schema_json, fingerprint_json, json_schema, option_fields,
    record_names, refused_fields, resolve_location_json, resolve_options_json,
    scan_policy_of_format_json, schema_message,
};
pub use schema::{FieldDescription, SchemaDescription};
pub use value::{ByteSize, ColumnName, Instant, Interval, LineageColumn, Name, SqlText};
