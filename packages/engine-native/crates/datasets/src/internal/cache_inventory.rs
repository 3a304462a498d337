//! `datafusion_view_cache_inventory_v1`: which results of views are kept, where, and of which state of their inputs.

use arrow::datatypes::{DataType, Field};
use codeanatomy_schema::{Name, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::columns::{optional, required, texts};
use super::record::Artifact;
use super::table::InternalTable;

/// A kept result of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheInventoryEntry {
    /// The view.
    pub view_name: Name,
    /// By which policy it is kept.
    pub cache_policy: Name,
    /// Where it is kept.
    pub cache_path: Name,
    /// When it happened, in milliseconds since 1970-01-01T00:00:00Z; by default now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_time_unix_ms: Option<i64>,
    /// The run that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// What came of it, for example `hit` or `write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Identifies the plan of the view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_fingerprint: Option<String>,
    /// Identifies the plan with its inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_identity_hash: Option<String>,
    /// Identifies the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_identity_hash: Option<String>,
    /// The version of the Delta table that it is kept in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_version: Option<i64>,
    /// When that version was written, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_timestamp: Option<String>,
    /// How many rows it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_count: Option<i64>,
    /// How many files it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_count: Option<i64>,
    /// The columns that it is partitioned by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<Vec<String>>,
}

impl Record for CacheInventoryEntry {
    const NAME: &'static str = "CacheInventoryEntry";
}

pub(super) fn columns() -> Vec<Field> {
    vec![
        required("event_time_unix_ms", DataType::Int64),
        optional("run_id", DataType::Utf8),
        required("view_name", DataType::Utf8),
        required("cache_policy", DataType::Utf8),
        required("cache_path", DataType::Utf8),
        optional("result", DataType::Utf8),
        optional("plan_fingerprint", DataType::Utf8),
        optional("plan_identity_hash", DataType::Utf8),
        optional("schema_identity_hash", DataType::Utf8),
        optional("snapshot_version", DataType::Int64),
        optional("snapshot_timestamp", DataType::Utf8),
        optional("row_count", DataType::Int64),
        optional("file_count", DataType::Int64),
        texts("partition_by"),
    ]
}

impl Artifact for CacheInventoryEntry {
    const TABLE: InternalTable = InternalTable::CacheInventory;

    fn row(&self) -> Value {
        json!(self)
    }
}
