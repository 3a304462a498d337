//! How a Delta table is scanned.

use crate::options::options;
use crate::{LineageColumn, Record, SchemaDescription};

options! {
    /// How a Delta table is scanned.
    DeltaScanOptions {
        /// The column that tells the file a row is from; null is none. By default none, so that `select *` gives the table's columns.
        file_column_name: LineageColumn = None
            => "`DeltaScanConfig::file_column_name`";
        /// Whether filters are pushed into Parquet. Deltalake pushes none where a table has deletion vectors or row tracking.
        enable_parquet_pushdown: bool = Some(true)
            => "`DeltaScanConfig::enable_parquet_pushdown`", session "datafusion.execution.parquet.pushdown_filters";
        /// Whether text and binary columns are read as views.
        schema_force_view_types: bool = Some(true)
            => "`DeltaScanConfig::schema_force_view_types`", session "datafusion.execution.parquet.schema_force_view_types";
        /// Whether partition values are dictionaries. They are not by default: DataFusion 55 panics when it pushes the keys of a join on
        /// dictionaries into a scan.
        wrap_partition_values: bool = Some(false)
            => "`DeltaScanConfig::wrap_partition_values`";
        /// The schema that the table is read with instead of its own.
        schema: SchemaDescription = None
            => "`DeltaScanConfig::schema`";
    }
}

impl Record for DeltaScanOptions {
    const NAME: &'static str = "DeltaScanOptions";

    fn check(&self, at: &str) -> codeanatomy_errors::Result<()> {
        match self.schema.value() {
            Some(schema) => check_file_column(self, schema, at),
            None => Ok(()),
        }
    }
}

/// Refuses a file column that the table has a column of.
pub(super) fn check_file_column(
    options: &DeltaScanOptions,
    schema: &SchemaDescription,
    at: &str,
) -> codeanatomy_errors::Result<()> {
    match options.file_column_name.value() {
        Some(name) if schema.has(name) => Err(crate::json::invalid(
            "",
            &format!("{at}.file_column_name"),
            &format!("the dataset has a column '{}' already", &**name),
        )
        .with_detail("column", name.to_string())
        .with_hint("choose another name for the file column, or null for none")),
        _ => Ok(()),
    }
}

options! {
    /// What a scan policy states for all Delta tables.
    DeltaScanPolicyDefaults {
        /// Whether filters are pushed into Parquet.
        enable_parquet_pushdown: bool = None
            => "the option of that name of `DeltaScanOptions`";
        /// Whether text and binary columns are read as views.
        schema_force_view_types: bool = None
            => "the option of that name of `DeltaScanOptions`";
        /// Whether partition values are dictionaries.
        wrap_partition_values: bool = None
            => "the option of that name of `DeltaScanOptions`";
        /// The column that tells the file a row is from.
        file_column_name: LineageColumn = None
            => "the option of that name of `DeltaScanOptions`";
    }
}

impl Record for DeltaScanPolicyDefaults {
    const NAME: &'static str = "DeltaScanPolicyDefaults";
}

impl From<DeltaScanPolicyDefaults> for DeltaScanOptions {
    fn from(policy: DeltaScanPolicyDefaults) -> Self {
        let DeltaScanPolicyDefaults {
            enable_parquet_pushdown,
            schema_force_view_types,
            wrap_partition_values,
            file_column_name,
        } = policy;
        Self {
            file_column_name,
            enable_parquet_pushdown,
            schema_force_view_types,
            wrap_partition_values,
            ..Self::default()
        }
    }
}
