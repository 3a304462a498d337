//! Datasets in a session: how a location and the policies around it become a table that SQL reads, with the reason of every decision, and how
//! rows get into it.
//!
//! [`resolve_dataset_provider`] does it for one dataset and explains it; [`register_datasets`] puts many into a session, all or none;
//! [`bootstrap_datasets`] makes empty tables for those that are not there yet. [`record_artifacts`] keeps what the engine did, in tables of its own.

mod bootstrap;
mod checked_rows;
mod clock;
mod configured_session;
mod configured_table;
mod declared_columns;
mod dedupe;
mod evolution;
mod internal;
mod layers;
mod maintenance;
mod obligation;
mod open;
mod open_delta;
mod open_listing;
mod optimize_due;
mod problem;
mod pruning;
mod registry;
mod report;
mod request;
mod resolve;
mod shape;
mod staged_rows;
#[cfg(test)]
mod tests;
mod validate_dataset;
mod writable;
mod write_dataset;
mod write_options;
#[cfg(test)]
mod write_tests;

pub use bootstrap::{
    BootstrapDataset, BootstrapEvent, BootstrapMode, BootstrapProblem, BootstrapReport,
    BootstrapRequest, BootstrapStatus, ColumnDifference, DatasetRole, DifferenceKind,
    ZeroRowDatasetPlan, bootstrap_datasets,
};
pub use evolution::ColumnChange;
pub use internal::{
    Artifact, CacheInventoryEntry, DeltaMaintenanceArtifact, DeltaMutationArtifact,
    DeltaScanPlanArtifact, DeltaSnapshotArtifact, InternalTable, RecordedArtifacts,
    record_artifacts, record_artifacts_json,
};
pub use maintenance::MaintenanceStep;
pub use problem::Problem;
pub use pruning::{FileCounts, FilterPushdown};
pub use registry::{RegisteredDataset, register_datasets, registered_datasets, registered_request};
pub use report::{ResolutionReport, SchemaOrigin};
pub use request::DatasetResolutionRequest;
pub use resolve::{DatasetResolution, resolve_dataset_provider};
pub use staged_rows::rows_of_reader;
pub use validate_dataset::validate_dataset;
pub use write_dataset::{
    DatasetMaintenanceReport, DatasetWriteOptions, DatasetWriteReport, OnViolation, WriteMode,
    maintain_dataset, write_dataset,
};
pub use write_options::{table_properties, write_options};
