//! `datafusion_delta_snapshots_v2`: what Delta tables were when they were read.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field};
use codeanatomy_schema::{Name, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Value, json};

use super::columns::{delta_columns, optional, properties, required, texts};
use super::msgpack::hexadecimal;
use super::record::Artifact;
use super::table::InternalTable;

/// A version of a Delta table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeltaSnapshotArtifact {
    /// The URI of the table, without secrets.
    pub table_uri: Name,
    /// What the table was, as the operation `snapshot` reports it.
    #[serde(deserialize_with = "facts")]
    pub snapshot: SnapshotFacts,
    /// The dataset that it is the table of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_name: Option<String>,
    /// When it was looked at, in milliseconds since 1970-01-01T00:00:00Z; by default now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_time_unix_ms: Option<i64>,
    /// The run that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// The trace that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The span that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// When the version was written, in milliseconds since 1970-01-01T00:00:00Z.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_timestamp: Option<i64>,
    /// Identifies the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_identity_hash: Option<String>,
    /// Identifies the statement that would create the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ddl_fingerprint: Option<String>,
}

/// What is kept of the report of a snapshot; its other fields are not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotFacts {
    /// The version.
    pub version: i64,
    /// What its protocol asks of readers.
    #[serde(default)]
    pub min_reader_version: Option<i32>,
    /// What its protocol asks of writers.
    #[serde(default)]
    pub min_writer_version: Option<i32>,
    /// The features that it asks of readers.
    #[serde(default)]
    pub reader_features: Option<Vec<String>>,
    /// The features that it asks of writers.
    #[serde(default)]
    pub writer_features: Option<Vec<String>>,
    /// The properties that are set.
    #[serde(default)]
    pub properties: Option<BTreeMap<String, String>>,
    /// The columns, as they are reported.
    #[serde(default)]
    pub columns: Value,
    /// The columns that it is partitioned by.
    #[serde(default)]
    pub partition_by: Option<Vec<String>>,
}

/// Takes what is kept of a report. A record's own decoding would refuse the other fields.
fn facts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SnapshotFacts, D::Error> {
    let report = Value::deserialize(deserializer)?;
    serde_json::from_value(report).map_err(D::Error::custom)
}

impl Record for DeltaSnapshotArtifact {
    const NAME: &'static str = "DeltaSnapshotArtifact";
}

pub(super) fn columns() -> Vec<Field> {
    let mut columns = delta_columns();
    columns.extend([
        optional("snapshot_timestamp", DataType::Int64),
        properties("table_properties"),
        required("schema_msgpack", DataType::Binary),
        optional("schema_identity_hash", DataType::Utf8),
        optional("ddl_fingerprint", DataType::Utf8),
        texts("partition_columns"),
    ]);
    columns
}

impl Artifact for DeltaSnapshotArtifact {
    const TABLE: InternalTable = InternalTable::DeltaSnapshots;

    fn row(&self) -> Value {
        let facts = &self.snapshot;
        json!({
            "event_time_unix_ms": self.event_time_unix_ms,
            "run_id": self.run_id,
            "dataset_name": self.dataset_name,
            "table_uri": self.table_uri,
            "trace_id": self.trace_id,
            "span_id": self.span_id,
            "delta_version": facts.version,
            "min_reader_version": facts.min_reader_version,
            "min_writer_version": facts.min_writer_version,
            "reader_features": facts.reader_features,
            "writer_features": facts.writer_features,
            "snapshot_timestamp": self.snapshot_timestamp,
            "table_properties": facts.properties,
            "schema_msgpack": hexadecimal(&facts.columns),
            "schema_identity_hash": self.schema_identity_hash,
            "ddl_fingerprint": self.ddl_fingerprint,
            "partition_columns": facts.partition_by,
        })
    }
}
