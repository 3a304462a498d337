//! Rows put aside on disk, so that those that are checked are those that are written.

use std::fmt;
use std::sync::Arc;

use arrow::array::{RecordBatchIterator, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use codeanatomy_delta::operations::Source;
use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::engine_error;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::runtime::JoinSet;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use datafusion::execution::{SendableRecordBatchStream, SpillFile, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, SpillMetrics};
use datafusion::physical_plan::stream::{EmptyRecordBatchStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlanProperties, SpillManager};
use futures::StreamExt;

/// What the files are told to be for where the disk is full.
const PURPOSE: &str = "rows on their way into a dataset";

/// Rows in files of the session's temporary directory, which go when the last plan over them does.
pub(crate) struct StagedRows {
    /// Reads the rows, as often as it is run; partitions and batches are those that the rows came in.
    pub(crate) plan: LogicalPlan,
    /// How many rows there are.
    pub(crate) rows: u64,
}

/// How many bytes of a reader are kept in memory; with more, all its rows are put aside.
const KEPT_BYTES: usize = 64 << 20;

/// A plan of the rows of a reader, which may be run more than once. Never more than 64 MiB of them are in memory.
///
/// # Errors
///
/// `query-failed`: the reader fails, or there is no room for its rows in the session's temporary directory.
pub async fn rows_of_reader(
    context: &SessionContext,
    mut reader: Box<dyn RecordBatchReader + Send>,
) -> Result<LogicalPlan, EngineError> {
    let failed = |error: DataFusionError| engine_error(error, ErrorCode::QueryFailed);
    let schema = reader.schema();
    let mut kept = Vec::new();
    let mut bytes = 0;
    for batch in reader.by_ref() {
        let batch = batch.map_err(|error| failed(error.into()))?;
        bytes += batch.get_array_memory_size();
        kept.push(batch);
        if bytes > KEPT_BYTES {
            let all = kept.into_iter().map(Ok).chain(reader);
            let all = RecordBatchIterator::new(all, schema);
            let source = Source::from_reader(Box::new(all)).map_err(failed)?;
            let staged = stage(&context.state(), &source.into_plan()).await;
            return Ok(staged.map_err(failed)?.plan);
        }
    }
    // A reader may have no batch, but it has a schema.
    let table = MemTable::try_new(schema, vec![kept]).map_err(failed)?;
    let rows = LogicalPlanBuilder::scan("rows", provider_as_source(Arc::new(table)), None);
    rows.and_then(LogicalPlanBuilder::build).map_err(failed)
}

/// Runs the plan once and puts its rows aside: never more than a batch of each partition is in memory.
pub(crate) async fn stage(state: &SessionState, plan: &LogicalPlan) -> Result<StagedRows> {
    let physical = state.create_physical_plan(plan).await?;
    let schema = physical.schema();
    let context = state.task_ctx();
    let metrics = ExecutionPlanMetricsSet::new();
    let partitions = physical.output_partitioning().partition_count();
    let mut tasks = JoinSet::new();
    for partition in 0..partitions {
        let manager = SpillManager::new(
            Arc::clone(state.runtime_env()),
            SpillMetrics::new(&metrics, partition),
            Arc::clone(&schema),
        )
        .with_compression_type(state.config_options().execution.spill_compression);
        let rows = physical.execute(partition, Arc::clone(&context))?;
        tasks.spawn(async move { write(manager, rows).await.map(|part| (partition, part)) });
    }
    let mut parts = Vec::with_capacity(partitions);
    while let Some(part) = tasks.join_next().await {
        parts.push(part.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))??);
    }
    parts.sort_unstable_by_key(|(partition, _)| *partition);
    let rows = parts.iter().map(|(_, part)| part.rows).sum();
    let streams = parts
        .into_iter()
        .map(|(_, part)| Arc::new(part) as Arc<dyn PartitionStream>)
        .collect();
    let table = StreamingTable::try_new(schema, streams)?;
    let plan =
        LogicalPlanBuilder::scan("rows", provider_as_source(Arc::new(table)), None)?.build()?;
    Ok(StagedRows { plan, rows })
}

async fn write(manager: SpillManager, mut rows: SendableRecordBatchStream) -> Result<Part> {
    let mut file = manager.create_in_progress_file(PURPOSE)?;
    let mut count = 0;
    while let Some(batch) = rows.next().await.transpose()? {
        if batch.num_rows() > 0 {
            count += batch.num_rows() as u64;
            file.append_batch(&batch)?;
        }
    }
    Ok(Part {
        file: file.finish()?,
        manager,
        rows: count,
    })
}

/// The rows of one partition.
struct Part {
    manager: SpillManager,
    /// None, if there are no rows.
    file: Option<Arc<dyn SpillFile>>,
    rows: u64,
}

impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = formatter.debug_struct("Part");
        part.field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        self.manager.schema()
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(self.manager.schema());
        let Some(file) = &self.file else {
            return Box::pin(EmptyRecordBatchStream::new(schema));
        };
        self.manager
            .read_spill_as_stream(Arc::clone(file), None)
            .unwrap_or_else(|error| {
                let failure = futures::stream::once(async move { Err(error) });
                Box::pin(RecordBatchStreamAdapter::new(schema, failure))
            })
    }
}
