//! The selected rows as a table, in the order of the data.

use std::fmt;
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt64Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::{StreamExt, TryStreamExt, stream};

use crate::selection::Selection;

/// Reads the partitions of a plan one after another, and lets the selected rows through.
pub(crate) struct SelectedRows {
    plan: Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    selection: Arc<Selection>,
}

impl SelectedRows {
    pub(crate) fn new(plan: Arc<dyn ExecutionPlan>, selection: Arc<Selection>) -> Self {
        Self {
            schema: plan.schema(),
            plan,
            selection,
        }
    }
}

impl fmt::Debug for SelectedRows {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SelectedRows")
    }
}

impl PartitionStream for SelectedRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let plan = Arc::clone(&self.plan);
        let partitions = plan.output_partitioning().partition_count();
        let rows = stream::iter(0..partitions)
            .map(move |partition| plan.execute(partition, Arc::clone(&context)))
            .try_flatten()
            .boxed();
        let selection = Arc::clone(&self.selection);
        let selected = stream::try_unfold((rows, 0), move |(mut rows, start)| {
            let selection = Arc::clone(&selection);
            async move {
                if start >= selection.end() {
                    return Ok(None);
                }
                let Some(batch) = rows.try_next().await? else {
                    return Ok(None);
                };
                let end = start + batch.num_rows() as u64;
                let selected = select(&batch, &selection, start, end)?;
                Ok(Some((selected, (rows, end))))
            }
        });
        let selected = selected.try_filter(|batch| futures::future::ready(batch.num_rows() > 0));
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            selected,
        ))
    }
}

fn select(batch: &RecordBatch, selection: &Selection, start: u64, end: u64) -> Result<RecordBatch> {
    let ranges: Vec<_> = selection.within(start, end).collect();
    Ok(match &ranges[..] {
        [] => batch.slice(0, 0),
        [one] => {
            let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
            batch.slice(place(one.start), place(one.end - one.start))
        }
        several => {
            let rows = UInt64Array::from_iter_values(several.iter().cloned().flatten());
            take_record_batch(batch, &rows)?
        }
    })
}
