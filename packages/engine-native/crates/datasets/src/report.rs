//! What a resolution tells of itself.

use codeanatomy_delta::operations::{FileReport, SnapshotReport};
use codeanatomy_schema::{DatasetProvider, DeltaCdfOptions, FieldDescription, ResolvedLocation};
use serde::Serialize;
use serde_json::Value;

use crate::pruning::{FileCounts, FilterPushdown};

/// Where the columns of a dataset come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaOrigin {
    /// The option `table_schema_contract` of the scan.
    TableSchemaContract,
    /// The option `schema` of the Delta scan.
    DeltaScan,
    /// The declared table: the location's, the spec's, or that of the contract.
    TableSpec,
    /// The log of the Delta table.
    DeltaLog,
    /// The files themselves.
    Files,
}

/// The explanation of a resolution. It holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResolutionReport {
    /// The name of the dataset.
    pub name: String,
    /// The location as it was stated; of its storage options the names alone.
    pub location: Value,
    /// How the rows are provided.
    pub provider_kind: DatasetProvider,
    /// Every option with its value and who decided on it.
    pub options: ResolvedLocation,
    /// The name of the session's scan policy, which decided where an origin is `policy`; `None` where the request states a policy of its own,
    /// or the session has none.
    pub scan_policy: Option<String>,
    /// The columns that SQL sees.
    pub schema: Vec<FieldDescription>,
    /// Columns whose type has no text form: their names.
    pub undescribed_columns: Vec<String>,
    /// Where the columns come from.
    pub schema_origin: SchemaOrigin,
    /// The version of the Delta table.
    pub delta_snapshot: Option<SnapshotReport>,
    /// Identifies how the Delta table is scanned: 32 hexadecimal digits of BLAKE3.
    pub delta_scan_identity_hash: Option<String>,
    /// Which changes of the Delta table are read.
    pub cdf_options: Option<DeltaCdfOptions>,
    /// The files of the Delta table that were asked for by name.
    pub add_actions: Vec<FileReport>,
    /// How many files there are, and how many the predicate leaves; `None` for changes, whose files depend on the query.
    pub files: Option<FileCounts>,
    /// What becomes of each part of the predicate.
    pub filters: Vec<FilterPushdown>,
    /// Why the predicate can't be planned. The dataset can be read all the same.
    pub predicate_error: Option<String>,
}
