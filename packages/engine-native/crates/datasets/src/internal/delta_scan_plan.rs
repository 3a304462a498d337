//! `datafusion_delta_scan_plans_v2`: which files of Delta tables were scanned, and why no others.

use arrow::datatypes::{DataType, Field};
use codeanatomy_schema::Name;
use serde_json::{Value, json};

use super::columns::{delta_artifact, delta_columns, optional, required, texts};
use super::record::{Artifact, with_msgpack};
use super::table::InternalTable;

delta_artifact! {
    /// A scan of a Delta table, as it was planned.
    DeltaScanPlanArtifact {
        /// The dataset that it is the table of.
        dataset_name: Name,
        /// The files of the table.
        total_files: i64,
        /// Those that the scan opens.
        candidate_files: i64,
        /// Those that it need not open.
        pruned_files: i64,
        /// The conditions that the scan got, as SQL.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pushed_filters: Option<Vec<String>>,
        /// The columns that it reads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        projected_columns: Option<Vec<String>>,
        /// The protocol of the table, in whatever form.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        delta_protocol: Value,
    }
}

pub(super) fn columns() -> Vec<Field> {
    let mut columns = delta_columns();
    for column in &mut columns {
        if column.name() == "dataset_name" {
            column.set_nullable(false);
        }
    }
    columns.extend([
        required("total_files", DataType::Int64),
        required("candidate_files", DataType::Int64),
        required("pruned_files", DataType::Int64),
        texts("pushed_filters"),
        texts("projected_columns"),
        optional("delta_protocol_msgpack", DataType::Binary),
    ]);
    columns
}

impl Artifact for DeltaScanPlanArtifact {
    const TABLE: InternalTable = InternalTable::DeltaScanPlans;

    fn row(&self) -> Value {
        with_msgpack(json!(self), "delta_protocol")
    }
}
