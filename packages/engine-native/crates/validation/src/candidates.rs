//! The keys whose hash occurs several times, as a table.

use std::fmt;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use codeanatomy_errors::Result;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::datasource::provider_as_source;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::{TryStreamExt, future, stream};
use rustc_hash::FxHashSet;

use crate::error::invalid;
use crate::key_hashes::hashes;

/// One partition of the keys.
struct Candidates {
    keys: Arc<dyn ExecutionPlan>,
    partition: usize,
    schema: SchemaRef,
    repeated: Arc<FxHashSet<u64>>,
}

/// The plan of the keys whose hash is one of those.
pub(crate) fn candidates(keys: &Arc<dyn ExecutionPlan>, repeated: Vec<u64>) -> Result<LogicalPlan> {
    let schema = keys.schema();
    let repeated: Arc<FxHashSet<u64>> = Arc::new(repeated.into_iter().collect());
    let partitions = keys.output_partitioning().partition_count();
    let partition = |partition| -> Arc<dyn PartitionStream> {
        Arc::new(Candidates {
            keys: Arc::clone(keys),
            partition,
            schema: Arc::clone(&schema),
            repeated: Arc::clone(&repeated),
        })
    };
    let table = StreamingTable::try_new(
        Arc::clone(&schema),
        (0..partitions).map(partition).collect(),
    );
    let table = table.map_err(invalid)?;
    LogicalPlanBuilder::scan("keys", provider_as_source(Arc::new(table)), None)
        .and_then(LogicalPlanBuilder::build)
        .map_err(invalid)
}

impl fmt::Debug for Candidates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Candidates")
    }
}

impl PartitionStream for Candidates {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let repeated = Arc::clone(&self.repeated);
        let keys = stream::once(future::ready(self.keys.execute(self.partition, context)));
        let kept = keys.try_flatten().and_then(move |batch| {
            let repeated = Arc::clone(&repeated);
            async move {
                let (hashes, _) = hashes(&batch)?;
                let kept: BooleanArray = hashes
                    .iter()
                    .map(|hash| Some(repeated.contains(hash)))
                    .collect();
                Ok(filter_record_batch(&batch, &kept)?)
            }
        });
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            kept,
        ))
    }
}
