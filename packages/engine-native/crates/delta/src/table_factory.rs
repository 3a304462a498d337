//! `CREATE EXTERNAL TABLE … STORED AS DELTA`.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::logical_expr::CreateExternalTable;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::operations::create::CreateBuilder;
use object_store::aws::AmazonS3ConfigKey;
use object_store::azure::AzureConfigKey;
use object_store::gcp::GoogleConfigKey;

use crate::external::external;
use crate::open::table_exists;
use crate::table::{DeltaTableProvider, ScanSettings};
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// Makes the tables of `STORED AS DELTA`.
///
/// Options are `version`, `timestamp`, `file_column`, `parquet_pushdown`, `view_types` and `wrap_partition_values`, and those of the store,
/// whose values nothing shows. If the statement has columns, the table has to have them; one that is not there is created with them, empty.
#[derive(Debug, Default)]
pub struct DeltaTableFactory;

impl DeltaTableFactory {
    /// What follows `STORED AS`.
    pub const FORMATS: [&str; 2] = ["DELTA", "DELTATABLE"];
}

#[async_trait]
impl TableProviderFactory for DeltaTableFactory {
    async fn create(
        &self,
        session: &dyn Session,
        statement: &CreateExternalTable,
    ) -> datafusion::common::Result<Arc<dyn TableProvider>> {
        let table = open(session, statement).await;
        Ok(Arc::new(table.map_err(external)?))
    }
}

async fn open(
    session: &dyn Session,
    statement: &CreateExternalTable,
) -> Result<DeltaTableProvider> {
    refuse_unsupported(statement)?;
    let [location] = statement.locations.as_slice() else {
        return Err(invalid("a Delta table has one location"));
    };
    let mut options = Options::of(&statement.options);
    let pin = options.pin()?;
    let settings = ScanSettings {
        file_column: options.take("file_column"),
        wrap_partition_values: options.flag("wrap_partition_values")?,
        parquet_pushdown: options.flag("parquet_pushdown")?,
        view_types: options.flag("view_types")?,
        schema: None,
        files: None,
        obligation: None,
    };
    let location = TableLocation::parse(location, options.of_store(location)?)?;
    let has_columns = !statement.schema.fields().is_empty();
    if has_columns && !pin.is_fixed() && !table_exists(&location).await? {
        create(&location, statement).await?;
    }
    let table = DeltaTableProvider::open(location, pin, &settings, session).await?;
    if has_columns {
        check_columns(&table, statement).await?;
    }
    Ok(table)
}

async fn create(location: &TableLocation, statement: &CreateExternalTable) -> Result<()> {
    if let Some(directory) = location.local_path() {
        std::fs::create_dir_all(&directory).map_err(|error| {
            EngineError::new(
                ErrorCode::OutputUnusable,
                format!("{} can't be created: {error}", location.name()),
            )
            .with_detail("path", directory.display().to_string())
            .with_hint("choose a location that can be written")
        })?;
    }
    let failed = |error| location.error(&error);
    let columns: StructType = statement
        .schema
        .as_arrow()
        .try_into_kernel()
        .map_err(|error: arrow::error::ArrowError| invalid(error.to_string()))?;
    let log_store = location.builder()?.build_storage().map_err(failed)?;
    CreateBuilder::new()
        .with_log_store(log_store)
        .with_columns(columns.fields().cloned())
        .with_partition_columns(statement.table_partition_cols.clone())
        .await
        .map_err(failed)?;
    Ok(())
}

