//! Scans of a table whose rows are what its files have: planned without the log.
//!
//! Deltalake replays the log for every scan, and parses the statistics of all files each time. Where neither deletion vectors nor other
//! names or types of columns come between a file and its rows, a version's list of files is enough: conditions on partition columns choose
//! among the files exactly, statistics leave out others, and `DataFusion` reads what is left as it reads any Parquet file.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, cast::AsArray};
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::{DataType, Schema};
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DFSchema, Result, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::scalar::ScalarValue;
use delta_kernel::actions::Protocol;
use delta_kernel::table_features::TableFeature;
use deltalake_core::DeltaTable;
use deltalake_core::delta_datafusion::engine::AsObjectStoreUrl as _;
use object_store::path::Path;
use url::Url;

use super::file_statistics::{Candidates, PlainFile};
use super::snapshot::ScanConfig;

/// What one version needs to be scanned.
#[derive(Debug)]
pub(super) struct PlainScan {
    store: ObjectStoreUrl,
    files: Vec<PlainFile>,
    /// A row for each file.
    partitions: RecordBatch,
    /// The columns of the files, then those of the partitions.
    columns: TableSchema,
    /// For each column of the table its place among those; `None` for the column of the file.
    places: Vec<Option<usize>>,
    pushdown: bool,
}

impl PlainScan {
    /// The version's files; `None` where a file is not all that its rows need.
    pub(super) fn new(table: &DeltaTable, config: &ScanConfig, schema: &Schema) -> Option<Self> {
        let state = table.snapshot().ok()?;
        let delta = &config.delta;
        if !rows_are_those_of_files(state.protocol())
            || delta.wrap_partition_values
            || delta.schema.is_some()
            || config.files.is_some()
        {
            return None;
        }
        let names = state.metadata().partition_columns();
        let file_column = delta.file_column_name.as_ref();
        let mut of_files = Vec::new();
        let mut of_partitions = Vec::new();
        for field in schema.fields() {
            if Some(field.name()) == file_column {
                continue;
            }
            if !is_plain(field.data_type()) {
                return None;
            }
            if names.contains(field.name()) {
                of_partitions.push(Arc::clone(field));
            } else {
                of_files.push(Arc::clone(field));
            }
        }
        let file_schema = Schema::new_with_metadata(of_files, schema.metadata().clone());
        let columns = TableSchema::builder(Arc::new(file_schema))
            .with_table_partition_cols(of_partitions.clone())
            .build();
        let places = schema
            .fields()
            .iter()
            .map(|field| columns.table_schema().index_of(field.name()).ok())
            .collect();
        let root = table.log_store().root_url().clone();
        let log = state.snapshot().try_log_data().ok()?;
        let mut files = Vec::with_capacity(log.num_files());
        for view in log {
            files.push(PlainFile::new(
                &view,
                location(&root, &view.path())?,
                &columns,
            )?);
        }
        let partitions = of_partitions.iter().enumerate().map(|(place, field)| {
            let values = files
                .iter()
                .map(|file| file.file.partition_values[place].clone());
            column(values, field.data_type())
        });
        let partitions = RecordBatch::try_new_with_options(
            Arc::new(Schema::new(of_partitions.clone())),
            partitions.collect::<Option<_>>()?,
            &arrow::array::RecordBatchOptions::new().with_row_count(Some(files.len())),
        );
        Some(Self {
            store: root.as_object_store_url(),
            files,
            partitions: partitions.ok()?,
            columns,
            places,
            pushdown: delta.enable_parquet_pushdown,
        })
    }

