//! Writes of whole tables: rows stream into Parquet files first, and one commit then replaces the table's content by them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::transaction::CommitBuilder;
use deltalake_core::kernel::{Action, Add, MetadataExt, StructType};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::operations::get_num_idx_cols_and_stats_columns;
use deltalake_core::operations::write::writer::{DeltaWriter, WriterConfig};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::table::builder::DeltaTableBuilder;
use deltalake_core::{DeltaTable, DeltaTableError};
use futures::StreamExt;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use tokio::task::JoinSet;

use crate::location::{table_url, write_failed};

/// Rows of a row group: small enough that buffered groups of all tables stay far below a gigabyte.
const ROW_GROUP_ROWS: usize = 128 * 1024;
const CLUSTERED_BY: &str = "path";
const FILE_BYTES: u64 = 128 * 1024 * 1024;
/// Ids of definitions repeat, but there are more of them than Parquet's default dictionary of 1 MiB holds.
const DICTIONARY_BYTES: usize = 4 * 1024 * 1024;

/// Asked from time to time whether to go on.
pub type Cancelled = Arc<dyn Fn() -> bool + Send + Sync>;

/// Writes one table.
#[derive(Debug)]
pub struct TableWriter {
    directory: PathBuf,
    /// What the directory held before, so that a write that is given up leaves nothing.
    before: HashSet<OsString>,
}

/// A table whose files are written, but not visible yet.
#[derive(Debug)]
pub struct PendingTable {
    writer: TableWriter,
    schema: SchemaRef,
    adds: Vec<Add>,
    rows: u64,
}

/// A table after its commit.
#[derive(Debug, Clone, Copy)]
pub struct PublishedTable {
    /// The version of the table.
    pub version: u64,
    /// Whether a commit made that version; none is made where a table without rows stays what it is.
    pub committed: bool,
    /// The number of rows.
    pub rows: u64,
    /// The size of the data files.
    pub bytes: u64,
    /// The number of data files.
    pub files: u64,
}

impl TableWriter {
    /// A writer of the table in `directory`, which need not exist.
    pub fn new(directory: &Path) -> Result<Self> {
        let before = match std::fs::read_dir(directory) {
            Ok(entries) => entries
                .filter_map(|entry| Some(entry.ok()?.file_name()))
                .collect(),
            Err(_) => HashSet::new(),
        };
        std::fs::create_dir_all(directory).map_err(|error| {
            EngineError::new(
                ErrorCode::OutputUnusable,
                format!("{} can't be created: {error}", directory.display()),
            )
            .with_detail("path", directory.display().to_string())
            .with_hint("choose an output directory that can be written")
            .with_source(error)
        })?;
        Ok(Self {
            directory: directory.to_owned(),
            before,
        })
    }

    /// Runs `plan` and writes its rows, each partition to files of its own. `unique` names the columns whose values hardly repeat.
    ///
    /// `is_cancelled` is asked before each batch. What a write that fails or is cancelled has written is removed.
    pub async fn write(
        self,
        plan: Arc<dyn ExecutionPlan>,
        context: Arc<TaskContext>,
        unique: &[&str],
        is_cancelled: &Cancelled,
    ) -> Result<PendingTable> {
        // Parquet files keep the schema; metadata of expressions is no part of the table.
        let fields: Vec<_> = plan
            .schema()
            .fields()
            .iter()
            .map(|field| {
                field
                    .as_ref()
                    .clone()
                    .with_metadata(std::collections::HashMap::default())
            })
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let outcome = self
            .write_partitions(&plan, &context, &schema, unique, is_cancelled)
            .await;
        match outcome {
            Ok((adds, rows)) => Ok(PendingTable {
                writer: self,
                schema,
                adds,
                rows,
            }),
            Err(error) => {
                self.discard();
                Err(error)
            }
        }
    }