/// The columns of the statement have to be those of the table, and so have the partition columns if it has some.
async fn check_columns(table: &DeltaTableProvider, statement: &CreateExternalTable) -> Result<()> {
    let expected: StructType = statement
        .schema
        .as_arrow()
        .try_into_kernel()
        .map_err(|error: arrow::error::ArrowError| invalid(error.to_string()))?;
    let (columns, partitions) = table.columns().await?;
    let of = |columns: &StructType| -> Vec<(String, String)> {
        columns
            .fields()
            .map(|field| (field.name().clone(), field.data_type().to_string()))
            .collect()
    };
    let listed = |columns: &StructType| {
        let columns = of(columns).into_iter();
        let columns: Vec<_> = columns
            .map(|(name, kind)| format!("{name} {kind}"))
            .collect();
        columns.join(", ")
    };
    if of(&columns) != of(&expected) {
        return Err(invalid(format!(
            "the table {} has other columns than the statement: {}",
            table.location().name(),
            listed(&columns)
        ))
        .with_hint("leave the columns out"));
    }
    let wanted = &statement.table_partition_cols;
    if !wanted.is_empty() && *wanted != partitions {
        return Err(invalid(format!(
            "the table {} is partitioned by [{}], not by [{}]",
            table.location().name(),
            partitions.join(", "),
            wanted.join(", ")
        ))
        .with_hint("leave PARTITIONED BY out"));
    }
    Ok(())
}

fn refuse_unsupported(statement: &CreateExternalTable) -> Result<()> {
    let unsupported = [
        (!statement.order_exprs.is_empty(), "WITH ORDER"),
        (statement.unbounded, "UNBOUNDED"),
        (!statement.column_defaults.is_empty(), "DEFAULT"),
        (statement.constraints.iter().next().is_some(), "a key"),
    ];
    match unsupported.iter().find(|(is_asked, _)| *is_asked) {
        Some((_, what)) => Err(invalid(format!("a Delta table can't have {what}"))),
        None if statement.schema.fields().is_empty()
            && !statement.table_partition_cols.is_empty() =>
        {
            Err(invalid("PARTITIONED BY needs columns")
                .with_hint("leave it out: the table knows its partition columns"))
        }
        None => Ok(()),
    }
}

/// The options of the statement, those that were not asked for yet.
struct Options(HashMap<String, String>);

impl Options {
    fn of(options: &HashMap<String, String>) -> Self {
        // The planner writes `format.` before the name of an option that has no dot.
        let plain = |name: &str| name.strip_prefix("format.").unwrap_or(name).to_lowercase();
        Self(
            options
                .iter()
                .map(|(name, value)| (plain(name), value.clone()))
                .collect(),
        )
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    fn pin(&mut self) -> Result<TablePin> {
        match (self.take("version"), self.take("timestamp")) {
            (None, None) => Ok(TablePin::Latest),
            (None, Some(timestamp)) => TablePin::at(&timestamp),
            (Some(version), None) => version.parse().map(TablePin::Version).map_err(|_| {
                invalid(format!("the version '{version}' is not valid"))
                    .with_hint("versions are whole numbers from 0")
            }),
            (Some(_), Some(_)) => {
                Err(invalid("both a version and a timestamp are given")
                    .with_hint("give one of them"))
            }
        }
    }

    fn flag(&mut self, name: &str) -> Result<Option<bool>> {
        self.take(name)
            .map(|value| {
                value
                    .to_lowercase()
                    .parse()
                    .map_err(|_| invalid(format!("the option '{name}' has to be true or false")))
            })
            .transpose()
    }

    /// What is left, which has to be options of the location's store.
    fn of_store(self, location: &str) -> Result<Vec<(String, String)>> {
        let mut options: Vec<_> = self.0.into_iter().collect();
        options.sort();
        let scheme = location
            .split_once("://")
            .map_or("file", |(scheme, _)| scheme);
        let unknown = options
            .iter()
            .find(|(name, _)| !is_store_option(scheme, name));
        match unknown {
            None => Ok(options),
            Some((name, _)) => Err(invalid(format!(
                "'{name}' is no option of a Delta table at this location"
            ))
            .with_detail("option", name.clone())
            .with_hint(
                "options are version, timestamp, file_column, parquet_pushdown, view_types, wrap_partition_values, and those of the object store",
            )),
        }
    }
}

fn is_store_option(scheme: &str, name: &str) -> bool {
    match scheme.to_ascii_lowercase().as_str() {
        "s3" | "s3a" => name.parse::<AmazonS3ConfigKey>().is_ok(),
        "gs" => name.parse::<GoogleConfigKey>().is_ok(),
        "az" | "adl" | "azure" | "abfs" | "abfss" => name.parse::<AzureConfigKey>().is_ok(),
        // Of another scheme the location's own error is the one to tell.
        "file" => false,
        _ => true,
    }
}

fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, message)
}
