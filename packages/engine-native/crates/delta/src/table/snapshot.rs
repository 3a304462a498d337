//! One version of a table, ready to be scanned.

use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::catalog::{Session, TableProvider as _};
use datafusion::common::Result as QueryResult;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use deltalake_core::delta_datafusion::{DeltaScanConfig, DeltaScanNext};
use deltalake_core::{DeltaTable, DeltaTableError};

use super::plain_scan::PlainScan;
use crate::binary_partition::{binary_partition, unreadable_partition};
use crate::damaged_log::check_files;
use crate::external::external;
use crate::failure::delta_error;
use crate::operations::{MOST_VALUES, values_of};
use crate::table_location::TableLocation;

/// How a table is scanned.
///
/// Partition columns are read as what they are, not as dictionaries: DataFusion 55 panics when it pushes the keys of a join on dictionaries
/// into a scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanSettings {
    /// Adds a column of that name with the path of each row's file.
    pub file_column: Option<String>,
    /// Whether partition columns are read as dictionaries; they are not by default.
    pub wrap_partition_values: Option<bool>,
    /// Whether filters are evaluated while Parquet is decoded; by default as the session says.
    pub parquet_pushdown: Option<bool>,
    /// Whether strings and binaries are read as views; by default as the session says.
    pub view_types: Option<bool>,
    /// The types to read the columns as.
    pub schema: Option<SchemaRef>,
    /// The files to read, by their paths within the table, instead of all. A table of some files can't be written.
    pub files: Option<Vec<String>>,
    /// Why statements can't add or change rows of the table, with what to do instead: a promise about its rows that SQL would not keep.
    pub obligation: Option<Obligation>,
}

/// A promise about the rows of a table, which statements that add or change rows would not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// What is promised, as a clause.
    pub promise: String,
    /// What keeps it.
    pub hint: String,
}

/// The settings of a table in a session.
#[derive(Debug, Clone)]
pub(crate) struct ScanConfig {
    pub(crate) delta: DeltaScanConfig,
    pub(crate) files: Option<Vec<String>>,
    pub(crate) obligation: Option<Obligation>,
}

impl ScanSettings {
    /// The settings with those of the session where none are given.
    pub(crate) fn resolve(&self, session: &dyn Session) -> ScanConfig {
        let mut config = DeltaScanConfig::new_from_session(session);
        config.file_column_name.clone_from(&self.file_column);
        config.wrap_partition_values = self.wrap_partition_values.unwrap_or(false);
        config.schema.clone_from(&self.schema);
        if let Some(pushdown) = self.parquet_pushdown {
            config.enable_parquet_pushdown = pushdown;
        }
        if let Some(views) = self.view_types {
            config.schema_force_view_types = views;
        }
        ScanConfig {
            delta: config,
            files: self.files.clone(),
            obligation: self.obligation.clone(),
        }
    }
}

/// One version of a table with what reads it.
#[derive(Clone)]
pub(crate) struct TableSnapshot {
    pub(crate) table: DeltaTable,
    pub(crate) scan: DeltaScanNext,
    pub(crate) schema: SchemaRef,
    config: ScanConfig,
    /// Made for the first scan; a table that is only written needs none.
    plain: OnceLock<Option<Arc<PlainScan>>>,
    location: TableLocation,
    /// Set once the files are known to be such that deltalake can scan them. A plain scan refuses others by itself.
    is_sound: OnceLock<()>,
}

