//! Rows to write or merge, as a stream: they are never collected.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatchReader;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::exec_datafusion_err;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result as DataFusionResult;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::stream::{
    EmptyRecordBatchStream, RecordBatchReceiverStream, RecordBatchStreamAdapter,
};
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// How many batches of a reader wait for the writer at most.
const WAITING_BATCHES: usize = 2;
/// What the rows are called in a plan.
const NAME: &str = "rows";

/// Rows with their schema.
#[derive(Debug)]
pub struct Source {
    schema: SchemaRef,
    plan: LogicalPlan,
    repeatable: bool,
}

impl Source {
    /// The rows of a logical plan, which may be run more than once.
    #[must_use]
    pub fn from_logical_plan(plan: LogicalPlan) -> Self {
        Self {
            schema: Arc::clone(plan.schema().inner()),
            plan,
            repeatable: true,
        }
    }

    /// The rows of a physical plan that some session has planned, which may be run more than once.
    pub fn from_plan(plan: &Arc<dyn ExecutionPlan>) -> DataFusionResult<Self> {
        let schema = plan.schema();
        let partitions = (0..plan.output_partitioning().partition_count())
            .map(|partition| {
                Arc::new(PlanPartition {
                    schema: Arc::clone(&schema),
                    plan: Arc::clone(plan),
                    partition,
                }) as Arc<dyn PartitionStream>
            })
            .collect();
        Self::from_partitions(schema, partitions, true)
    }

    /// The rows of a stream, which can be read once.
    pub fn from_stream(stream: SendableRecordBatchStream) -> DataFusionResult<Self> {
        let schema = stream.schema();
        let partition = Arc::new(OncePartition {
            schema: Arc::clone(&schema),
            stream: Mutex::new(Some(stream)),
        });
        Self::from_partitions(schema, vec![partition], false)
    }

    /// The rows of a reader, which can be read once. It is read on a thread where it may block.
    pub fn from_reader(reader: Box<dyn RecordBatchReader + Send>) -> DataFusionResult<Self> {
        let schema = reader.schema();
        let partition = Arc::new(ReaderPartition {
            schema: Arc::clone(&schema),
            reader: Mutex::new(Some(reader)),
        });
        Self::from_partitions(schema, vec![partition], false)
    }

    fn from_partitions(
        schema: SchemaRef,
        partitions: Vec<Arc<dyn PartitionStream>>,
        repeatable: bool,
    ) -> DataFusionResult<Self> {
        let table = StreamingTable::try_new(Arc::clone(&schema), partitions)?;
        let plan =
            LogicalPlanBuilder::scan(NAME, provider_as_source(Arc::new(table)), None)?.build()?;
        Ok(Self {
            schema,
            plan,
            repeatable,
        })
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Whether the rows can be read more than once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// What gives the rows.
    pub(super) fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    /// The same rows by another plan, which gives them these columns.
    pub(super) fn with_plan(self, plan: LogicalPlan, schema: SchemaRef) -> Self {
        Self {
            schema,
            plan,
            ..self
        }
    }

    /// The plan that gives the rows.
    #[must_use]
    pub fn into_plan(self) -> LogicalPlan {
        self.plan
    }
}

/// One partition of a physical plan.
#[derive(Debug)]
struct PlanPartition {
    schema: SchemaRef,
    plan: Arc<dyn ExecutionPlan>,
    partition: usize,
}

impl PartitionStream for PlanPartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        self.plan
            .execute(self.partition, context)
            .unwrap_or_else(|error| failed_stream(&self.schema, error))
    }
}

/// A stream that is handed out once.
struct OncePartition {
    schema: SchemaRef,
    stream: Mutex<Option<SendableRecordBatchStream>>,
}

impl fmt::Debug for OncePartition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OncePartition")
    }
}

impl PartitionStream for OncePartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        self.stream
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_else(|| read_twice(&self.schema))
    }
}

/// A reader that is handed out once.
struct ReaderPartition {
    schema: SchemaRef,
    reader: Mutex<Option<Box<dyn RecordBatchReader + Send>>>,
}

impl fmt::Debug for ReaderPartition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ReaderPartition")
    }
}

impl PartitionStream for ReaderPartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reader = self
            .reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(reader) = reader else {
            return read_twice(&self.schema);
        };
        let mut builder =
            RecordBatchReceiverStream::builder(Arc::clone(&self.schema), WAITING_BATCHES);
        let sender = builder.tx();
        builder.spawn_blocking(move || {
            for batch in reader {
                // Nobody waits for more after an error or when the operation was stopped.
                if sender.blocking_send(batch.map_err(Into::into)).is_err() {
                    break;
                }
            }
            Ok(())
        });
        builder.build()
    }
}

fn read_twice(schema: &SchemaRef) -> SendableRecordBatchStream {
    failed_stream(
        schema,
        exec_datafusion_err!("the rows come from a stream that was read already"),
    )
}

fn failed_stream(
    schema: &SchemaRef,
    error: datafusion::error::DataFusionError,
) -> SendableRecordBatchStream {
    let failure = futures::stream::once(async move { Err(error) });
    Box::pin(RecordBatchStreamAdapter::new(Arc::clone(schema), failure))
}

impl Source {
    /// No rows of these columns.
    pub fn empty(schema: SchemaRef) -> DataFusionResult<Self> {
        Self::from_stream(Box::pin(EmptyRecordBatchStream::new(schema)))
    }
}
