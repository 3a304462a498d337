//! How the files of a dataset are listed and scanned by `DataFusion`.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

use super::{SortKey, is_empty};
use crate::json::invalid;
use crate::options::options;
use crate::{ByteSize, ColumnName, FieldDescription, Interval, Record, SchemaDescription, SqlText};

/// A partition column: a directory `name=value` in the paths of the files.
pub type PartitionColumn = FieldDescription;

options! {
    /// How the files of a dataset are scanned.
    DataFusionScanOptions {
        /// The partition columns in the order of the directories.
        partition_cols: Vec<PartitionColumn> = None
            => "`ListingOptions::with_table_partition_cols`; where it is null, `listing_table_factory_infer_partitions` decides";
        /// The order that the rows of every file have. It is believed, not checked: a wrong one gives wrong results.
        file_sort_order: Vec<SortKey> = None
            => "`ListingOptions::with_file_sort_order`";
        /// Whether row groups are skipped by their statistics.
        parquet_pruning: bool = Some(true)
            => "`ParquetFormat::with_enable_pruning`", session "datafusion.execution.parquet.pruning";
        /// Whether filters are evaluated while Parquet is decoded.
        pushdown_filters: bool = Some(false)
            => "`TableParquetOptions::global.pushdown_filters`", session "datafusion.execution.parquet.pushdown_filters";
        /// Whether metadata of the files' own schemas are left out, so that files that differ only in them have one schema.
        skip_metadata: bool = Some(true)
            => "`ParquetFormat::with_skip_metadata`", session "datafusion.execution.parquet.skip_metadata";
        /// Whether binary columns are read as text.
        binary_as_string: bool = Some(false)
            => "`ParquetFormat::with_binary_as_string`", session "datafusion.execution.parquet.binary_as_string";
        /// Whether text and binary columns are read as views.
        schema_force_view_types: bool = Some(true)
            => "`ParquetFormat::with_force_view_types`", session "datafusion.execution.parquet.schema_force_view_types";
        /// Whether partition columns are inferred from the paths where none are stated.
        listing_table_factory_infer_partitions: bool = Some(true)
            => "`ListingOptions::infer_partitions`, which is called or not",
            session "datafusion.execution.listing_table_factory_infer_partitions";
        /// Whether files in sub-directories that are no partitions are left out.
        listing_table_ignore_subdirectory: bool = Some(true)
            => "`execution.listing_table_ignore_subdirectory` of the configuration that the dataset's files are listed with",
            session "datafusion.execution.listing_table_ignore_subdirectory";
        /// How the names of the files end; null is the format's own ending.
        file_extension: String = None
            => "`ListingOptions::with_file_extension`";
        /// Whether the dataset is read once and kept in memory.
        cache: bool = Some(false)
            => "`DataFrame::cache` when the dataset is opened";
        /// Whether statistics of the files are collected when they are listed.
        collect_statistics: bool = Some(true)
            => "`execution.collect_statistics` of the configuration that the dataset is scanned with",
            session "datafusion.execution.collect_statistics";
        /// How many files' metadata are fetched at once.
        meta_fetch_concurrency: NonZeroU64 = NonZeroU64::new(32)
            => "`execution.meta_fetch_concurrency` of the configuration that the dataset is scanned with",
            session "datafusion.execution.meta_fetch_concurrency";
        /// How long a listing is remembered; null is for ever.
        list_files_cache_ttl: Interval = None
            => "`CacheManagerConfig::with_list_files_cache_ttl` of the dataset's own cache",
            session "datafusion.runtime.list_files_cache_ttl";
        /// How much memory remembered listings take.
        list_files_cache_limit: ByteSize = Some(ByteSize::of_bytes(1 << 20))
            => "`CacheManagerConfig::with_list_files_cache_limit` of the dataset's own cache",
            session "datafusion.runtime.list_files_cache_limit";
        /// SQL expressions that the dataset consists of, such as `id` or `upper(name) as name`; null is all columns.
        projection_exprs: Vec<SqlText> = None
            => "`DataFrame::select_exprs` over the scan";
        /// Whether `INSERT INTO` may add files.
        listing_mutable: bool = Some(false)
            => "`TableProvider::insert_into`, which is refused or not";
        /// The schema of the files and the partition columns, stated together.
        table_schema_contract: TableSchemaContract = None
            => "`ListingTableConfig::with_schema` and `ListingOptions::with_table_partition_cols`";
    }
}

