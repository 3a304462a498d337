//! Where a dataset is.

use std::collections::BTreeMap;

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::spec_check::{check_delta, check_scan};
use super::{
    ContractSpec, DataFusionScanOptions, DatasetSpec, DeltaPolicyBundle, StorageOptions, TableSpec,
    ValidationPolicySpec, is_empty,
};
use crate::json::invalid;
use crate::{Instant, Name, Record, SchemaDescription};

/// The format of a dataset's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatasetFormat {
    /// A Delta table: `DeltaTableBuilder`.
    #[default]
    Delta,
    /// `ParquetFormat`.
    Parquet,
    /// `CsvFormat`.
    Csv,
    /// `JsonFormat`: one object a line.
    Json,
    /// `ArrowFormat`: IPC files.
    Arrow,
    /// `AvroFormat`.
    Avro,
}

impl DatasetFormat {
    /// The format of that name.
    ///
    /// # Errors
    ///
    /// `schema-value-invalid`: there is no such format; the text names those that there are.
    pub fn from_name(name: &str) -> Result<Self> {
        crate::json::decode_text(name, "dataset_format")
    }
}

/// What the paths of files tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Partitioning {
    /// Partition columns, as directories `name=value`.
    #[default]
    Hive,
    /// Nothing: no partition column is stated or inferred.
    None,
}

/// How the rows of a location are provided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetProvider {
    /// A listing of files: `ListingTable`.
    Listing,
    /// A Delta table: `DeltaScanNext`.
    Delta,
    /// The changes of a Delta table: `DeltaTable::scan_cdf`.
    DeltaCdf,
}

/// Which changes of a Delta table are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeltaCdfOptions {
    /// The first version, inclusive: `CdfLoadBuilder::with_starting_version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starting_version: Option<u64>,
    /// The last version, inclusive: `CdfLoadBuilder::with_ending_version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending_version: Option<u64>,
    /// From when on: `CdfLoadBuilder::with_starting_timestamp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starting_timestamp: Option<Instant>,
    /// Until when: `CdfLoadBuilder::with_ending_timestamp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending_timestamp: Option<Instant>,
    /// Whether versions that the table does not have give no rows: `CdfLoadBuilder::with_allow_out_of_range`, over the policy's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_out_of_range: Option<bool>,
}

impl Record for DeltaCdfOptions {
    const NAME: &'static str = "DeltaCdfOptions";

    fn check(&self, at: &str) -> Result<()> {
        let problem = if self.starting_version.is_some() && self.starting_timestamp.is_some() {
            "'starting_version' and 'starting_timestamp' exclude each other"
        } else if self.ending_version.is_some() && self.ending_timestamp.is_some() {
            "'ending_version' and 'ending_timestamp' exclude each other"
        } else if above(self.starting_version, self.ending_version) {
            "'starting_version' is above 'ending_version'"
        } else if above(
            self.starting_timestamp.as_ref().map(Instant::microseconds),
            self.ending_timestamp.as_ref().map(Instant::microseconds),
        ) {
            "'starting_timestamp' is after 'ending_timestamp'"
        } else {
            return Ok(());
        };
        Err(invalid("", at, problem))
    }
}

fn above<T: PartialOrd>(first: Option<T>, last: Option<T>) -> bool {
    matches!((first, last), (Some(first), Some(last)) if first > last)
}

/// What a location states over the spec of its dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetLocationOverrides {
    /// How its files are scanned.
    #[serde(skip_serializing_if = "is_empty")]
    pub datafusion_scan: DataFusionScanOptions,
    /// What concerns Delta tables.
    #[serde(skip_serializing_if = "is_empty")]
    pub delta: DeltaPolicyBundle,
    /// What its rows are checked for.
    #[serde(skip_serializing_if = "is_empty")]
    pub validation: ValidationPolicySpec,
    /// The declared table, instead of the spec's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_spec: Option<TableSpec>,
}

impl Record for DatasetLocationOverrides {
    const NAME: &'static str = "DatasetLocationOverrides";

    fn check(&self, at: &str) -> Result<()> {
        self.datafusion_scan
            .check(&format!("{at}.datafusion_scan"))?;
        self.delta.check(&format!("{at}.delta"))?;
        self.validation.check(&format!("{at}.validation"))?;
        match &self.table_spec {
            Some(table) => table.check(&format!("{at}.table_spec")),
            None => Ok(()),
        }
    }
}

impl DatasetLocationOverrides {
    /// Checks what the overrides say about columns against those that they are declared as.
    pub(super) fn check_columns(&self, schema: &SchemaDescription, at: &str) -> Result<()> {
        check_scan(
            &self.datafusion_scan,
            schema,
            &format!("{at}.datafusion_scan"),
        )?;
        check_delta(&self.delta, schema, &format!("{at}.delta"))
    }
}

