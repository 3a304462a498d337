//! How Delta tables are written.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

use crate::json::invalid;
use crate::options::options;
use crate::value::json_schema::{inline_schema, one_of};
use crate::{ByteSize, ColumnName, Record};

/// Of which columns a write records the least and greatest value of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatisticsPolicy {
    /// Of none.
    Off,
    /// Of `stats_columns`.
    Explicit,
    /// Of the first `stats_max_columns` of the schema.
    Auto,
}

/// A feature of Delta's protocol that a write switches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum DeltaFeature {
    /// Rows are never changed: `delta.appendOnly`.
    AppendOnly,
    /// Changes are recorded: `delta.enableChangeDataFeed`.
    ChangeDataFeed,
    /// Columns can be renamed: `delta.columnMapping.mode`.
    ColumnMapping,
    /// Deleted rows are marked: `delta.enableDeletionVectors`.
    DeletionVectors,
    /// Checkpoints of version 2: `delta.checkpointPolicy`, and the table feature `v2Checkpoint`.
    V2Checkpoints,
}

const FEATURES: [(&str, DeltaFeature); 5] = [
    ("append_only", DeltaFeature::AppendOnly),
    ("change_data_feed", DeltaFeature::ChangeDataFeed),
    ("column_mapping", DeltaFeature::ColumnMapping),
    ("deletion_vectors", DeltaFeature::DeletionVectors),
    ("v2_checkpoints", DeltaFeature::V2Checkpoints),
];

impl TryFrom<String> for DeltaFeature {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if let Some((_, feature)) = FEATURES.iter().find(|(known, _)| *known == name) {
            return Ok(*feature);
        }
        let names = FEATURES.map(|(known, _)| known).join(", ");
        let reason = match name.as_str() {
            "row_tracking" | "in_commit_timestamps" => {
                "; deltalake 1.1 can't write tables with that feature"
            }
            _ => "",
        };
        Err(format!(
            "'{}' given; it takes {names}{reason}",
            crate::json::shortened(&name)
        ))
    }
}

inline_schema!(DeltaFeature, one_of(&FEATURES.map(|(name, _)| name)));

/// How Parquet files are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParquetWriterPolicy {
    /// The codec, such as `snappy` or `zstd(3)`: `WriterPropertiesBuilder::set_compression`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// How many rows a row group has at most: `WriterPropertiesBuilder::set_max_row_group_row_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_row_group_size: Option<NonZeroU64>,
    /// Columns with statistics in each page: `set_column_statistics_enabled`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statistics_enabled: Vec<ColumnName>,
    /// Columns with a Bloom filter: `set_column_bloom_filter_enabled`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bloom_filter_enabled: Vec<ColumnName>,
    /// Columns encoded as dictionaries: `set_column_dictionary_enabled`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dictionary_enabled: Vec<ColumnName>,
}

impl Record for ParquetWriterPolicy {
    const NAME: &'static str = "ParquetWriterPolicy";
}

/// A codec of Parquet by the name that `DataFusion` gives it, with its level where it has levels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Compression(String);

impl TryFrom<String> for Compression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, level) = match text.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
            Some((name, level)) => (name, Some(level)),
            None => (text.as_str(), None),
        };
        let level: Option<Option<u32>> = level.map(|level| level.parse().ok());
        let accepted = match (name, level) {
            ("uncompressed" | "snappy" | "lz4" | "lz4_raw", None) => true,
            ("gzip", Some(Some(level))) => level <= 9,
            ("brotli", Some(Some(level))) => level <= 11,
            ("zstd", Some(Some(level))) => (1..=22).contains(&level),
            _ => false,
        };
        if accepted {
            Ok(Self(text))
        } else {
            Err(format!(
                "'{}' given; it takes uncompressed, snappy, lz4, lz4_raw, gzip(0…9), brotli(0…11) or zstd(1…22)",
                crate::json::shortened(&text)
            ))
        }
    }
}

inline_schema!(Compression);

impl Compression {
    /// The name, with the level where there is one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Compression> for String {
    fn from(compression: Compression) -> Self {
        compression.0
    }
}

options! {
    /// How a table is written.
    DeltaWritePolicy {
        /// How large the files of a write become.
        target_file_size: ByteSize = Some(ByteSize::of_bytes(96 << 20))
            => "`WriteBuilder::with_target_file_size`";
        /// The partition columns of a table that the write makes.
        partition_by: Vec<ColumnName> = Some(Vec::new())
            => "`WriteBuilder::with_partition_columns`";
        /// Of which columns statistics are recorded.
        stats_policy: StatisticsPolicy = Some(StatisticsPolicy::Auto)
            => "the table properties `delta.dataSkippingStatsColumns` and `delta.dataSkippingNumIndexedCols`";
        /// The columns of `explicit` statistics.
        stats_columns: Vec<ColumnName> = None
            => "the table property `delta.dataSkippingStatsColumns`";
        /// The number of columns of `auto` statistics.
        stats_max_columns: u32 = Some(32)
            => "the table property `delta.dataSkippingNumIndexedCols`";
        /// How Parquet files are written; null is as deltalake writes them.
        parquet_writer_policy: ParquetWriterPolicy = None
            => "`WriteBuilder::with_writer_properties`";
        /// Features of Delta's protocol that are switched on.
        enable_features: Vec<DeltaFeature> = Some(Vec::new())
            => "the table properties that switch them on: `WriteBuilder::with_configuration`";
    }
}

impl Record for DeltaWritePolicy {
    const NAME: &'static str = "DeltaWritePolicy";

    fn check(&self, at: &str) -> Result<()> {
        let explicit = self.stats_policy.value() == Some(&StatisticsPolicy::Explicit);
        let columns = self
            .stats_columns
            .value()
            .is_some_and(|columns| !columns.is_empty());
        if explicit && !columns && !self.stats_columns.is_unset() {
            return Err(invalid(
                "",
                &format!("{at}.stats_columns"),
                "'stats_policy' is 'explicit'; state at least one column",
            ));
        }
        Ok(())
    }
}