impl Record for DataFusionScanOptions {
    const NAME: &'static str = "DataFusionScanOptions";

    fn check(&self, at: &str) -> Result<()> {
        let Some(contract) = self.table_schema_contract.value() else {
            return Ok(());
        };
        contract.check(&format!("{at}.table_schema_contract"))?;
        match self.partition_cols.value() {
            Some(columns)
                if !contract.partition_cols.is_empty() && *columns != contract.partition_cols =>
            {
                Err(invalid(
                    "",
                    &format!("{at}.partition_cols"),
                    "it differs from 'table_schema_contract.partition_cols'; state the partition columns in one of the two",
                ))
            }
            _ => Ok(()),
        }
    }
}

/// The schema of a listing: the columns in the files, and those in their paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableSchemaContract {
    /// The columns in the files.
    pub file_schema: SchemaDescription,
    /// The columns in the paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_cols: Vec<PartitionColumn>,
}

impl Record for TableSchemaContract {
    const NAME: &'static str = "TableSchemaContract";

    fn check(&self, at: &str) -> Result<()> {
        let in_files = self
            .partition_cols
            .iter()
            .find(|column| self.file_schema.has(&column.name));
        match in_files {
            Some(column) => Err(invalid(
                "",
                &format!("{at}.partition_cols"),
                &format!(
                    "'{}' is a column of the files too; a partition column is in the paths only",
                    column.name
                ),
            )),
            None => Ok(()),
        }
    }
}

options! {
    /// What a scan policy states for all listings of a kind: the options that depend on the machine and the store, not on the dataset.
    ScanPolicyDefaults {
        /// Whether statistics of the files are collected when they are listed.
        collect_statistics: bool = None
            => "the option of that name of `DataFusionScanOptions`";
        /// How long a listing is remembered.
        list_files_cache_ttl: Interval = None
            => "the option of that name of `DataFusionScanOptions`";
        /// How much memory remembered listings take.
        list_files_cache_limit: ByteSize = None
            => "the option of that name of `DataFusionScanOptions`";
        /// How many files' metadata are fetched at once.
        meta_fetch_concurrency: NonZeroU64 = None
            => "the option of that name of `DataFusionScanOptions`";
    }
}

impl Record for ScanPolicyDefaults {
    const NAME: &'static str = "ScanPolicyDefaults";
}

impl From<ScanPolicyDefaults> for DataFusionScanOptions {
    fn from(policy: ScanPolicyDefaults) -> Self {
        let ScanPolicyDefaults {
            collect_statistics,
            list_files_cache_ttl,
            list_files_cache_limit,
            meta_fetch_concurrency,
        } = policy;
        Self {
            collect_statistics,
            meta_fetch_concurrency,
            list_files_cache_ttl,
            list_files_cache_limit,
            ..Self::default()
        }
    }
}

/// The scan policy of a profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanPolicyConfig {
    /// For datasets that are no Delta tables.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub listing: ScanPolicyDefaults,
    /// For the files of Delta tables.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub delta_listing: ScanPolicyDefaults,
    /// For scans of Delta tables.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub delta_scan: super::DeltaScanPolicyDefaults,
}

impl Record for ScanPolicyConfig {
    const NAME: &'static str = "ScanPolicyConfig";
}

impl ScanPolicyConfig {
    /// What the policy states about the listing of a dataset of that format.
    #[must_use]
    pub fn listing_of(&self, format: super::DatasetFormat) -> DataFusionScanOptions {
        match format {
            super::DatasetFormat::Delta => self.delta_listing.clone(),
            _ => self.listing.clone(),
        }
        .into()
    }
}

/// The names in a list of columns, for paths of errors.
pub(super) fn named<'a>(
    columns: &'a [ColumnName],
    at: &'a str,
) -> impl Iterator<Item = (&'a str, String)> {
    columns
        .iter()
        .enumerate()
        .map(move |(position, column)| (column.as_str(), format!("{at}[{position}]")))
}
