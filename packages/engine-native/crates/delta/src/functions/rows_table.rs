//! A table of a few rows that are made when a query is planned that reads them.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use futures::future::BoxFuture;

use crate::external::external;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// What makes the rows.
pub(super) type Rows = fn(
    TableLocation,
    TablePin,
    SchemaRef,
) -> BoxFuture<'static, codeanatomy_errors::Result<RecordBatch>>;

/// A table about the Delta table at a location.
pub(super) struct RowsTable {
    pub(super) location: TableLocation,
    pub(super) pin: TablePin,
    pub(super) schema: SchemaRef,
    pub(super) rows: Rows,
}

impl fmt::Debug for RowsTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RowsTable")
            .field("location", &self.location)
            .field("pin", &self.pin)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for RowsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = (self.rows)(self.location.clone(), self.pin, Arc::clone(&self.schema));
        let rows = rows.await.map_err(external)?;
        let plan = MemorySourceConfig::try_new_exec(
            &[vec![rows]],
            Arc::clone(&self.schema),
            projection.cloned(),
        )?;
        Ok(plan)
    }
}
