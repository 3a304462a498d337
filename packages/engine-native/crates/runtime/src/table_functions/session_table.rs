//! A table that is made of what the session has, each time it is scanned.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableFunctionArgs, TableProvider};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

/// What the rows of such a table are.
pub(super) trait SessionRows: Debug + Send + Sync {
    /// The rows of the session as it is now, in columns of the schema.
    fn rows(&self, session: &dyn Session, schema: SchemaRef) -> Result<RecordBatch>;
}

/// The table; its rows are those of the session that scans it, as that is then.
#[derive(Debug)]
pub(super) struct SessionTable<Rows> {
    schema: SchemaRef,
    rows: Rows,
}

impl<Rows: SessionRows> SessionTable<Rows> {
    /// The table with these columns.
    pub(super) fn new(schema: SchemaRef, rows: Rows) -> Self {
        Self { schema, rows }
    }

    fn plan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let batch = self.rows.rows(session, Arc::clone(&self.schema))?;
        let plan = MemorySourceConfig::try_new_exec(
            &[vec![batch]],
            Arc::clone(&self.schema),
            projection.cloned(),
        )?;
        Ok(plan)
    }
}

impl<Rows: SessionRows + 'static> TableProvider for SessionTable<Rows> {
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
