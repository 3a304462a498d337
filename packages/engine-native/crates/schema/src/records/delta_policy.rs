//! Policies of Delta tables beside their scan and their writes.

use std::num::NonZeroU64;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::options::options;
use crate::{ByteSize, ColumnName, Record};

options! {
    /// What is asked of the change data feed of a table.
    DeltaCdfPolicy {
        /// Whether the dataset is the table's changes, so that a table without a feed is an error.
        required: bool = Some(false)
            => "the choice between `DeltaTable::scan_cdf` and `DeltaTable::table_provider`";
        /// Whether versions that the table does not have give no rows instead of an error.
        allow_out_of_range: bool = Some(false)
            => "`CdfLoadBuilder::with_allow_out_of_range`";
    }
}

impl Record for DeltaCdfPolicy {
    const NAME: &'static str = "DeltaCdfPolicy";
}

/// When files are ordered by several columns at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZOrderWhen {
    /// Never: an optimisation only compacts.
    Never,
    /// With an optimisation that a threshold calls for.
    Periodic,
    /// With every optimisation, of the partitions that were written.
    AfterPartitionComplete,
}

options! {
    /// What is done to a table after it was written.
    DeltaMaintenancePolicy {
        /// Whether every write is followed by an optimisation.
        optimize_on_write: bool = Some(false)
            => "`DeltaTable::optimize` after a commit";
        /// How large optimised files become.
        optimize_target_size: ByteSize = None
            => "`OptimizeBuilder::with_target_size`; null is the table's `delta.targetFileSize`";
        /// The columns that files are ordered by.
        z_order_cols: Vec<ColumnName> = Some(Vec::new())
            => "`OptimizeType::ZOrder`";
        /// When files are ordered.
        z_order_when: ZOrderWhen = Some(ZOrderWhen::Never)
            => "the choice between `OptimizeType::ZOrder` and `OptimizeType::Compact`";
        /// Whether every write is followed by a vacuum.
        vacuum_on_write: bool = Some(false)
            => "`DeltaTable::vacuum` after a commit";
        /// How many hours removed files are kept.
        vacuum_retention_hours: u32 = None
            => "`VacuumBuilder::with_retention_period`; null is the table's `delta.deletedFileRetentionDuration`";
        /// Whether a vacuum only tells what it would delete.
        vacuum_dry_run: bool = Some(false)
            => "`VacuumBuilder::with_dry_run`";
        /// Whether a retention below the table's is refused.
        enforce_retention_duration: bool = Some(true)
            => "`VacuumBuilder::with_enforce_retention_duration`";
        /// Whether every write is followed by a checkpoint.
        checkpoint_on_write: bool = Some(false)
            => "`protocol::checkpoints::create_checkpoint` after a commit";
        /// Whether the table may have deletion vectors.
        enable_deletion_vectors: bool = Some(false)
            => "the table property `delta.enableDeletionVectors`";
        /// Whether checkpoints are of version 2.
        enable_v2_checkpoints: bool = Some(false)
            => "the table property `delta.checkpointPolicy` and the table feature `v2Checkpoint`";
        /// Whether the log is compacted after a write.
        enable_log_compaction: bool = Some(false)
            => "`protocol::log_compaction::compact_logs` after a commit";
        /// From how many files that one write added an optimisation follows.
        optimize_file_threshold: NonZeroU64 = None
            => "`DeltaTable::optimize` after a commit, by its number of added files";
        /// From how many files of the table an optimisation follows.
        total_file_threshold: NonZeroU64 = None
            => "`DeltaTable::optimize` after a commit, by the snapshot's number of files";
        /// After how many versions a vacuum follows.
        vacuum_version_threshold: NonZeroU64 = None
            => "`DeltaTable::vacuum` after a commit, by its version";
        /// After how many versions a checkpoint follows.
        checkpoint_version_interval: NonZeroU64 = None
            => "the table property `delta.checkpointInterval`";
    }
}

impl Record for DeltaMaintenancePolicy {
    const NAME: &'static str = "DeltaMaintenancePolicy";
}

/// What a write does to columns that the table does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WriteSchemaMode {
    /// They are added to the table.
    Merge,
    /// The schema of the write replaces the table's.
    Overwrite,
}

/// How a table maps the names of its columns to those in the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColumnMapping {
    /// By field ids.
    Id,
    /// By names of its own.
    Name,
}

options! {
    /// How the schema of a table may change.
    DeltaSchemaPolicy {
        /// What a write does to columns that the table does not have; null refuses them.
        schema_mode: WriteSchemaMode = None
            => "`WriteBuilder::with_schema_mode`";
        /// How names of columns are mapped; null is not at all.
        column_mapping_mode: ColumnMapping = None
            => "the table property `delta.columnMapping.mode`";
    }
}

impl Record for DeltaSchemaPolicy {
    const NAME: &'static str = "DeltaSchemaPolicy";
}

options! {
    /// What a table's protocol must have, or the table is not opened.
    DeltaFeatureGate {
        /// The least version of readers.
        min_reader_version: u32 = None
            => "`Protocol::min_reader_version`, which is compared when the table is opened";
        /// The least version of writers.
        min_writer_version: u32 = None
            => "`Protocol::min_writer_version`, which is compared when the table is opened";
        /// Features of readers by their names in Delta's protocol, such as `deletionVectors`.
        required_reader_features: Vec<String> = Some(Vec::new())
            => "`Protocol::reader_features`, which are compared when the table is opened";
        /// Features of writers by their names in Delta's protocol, such as `changeDataFeed`.
        required_writer_features: Vec<String> = Some(Vec::new())
            => "`Protocol::writer_features`, which are compared when the table is opened";
    }
}

impl Record for DeltaFeatureGate {
    const NAME: &'static str = "DeltaFeatureGate";
}
