//! `datafusion_delta_maintenance_v2`: how Delta tables were maintained.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field};
use codeanatomy_schema::Name;
use serde_json::{Value, json};

use super::columns::{delta_artifact, delta_columns, optional, properties, required};
use super::record::{Artifact, with_msgpack};
use super::table::InternalTable;

delta_artifact! {
    /// An upkeep of a Delta table.
    DeltaMaintenanceArtifact {
        /// The dataset that it is the table of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dataset_name: Option<String>,
        /// What was done, for example `vacuum`.
        operation: Name,
        /// How long the log is kept, as the table's property has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_retention_duration: Option<String>,
        /// After how many versions a checkpoint is written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint_interval: Option<i64>,
        /// How long checkpoints are kept, as the table's property has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint_retention_duration: Option<String>,
        /// Whether checkpoints are protected from the clean-up of the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint_protection: Option<bool>,
        /// For how many hours removed files are kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retention_hours: Option<i64>,
        /// Whether it was only told what would be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
        /// What the operation measured.
        #[serde(default)]
        metrics: Value,
        /// What the commit carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit_metadata: Option<BTreeMap<String, String>>,
    }
}

pub(super) fn columns() -> Vec<Field> {
    let mut columns = delta_columns();
    columns.extend([
        required("operation", DataType::Utf8),
        optional("log_retention_duration", DataType::Utf8),
        optional("checkpoint_interval", DataType::Int64),
        optional("checkpoint_retention_duration", DataType::Utf8),
        optional("checkpoint_protection", DataType::Boolean),
        optional("retention_hours", DataType::Int64),
        optional("dry_run", DataType::Boolean),
        required("metrics_msgpack", DataType::Binary),
        properties("commit_metadata"),
    ]);
    columns
}

impl Artifact for DeltaMaintenanceArtifact {
    const TABLE: InternalTable = InternalTable::DeltaMaintenance;

    fn row(&self) -> Value {
        with_msgpack(json!(self), "metrics")
    }
}