/// Where a dataset is, and what this location states over the dataset's spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetLocation {
    /// A path or URL of a file, a directory or a Delta table: `ListingTableUrl` or `DeltaTableBuilder::from_url`.
    pub path: Name,
    /// The format of the files.
    #[serde(default)]
    pub format: DatasetFormat,
    /// What the paths of the files tell.
    #[serde(default)]
    pub partitioning: Partitioning,
    /// Options of CSV or JSON by their names in `DataFusion` without `format.`: `TableOptions::alter_with_string_hash_map`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub read_options: BTreeMap<String, String>,
    /// What the store is opened with: `DeltaTableBuilder::with_storage_options`, or the store that a listing registers.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub storage_options: StorageOptions,
    /// Which changes of a Delta table are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta_cdf_options: Option<DeltaCdfOptions>,
    /// The files to read, relative to `path`: `ListingTableConfig::new_with_multi_paths` or `TableProviderBuilder::with_file_paths`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Name>,
    /// What the dataset is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_spec: Option<DatasetSpec>,
    /// How the rows are provided; by default the format and the spec decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datafusion_provider: Option<DatasetProvider>,
    /// The version of a Delta table: `DeltaTableBuilder::with_version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta_version: Option<u64>,
    /// When a Delta table was as it is read: `DeltaTableBuilder::with_timestamp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta_timestamp: Option<Instant>,
    /// What this location states over the spec.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub overrides: DatasetLocationOverrides,
}

impl DatasetLocation {
    /// The declared table: the overrides', or the spec's.
    #[must_use]
    pub fn schema(&self) -> Option<&SchemaDescription> {
        let stated = self
            .overrides
            .table_spec
            .as_ref()
            .map(|table| &table.schema);
        stated.or_else(|| self.dataset_spec.as_ref().and_then(DatasetSpec::schema))
    }

    /// The contract of the dataset.
    #[must_use]
    pub fn contract(&self) -> Option<&ContractSpec> {
        self.dataset_spec.as_ref()?.contract_spec.as_ref()
    }

    /// The same location with empty values in `storage_options`.
    pub(super) fn without_secrets(&self) -> Self {
        Self {
            storage_options: self.storage_options.without_values(),
            ..self.clone()
        }
    }

    fn problem(&self) -> Option<(&'static str, &'static str)> {
        use DatasetFormat::{Csv, Delta, Json};
        let is_delta = self.format == Delta;
        let scan = &self.overrides.datafusion_scan;
        let problem = if !is_delta && self.delta_version.is_some() {
            ("delta_version", "only a Delta table has versions")
        } else if !is_delta && self.delta_timestamp.is_some() {
            ("delta_timestamp", "only a Delta table has a history")
        } else if !is_delta && self.delta_cdf_options.is_some() {
            (
                "delta_cdf_options",
                "only a Delta table has a change data feed",
            )
        } else if self.delta_version.is_some() && self.delta_timestamp.is_some() {
            (
                "delta_timestamp",
                "'delta_version' and 'delta_timestamp' exclude each other",
            )
        } else if is_delta && self.datafusion_provider == Some(DatasetProvider::Listing) {
            (
                "datafusion_provider",
                "a listing of a Delta table's directory would read deleted files; leave it out, or state the format of the files",
            )
        } else if !is_delta
            && matches!(
                self.datafusion_provider,
                Some(DatasetProvider::Delta | DatasetProvider::DeltaCdf)
            )
        {
            ("datafusion_provider", "the format is not 'delta'")
        } else if !self.read_options.is_empty() && !matches!(self.format, Csv | Json) {
            (
                "read_options",
                "only CSV and JSON have options of reading here; those of Parquet are in 'overrides.datafusion_scan'",
            )
        } else if self.partitioning == Partitioning::None
            && scan
                .partition_cols
                .value()
                .is_some_and(|columns| !columns.is_empty())
        {
            (
                "partitioning",
                "it is 'none', but 'overrides.datafusion_scan.partition_cols' states partition columns",
            )
        } else {
            return None;
        };
        Some(problem)
    }
}

impl Record for DatasetLocation {
    const NAME: &'static str = "DatasetLocation";

    fn check(&self, at: &str) -> Result<()> {
        if let Some((field, problem)) = self.problem() {
            return Err(invalid("", &format!("{at}.{field}"), problem));
        }
        if let Some(options) = &self.delta_cdf_options {
            options.check(&format!("{at}.delta_cdf_options"))?;
        }
        if let Some(spec) = &self.dataset_spec {
            spec.check(&format!("{at}.dataset_spec"))?;
        }
        let overrides = format!("{at}.overrides");
        self.overrides.check(&overrides)?;
        match self.schema() {
            Some(schema) => self.overrides.check_columns(schema, &overrides),
            None => Ok(()),
        }
    }

    /// Credentials do not belong to the identity: the values of `storage_options` are left out, their names stay.
    fn identity(&self) -> Result<Value> {
        crate::json::to_value(&self.without_secrets())
    }
}
