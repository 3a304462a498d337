//! A table within one query: it has the columns that the query was planned with, and one version.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use codeanatomy_errors::{EngineError, ErrorCode};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use tokio::sync::OnceCell;

use super::provider::DeltaTableProvider;
use super::snapshot::TableSnapshot;
use crate::external::external;
use crate::failure::delta_error;
use crate::table_location::TableLocation;

/// The version that a query reads; whichever of its parts is planned first decides.
pub(super) type QuerySnapshot = Arc<OnceCell<Arc<TableSnapshot>>>;

/// A live table within one query.
#[derive(Debug)]
pub(super) struct QueryTable {
    pub(super) table: DeltaTableProvider,
    pub(super) planned: SchemaRef,
    pub(super) snapshot: QuerySnapshot,
}

#[async_trait]
impl TableProvider for QueryTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.planned)
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let snapshot = self
            .snapshot
            .get_or_try_init(|| self.table.snapshot())
            .await
            .map_err(external)?;
        scan_as(
            self.table.location(),
            snapshot,
            &self.planned,
            session,
            projection,
            filters,
            limit,
        )
        .await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }
}

/// Scans a version with the columns that the query was planned with.
///
/// Another writer may have changed the columns since. Those that the query reads have to be what they were; the others don't matter to it.
pub(super) async fn scan_as(
    location: &TableLocation,
    snapshot: &TableSnapshot,
    planned: &SchemaRef,
    session: &dyn Session,
    projection: Option<&Vec<usize>>,
    filters: &[Expr],
    limit: Option<usize>,
) -> Result<Arc<dyn ExecutionPlan>> {
    snapshot
        .table
        .update_datafusion_session(session)
        .map_err(|error| external(location.error(&error)))?;
    let failed = |error| located(location, error);
    if *planned == snapshot.schema {
        let plan = snapshot.scan(session, projection, filters, limit).await;
        return plan.map_err(failed);
    }
    let wanted: Vec<usize> = match projection {
        Some(projection) => projection.clone(),
        None => (0..planned.fields().len()).collect(),
    };
    let mut found = Vec::with_capacity(wanted.len());
    for index in wanted {
        let field = planned.field(index);
        let position = snapshot
            .schema
            .fields()
            .iter()
            .position(|now| now.name() == field.name() && now.data_type() == field.data_type());
        found.push(position.ok_or_else(|| columns_changed(location, field.name()))?);
    }
    let plan = snapshot.scan(session, Some(&found), filters, limit).await;
    plan.map_err(failed)
}

/// The error with the table that it is about, and without what it may quote of the options of its store.
fn located(location: &TableLocation, error: DataFusionError) -> DataFusionError {
    if let DataFusionError::External(inner) = error.find_root()
        && inner.is::<EngineError>()
    {
        return error;
    }
    external(location.error(&delta_error(error)))
}

fn columns_changed(location: &TableLocation, column: &str) -> DataFusionError {
    external(
        EngineError::new(
            ErrorCode::DeltaTableUnreadable,
            format!(
                "the table {} has changed: its column '{column}' is not what it was when the query was planned",
                location.name()
            ),
        )
        .with_detail("location", location.url().to_string())
        .with_hint("run the query again"),
    )
}
