//! A table that is made of the session's registry snapshot each time it is scanned.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableFunctionArgs, TableProvider};
use datafusion::common::{Result, plan_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::portable::portable_snapshot;
use crate::snapshot::{Snapshot, snapshot_of};

/// The table; its rows are those of the session that scans it, as that is then.
#[derive(Debug)]
pub(super) struct SnapshotTable {
    schema: SchemaRef,
    rows: fn(&Snapshot, SchemaRef) -> Result<RecordBatch>,
}

impl SnapshotTable {
    /// The table with these columns, whose rows are made by `rows`.
    pub(super) fn new(
        schema: SchemaRef,
        rows: fn(&Snapshot, SchemaRef) -> Result<RecordBatch>,
    ) -> Self {
        Self { schema, rows }
    }

    fn plan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let snapshot = match session.as_any().downcast_ref::<SessionState>() {
            Some(state) => snapshot_of(state),
            // A session of another library, to which the function came as a capsule.
            None => portable_snapshot(&session.task_ctx())?,
        };
        let batch = (self.rows)(&snapshot, Arc::clone(&self.schema))?;
        let plan = MemorySourceConfig::try_new_exec(
            &[vec![batch]],
            Arc::clone(&self.schema),
            projection.cloned(),
        )?;
        Ok(plan)
    }
}

impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    // An `async fn` of the trait as `async_trait` writes it out: nothing here waits.
    fn scan<'table, 'session, 'projection, 'filters, 'future>(
        &'table self,
        session: &'session dyn Session,
        projection: Option<&'projection Vec<usize>>,
        _filters: &'filters [Expr],
        _limit: Option<usize>,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<dyn ExecutionPlan>>> + Send + 'future>>
    where
        'table: 'future,
        'session: 'future,
        'projection: 'future,
        'filters: 'future,
        Self: 'future,
    {
        Box::pin(std::future::ready(self.plan(session, projection)))
    }
}

/// Refuses arguments for a function that takes none.
pub(super) fn no_arguments(name: &str, arguments: &TableFunctionArgs<'_, '_>) -> Result<()> {
    match arguments.exprs().len() {
        0 => Ok(()),
        count => plan_err!("'{name}' takes no arguments, but got {count}"),
    }
}