impl fmt::Debug for TableSnapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TableSnapshot")
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl TableSnapshot {
    pub(crate) fn new(
        location: &TableLocation,
        table: DeltaTable,
        config: &ScanConfig,
    ) -> Result<Self> {
        let state = table.snapshot().map_err(|error| location.error(&error))?;
        check_file_column(location, &config.delta, &state.snapshot().arrow_schema())?;
        let mut scan = DeltaScanNext::new(state.snapshot().clone(), config.delta.clone())
            .map_err(|error| location.error(&delta_error(error)))?;
        if let Some(files) = &config.files {
            scan = scan.with_file_paths(files);
        }
        let schema = scan.schema();
        Ok(Self {
            table,
            scan,
            schema,
            config: config.clone(),
            plain: OnceLock::new(),
            location: location.clone(),
            is_sound: OnceLock::new(),
        })
    }

    /// The plan of a scan of some columns; the store of the table has to be known to the session.
    pub(super) async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        let plain = self
            .plain
            .get_or_init(|| PlainScan::new(&self.table, &self.config, &self.schema).map(Arc::new));
        if let Some(plain) = plain
            && let Some(plan) = plain.plan(session, projection, filters, limit)?
        {
            return Ok(plan);
        }
        if self.is_sound.get().is_none() {
            let state = self.table.snapshot().map_err(unexpected)?;
            check_files(&self.location, state).map_err(external)?;
            let _ = self.is_sound.set(());
        }
        self.check_binary_partitions(projection, filters)?;
        let filters: Vec<_> = filters
            .iter()
            .filter(|filter| !is_long(filter))
            .cloned()
            .collect();
        self.scan.scan(session, projection, &filters, limit).await
    }

    /// What a scan makes of the filters.
    pub(super) fn pushdown(
        &self,
        filters: &[&Expr],
    ) -> QueryResult<Vec<TableProviderFilterPushDown>> {
        let short: Vec<_> = filters
            .iter()
            .copied()
            .filter(|filter| !is_long(filter))
            .collect();
        let mut said = self.scan.supports_filters_pushdown(&short)?.into_iter();
        let said = filters.iter().map(|filter| {
            let said = if is_long(filter) { None } else { said.next() };
            said.unwrap_or(TableProviderFilterPushDown::Inexact)
        });
        Ok(said.collect())
    }

    /// Deltalake reads the text of a binary partition value for its bytes.
    fn check_binary_partitions(
        &self,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
    ) -> QueryResult<()> {
        let Some(column) = binary_partition(self.table.snapshot().map_err(unexpected)?) else {
            return Ok(());
        };
        let is_read = match projection {
            Some(places) => places
                .iter()
                .any(|place| *self.schema.field(*place).name() == column),
            None => true,
        };
        let is_asked = |filter: &Expr| filter.column_refs().iter().any(|one| one.name == column);
        if !is_read && !filters.iter().any(is_asked) {
            return Ok(());
        }
        Err(external(unreadable_partition(
            &self.location,
            &column,
            "be read here",
        )))
    }

    pub(crate) fn version(&self) -> u64 {
        self.table.version().unwrap_or_default()
    }

    /// The latest version, this one if there is none after it.
    pub(crate) async fn latest(
        self: &Arc<Self>,
        location: &TableLocation,
        config: &ScanConfig,
    ) -> Result<Arc<Self>> {
        let mut table = self.table.clone();
        // A log that begins anew has other versions with the same numbers.
        let updated = table.update_incremental(None).await;
        updated.map_err(|error| location.error(&error))?;
        if table.version() == self.table.version() {
            return Ok(Arc::clone(self));
        }
        Ok(Arc::new(Self::new(location, table, config)?))
    }
}

/// Whether a filter has more values than deltalake can take: it makes a level of each. The filter is then asked of the rows alone.
fn is_long(filter: &Expr) -> bool {
    values_of(filter) > MOST_VALUES
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of map_err")]
fn unexpected(error: DeltaTableError) -> DataFusionError {
    external(EngineError::new(
        ErrorCode::InternalError,
        error.to_string(),
    ))
}

/// Delta would read the file's path into the column of the table.
fn check_file_column(
    location: &TableLocation,
    config: &DeltaScanConfig,
    schema: &SchemaRef,
) -> Result<()> {
    let Some(name) = &config.file_column_name else {
        return Ok(());
    };
    let taken = schema
        .fields()
        .iter()
        .find(|field| field.name().eq_ignore_ascii_case(name));
    let Some(taken) = taken else {
        return Ok(());
    };
    Err(EngineError::new(
        ErrorCode::InvalidOption,
        format!(
            "the file column '{name}' can't be added to {}: the table has a column '{}'",
            location.name(),
            taken.name()
        ),
    )
    .with_detail("option", "file_column")
    .with_hint("choose a name that no column of the table has"))
}
