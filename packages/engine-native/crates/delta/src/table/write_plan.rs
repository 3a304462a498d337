//! The physical plan of a write: it writes when it is run, once, and answers with the number of rows.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_errors::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result as QueryResult, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::future::BoxFuture;

use crate::external::external;

/// The write of the rows that the plan's input has, if it has one.
pub(super) type Write =
    Arc<dyn Fn(Option<Arc<dyn ExecutionPlan>>) -> BoxFuture<'static, Result<u64>> + Send + Sync>;

/// A write of a Delta table.
pub(super) struct DeltaWriteExec {
    operation: &'static str,
    table: String,
    input: Option<Arc<dyn ExecutionPlan>>,
    write: Write,
    properties: Arc<PlanProperties>,
}

impl DeltaWriteExec {
    pub(super) fn new(
        operation: &'static str,
        table: String,
        input: Option<Arc<dyn ExecutionPlan>>,
        write: Write,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(count_schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            operation,
            table,
            input,
            write,
            properties: Arc::new(properties),
        }
    }
}

fn count_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new(
        "count",
        DataType::UInt64,
        false,
    )]))
}

impl fmt::Debug for DeltaWriteExec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeltaWriteExec")
            .field("operation", &self.operation)
            .field("table", &self.table)
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for DeltaWriteExec {
    fn fmt_as(
        &self,
        _format: DisplayFormatType,
        formatter: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        write!(
            formatter,
            "DeltaWriteExec: {} {}",
            self.operation, self.table
        )
    }
}

impl ExecutionPlan for DeltaWriteExec {
    fn name(&self) -> &'static str {
        "DeltaWriteExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    // Its expressions are Delta's, not physical ones.
    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> QueryResult<TreeNodeRecursion>,
    ) -> QueryResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.input.iter().collect()
    }

    // The writer takes as many partitions as there are.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.children().len()]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        if children.len() != self.children().len() {
            return internal_err!("DeltaWriteExec got {} children", children.len());
        }
        Ok(Arc::new(Self::new(
            self.operation,
            self.table.clone(),
            children.pop(),
            Arc::clone(&self.write),
        )))
    }

    fn execute(
        &self,
        partition: usize,
        _context: Arc<TaskContext>,
    ) -> QueryResult<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("DeltaWriteExec has no partition {partition}");
        }
        let write = (self.write)(self.input.clone());
        let rows = async move {
            let count = write.await.map_err(external)?;
            let counts: ArrayRef = Arc::new(UInt64Array::from(vec![count]));
            Ok(RecordBatch::try_new(count_schema(), vec![counts])?)
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            count_schema(),
            futures::stream::once(rows),
        )))
    }
}
