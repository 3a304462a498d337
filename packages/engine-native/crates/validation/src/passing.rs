//! The rows that no rule refuses: what is left of data whose bad rows are dropped.

use std::fmt;
use std::sync::Arc;

use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use codeanatomy_errors::Result;
use codeanatomy_schema::{SchemaDescription, Setting, ValidationPolicySpec};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::datasource::provider_as_source;
use datafusion::error::{DataFusionError, Result as QueryResult};
use datafusion::execution::context::SessionContext;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::StreamExt;

use crate::error::invalid;
use crate::evaluate::RowChecks;
use crate::validate::Validation;

/// The rows of `input` that violate no rule of severity `error`, with the columns that are checked; rules about columns and about
/// uniqueness are no matter of single rows, and drop none.
///
/// The plan streams: rows are checked as they pass, each time that it is run.
///
/// # Errors
///
/// `validation-rule-invalid` and `query-invalid`, as of [`validate`](crate::validate).
pub async fn passing_rows(
    session: &SessionContext,
    input: LogicalPlan,
    declared: Option<&SchemaDescription>,
    policy: &ValidationPolicySpec,
) -> Result<LogicalPlan> {
    // Whichever rows are chosen to be checked, all of them are asked here.
    let whole = ValidationPolicySpec {
        head: Setting::Null,
        tail: Setting::Null,
        sample: Setting::Null,
        ..policy.clone()
    };
    let validation = Validation::of(session, input, declared, &whole)?;
    let (checks, reader) = validation.row_checks().await?;
    let checks = Arc::new(checks);
    let schema = reader.schema();
    let partitions = (0..reader.output_partitioning().partition_count()).map(|partition| {
        Arc::new(Passing {
            reader: Arc::clone(&reader),
            checks: Arc::clone(&checks),
            schema: Arc::clone(&schema),
            partition,
        }) as Arc<dyn PartitionStream>
    });
    let table =
        StreamingTable::try_new(Arc::clone(&schema), partitions.collect()).map_err(invalid)?;
    LogicalPlanBuilder::scan("rows", provider_as_source(Arc::new(table)), None)
        .and_then(LogicalPlanBuilder::build)
        .map_err(invalid)
}

/// The rows of a partition that pass.
struct Passing {
    reader: Arc<dyn ExecutionPlan>,
    checks: Arc<RowChecks>,
    schema: SchemaRef,
    partition: usize,
}

impl fmt::Debug for Passing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut passing = formatter.debug_struct("Passing");
        passing
            .field("partition", &self.partition)
            .finish_non_exhaustive()
    }
}

impl PartitionStream for Passing {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let checks = Arc::clone(&self.checks);
        let rows = match self.reader.execute(self.partition, context) {
            Ok(rows) => rows
                .map(move |batch| {
                    let batch = batch?;
                    let passing = checks.passing(&batch)?;
                    filter_record_batch(&batch, &passing).map_err(DataFusionError::from)
                })
                .boxed(),
            Err(error) => {
                let failure: QueryResult<_> = Err(error);
                futures::stream::once(async move { failure }).boxed()
            }
        };
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            rows,
        ))
    }
}
