//! `datafusion_delta_mutations_v2`: what was written to Delta tables.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field};
use codeanatomy_schema::Name;
use serde_json::{Value, json};

use super::columns::{delta_artifact, delta_columns, optional, properties, required, texts};
use super::record::{Artifact, with_msgpack};
use super::table::InternalTable;

delta_artifact! {
    /// A commit that changed the rows of a Delta table, or that was refused.
    DeltaMutationArtifact {
        /// The dataset that it is the table of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dataset_name: Option<String>,
        /// What was done, for example `append`.
        operation: Name,
        /// How, for example `merge`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<String>,
        /// What the constraints said, for example `passed`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        constraint_status: Option<String>,
        /// The constraints that rows broke.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        constraint_violations: Option<Vec<String>>,
        /// Who wrote: the `app_id` of the commit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit_app_id: Option<String>,
        /// The writer's number of the write: the `app_version` of the commit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit_version: Option<i64>,
        /// The run that the commit names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit_run_id: Option<String>,
        /// What the commit carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit_metadata: Option<BTreeMap<String, String>>,
        /// What the operation measured.
        #[serde(default)]
        metrics: Value,
    }
}

pub(super) fn columns() -> Vec<Field> {
    let mut columns = delta_columns();
    columns.extend([
        required("operation", DataType::Utf8),
        optional("mode", DataType::Utf8),
        optional("constraint_status", DataType::Utf8),
        texts("constraint_violations"),
        optional("commit_app_id", DataType::Utf8),
        optional("commit_version", DataType::Int64),
        optional("commit_run_id", DataType::Utf8),
        properties("commit_metadata"),
        required("metrics_msgpack", DataType::Binary),
    ]);
    columns
}

impl Artifact for DeltaMutationArtifact {
    const TABLE: InternalTable = InternalTable::DeltaMutations;

    fn row(&self) -> Value {
        with_msgpack(json!(self), "metrics")
    }
}