    /// The plan of a scan; `None` where it needs more than the files, or says something that only deltalake understands.
    pub(super) fn plan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let places: Option<Vec<usize>> = match projection {
            Some(projection) => projection
                .iter()
                .map(|column| self.places[*column])
                .collect(),
            None => self.places.iter().copied().collect(),
        };
        let Some(places) = places else {
            return Ok(None);
        };
        let Some(chosen) = self.chosen(session, filters) else {
            return Ok(None);
        };
        let columns = self.columns.table_schema();
        if chosen.is_empty() {
            let schema = Arc::new(columns.project(&places)?);
            return Ok(Some(Arc::new(EmptyExec::new(schema))));
        }
        let environment = session.runtime_env();
        let reader = CachedParquetFileReaderFactory::new(
            environment.object_store(&self.store)?,
            environment.cache_manager.get_file_metadata_cache(),
        );
        let options = TableParquetOptions {
            global: session.config_options().execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        let source = ParquetSource::new(self.columns.clone())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(reader))
            .with_pushdown_filters(self.pushdown);
        let statistics = all_statistics(&chosen, columns.fields().len());
        let files: Vec<_> = chosen.into_iter().map(|file| file.file.clone()).collect();
        let config = FileScanConfigBuilder::new(self.store.clone(), Arc::new(source))
            .with_file_groups(vec![FileGroup::new(files)])
            .with_statistics(statistics)
            .with_projection_indices(Some(places))?
            .with_limit(limit)
            .build();
        Ok(Some(DataSourceExec::from_data_source(config)))
    }

    /// The files that may have rows to which all conditions apply; `None` for a condition that can't be decided here.
    ///
    /// A condition on nothing but partition columns is decided exactly, because nobody asks it of the rows again.
    fn chosen(&self, session: &dyn Session, filters: &[Expr]) -> Option<Vec<&PlainFile>> {
        let partitions = self.partitions.schema();
        let (of_partitions, of_rows): (Vec<_>, Vec<_>) = filters.iter().partition(|filter| {
            let columns = filter.column_refs();
            columns
                .iter()
                .all(|column| partitions.index_of(&column.name).is_ok())
        });
        let mut kept: Option<BooleanArray> = None;
        if let Some(condition) = conjunction(of_partitions.into_iter().cloned()) {
            let schema = DFSchema::try_from(partitions).ok()?;
            let condition = session.create_physical_expr(condition, &schema).ok()?;
            let applies = condition.evaluate(&self.partitions).ok()?;
            let applies = applies.into_array(self.files.len()).ok()?;
            kept = Some(true_where(applies.as_boolean_opt()?));
        }
        let chosen = self.files.iter().enumerate();
        let chosen: Vec<_> = chosen
            .filter(|(row, _)| kept.as_ref().is_none_or(|kept| kept.value(*row)))
            .map(|(_, file)| file)
            .collect();
        let Some(condition) = conjunction(of_rows.into_iter().cloned()) else {
            return Some(chosen);
        };
        let columns = Arc::clone(self.columns.table_schema());
        let schema = DFSchema::try_from(Arc::clone(&columns)).ok()?;
        let condition = session.create_physical_expr(condition, &schema).ok()?;
        let predicate = PruningPredicateBuilder::new()
            .with_file_schema(columns)
            .try_build(condition);
        let candidates = Candidates::new(chosen, &self.columns);
        Some(
            match predicate.and_then(|predicate| predicate.prune(&candidates)) {
                Ok(kept) => candidates.kept(&kept),
                // What has no statistics is read.
                Err(_) => candidates.all(),
            },
        )
    }
}

/// Whether the table has neither deletion vectors nor columns of other names or types than written, which came with later versions of the
/// protocol.
fn rows_are_those_of_files(protocol: &Protocol) -> bool {
    let harmless = [
        TableFeature::TimestampWithoutTimezone,
        TableFeature::V2Checkpoint,
        TableFeature::VacuumProtocolCheck,
    ];
    match (protocol.min_reader_version(), protocol.reader_features()) {
        (1, _) => true,
        (3, Some(features)) => features.iter().all(|feature| harmless.contains(feature)),
        _ => false,
    }
}

/// Whether a column of that type is read as it was written.
fn is_plain(data_type: &DataType) -> bool {
    data_type.is_primitive()
        || data_type.is_string()
        || matches!(
            data_type,
            DataType::Boolean | DataType::Binary | DataType::LargeBinary | DataType::BinaryView
        )
}

/// Where a file of the table lies; `None` for a path that may be read in more than one way.
fn location(root: &Url, path: &str) -> Option<Path> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._=-/%".contains(&byte);
    if !path.bytes().all(plain) {
        return None;
    }
    // Refuses empty and relative parts.
    let below = Path::parse(path)
        .ok()
        .filter(|below| below.as_ref() == path)?;
    let root = Path::from_url_path(root.path()).ok()?;
    Some(root.parts().chain(below.parts()).collect())
}

fn column(values: impl Iterator<Item = ScalarValue>, data_type: &DataType) -> Option<ArrayRef> {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return Some(arrow::array::new_empty_array(data_type));
    }
    ScalarValue::iter_to_array(values).ok()
}

/// The condition with false where it is NULL.
fn true_where(condition: &BooleanArray) -> BooleanArray {
    match condition.null_count() {
        0 => condition.clone(),
        _ => prep_null_mask_filter(condition),
    }
}

/// How many rows and bytes the files have.
fn all_statistics(files: &[&PlainFile], columns: usize) -> Statistics {
    let add = |all: Precision<usize>, one: &Precision<usize>| all.add(one);
    let of = |one: fn(&Statistics) -> &Precision<usize>| {
        let each = files
            .iter()
            .filter_map(|file| file.file.statistics.as_deref());
        each.map(one).fold(Precision::Exact(0), add)
    };
    Statistics {
        num_rows: of(|statistics| &statistics.num_rows),
        total_byte_size: of(|statistics| &statistics.total_byte_size),
        column_statistics: vec![ColumnStatistics::new_unknown(); columns],
    }
}