    async fn write_partitions(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
        context: &Arc<TaskContext>,
        schema: &SchemaRef,
        unique: &[&str],
        is_cancelled: &Cancelled,
    ) -> Result<(Vec<Add>, u64)> {
        let url = table_url(&self.directory)?;
        let failed = |error| write_failed(&self.directory, error);
        let store = DeltaTableBuilder::from_url(url)
            .and_then(|builder| builder.build_storage())
            .map_err(failed)?
            .object_store(None);
        let (indexed_columns, stats_columns) =
            get_num_idx_cols_and_stats_columns(None, std::collections::HashMap::default());
        let config = WriterConfig::new(
            Arc::clone(schema),
            Vec::new(),
            Some(writer_properties(schema, unique)),
            NonZeroU64::new(FILE_BYTES),
            Some(context.session_config().batch_size()),
            indexed_columns,
            stats_columns,
        );
        let partitions = plan.output_partitioning().partition_count();
        // A union has the partitions of all its inputs: each writer takes several, one after the other, so that there are no more files
        // and buffered row groups than cores.
        let writers = partitions.min(context.session_config().target_partitions());
        let mut tasks = JoinSet::new();
        for first in 0..writers {
            let plan = Arc::clone(plan);
            let context = Arc::clone(context);
            let schema = Arc::clone(schema);
            let is_cancelled = Arc::clone(is_cancelled);
            let mut writer = DeltaWriter::new(Arc::clone(&store), config.clone());
            tasks.spawn(async move {
                let mut rows = 0_u64;
                for partition in (first..partitions).step_by(writers) {
                    let mut stream = plan.execute(partition, Arc::clone(&context))?;
                    while let Some(batch) = stream.next().await {
                        if is_cancelled() {
                            return Err(DeltaTableError::generic("the write was stopped"));
                        }
                        let batch = batch?.with_schema(Arc::clone(&schema))?;
                        if batch.num_rows() > 0 {
                            rows += batch.num_rows() as u64;
                            writer.write(&batch).await?;
                        }
                    }
                }
                Ok::<_, DeltaTableError>((writer.close().await?, rows))
            });
        }
        let mut adds = Vec::new();
        let mut rows = 0;
        let mut first_error = None;
        // All tasks are waited for, also after an error: one that still runs could write after the files were removed.
        while let Some(task) = tasks.join_next().await {
            let result = task
                .map_err(|error| DeltaTableError::GenericError {
                    source: Box::new(error),
                })
                .and_then(|result| result);
            match result {
                Ok((written, count)) => {
                    adds.extend(written);
                    rows += count;
                }
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        if let Some(error) = first_error {
            return Err(failed(error));
        }
        Ok((adds, rows))
    }

    /// Removes what was written, and the directory if there was none before.
    fn discard(&self) {
        let Ok(entries) = std::fs::read_dir(&self.directory) else {
            return;
        };
        for entry in entries.flatten() {
            if !self.before.contains(&entry.file_name()) {
                // What can't be removed is only waste: no commit refers to it.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        if self.before.is_empty() {
            let _ = std::fs::remove_dir(&self.directory);
        }
    }
}

impl PendingTable {
    /// Makes the written rows the content of the table, in one commit; in none, where neither the table nor what was written has rows.
    pub async fn publish(self) -> Result<PublishedTable> {
        let failed = |error| write_failed(&self.writer.directory, error);
        let bytes = self
            .adds
            .iter()
            .map(|add| u64::try_from(add.size).unwrap_or(0))
            .sum();
        let files = self.adds.len() as u64;
        let rows = self.rows;
        let (version, committed) = self.commit().await.map_err(failed)?;
        Ok(PublishedTable {
            version,
            committed,
            rows,
            bytes,
            files,
        })
    }

    async fn commit(&self) -> Result<(u64, bool), DeltaTableError> {
        let location =
            table_url(&self.writer.directory).map_err(|error| DeltaTableError::GenericError {
                source: Box::new(error),
            })?;
        let schema: StructType = self.schema.as_ref().try_into_kernel()?;
        let adds = self.adds.iter().cloned().map(Action::Add);
        // Asked now: a table without rows may have been made since the write began.
        if !self.writer.directory.join("_delta_log").exists() {
            let table = CreateBuilder::new()
                .with_location(location)
                .with_columns(schema.fields().cloned())
                .with_actions(adds)
                .await?;
            return Ok((table.version().unwrap_or_default(), true));
        }
        let table = DeltaTableBuilder::from_url(location)?.load().await?;
        self.replace(&table, &schema, adds.collect()).await
    }

    async fn replace(
        &self,
        table: &DeltaTable,
        schema: &StructType,
        mut actions: Vec<Action>,
    ) -> Result<(u64, bool), DeltaTableError> {
        let snapshot = table.snapshot()?;
        for file in snapshot.log_data() {
            actions.push(Action::Remove(file.remove_action(true)));
        }
        if snapshot.schema().as_ref() != schema {
            // The columns changed between versions of the engine: the new content comes with its own schema.
            let metadata = snapshot.metadata().clone().with_schema(schema)?;
            actions.push(Action::Metadata(metadata));
        }
        if actions.is_empty() {
            return Ok((table.version().unwrap_or_default(), false));
        }
        let operation = DeltaOperation::Write {
            mode: SaveMode::Overwrite,
            partition_by: None,
            predicate: None,
        };
        let commit = CommitBuilder::default()
            .with_actions(actions)
            .build(Some(snapshot), table.log_store(), operation)
            .await?;
        Ok((commit.version(), true))
    }

    /// Where the written files are.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.adds
            .iter()
            .map(|add| self.writer.directory.join(&add.path))
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Gives the written rows up.
    pub fn discard(self) {
        self.writer.discard();
    }
}

fn writer_properties(schema: &Schema, unique: &[&str]) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for field in schema.fields() {
        let column = ColumnPath::from(field.name().as_str());
        // Rows of a file stand together, so its path prunes row groups; the range of any other text is nearly all there is.
        if field.data_type().is_string() && field.name() != CLUSTERED_BY {
            properties =
                properties.set_column_statistics_enabled(column.clone(), EnabledStatistics::None);
        }
        if unique.contains(&field.name().as_str()) {
            properties = properties.set_column_dictionary_enabled(column, false);
        }
    }
    properties.build()
}
