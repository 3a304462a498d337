//! The table as it is registered in a session.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use codeanatomy_errors::Result;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as QueryResult;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use deltalake_core::kernel::StructType;

use super::query_table::scan_as;
use super::snapshot::{ScanConfig, ScanSettings, TableSnapshot};
use super::write::{check_unbound, not_captured, replace_all, write_target};
use crate::external::external;
use crate::open::open_table;
use crate::operations::Target;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// A Delta table in a session. Copies are of the same table: what one has seen, all have.
#[derive(Clone)]
pub struct DeltaTableProvider {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) location: TableLocation,
    pub(super) pin: TablePin,
    pub(super) config: ScanConfig,
    current: Mutex<Arc<TableSnapshot>>,
}

impl DeltaTableProvider {
    /// Opens the table for a session, whose settings count where `settings` says nothing.
    ///
    /// # Errors
    ///
    /// Those of [`open_table`], and `invalid-option` for a file column that is named like a column of the table.
    pub async fn open(
        location: TableLocation,
        pin: TablePin,
        settings: &ScanSettings,
        session: &dyn Session,
    ) -> Result<Self> {
        let config = settings.resolve(session);
        let table = open_table(&location, &pin).await?;
        let snapshot = TableSnapshot::new(&location, table, &config)?;
        Ok(Self {
            inner: Arc::new(Inner {
                location,
                pin,
                config,
                current: Mutex::new(Arc::new(snapshot)),
            }),
        })
    }

    /// Where the table lies.
    #[must_use]
    pub fn location(&self) -> &TableLocation {
        &self.inner.location
    }

    /// Which version is meant.
    #[must_use]
    pub fn pin(&self) -> &TablePin {
        &self.inner.pin
    }

    /// The version that was read last.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.current().version()
    }

    /// The table at the version that was read last, for operations on it.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::of(self.inner.location.clone(), self.current().table.clone())
    }

    /// The columns as Delta has them, and the names of those that the table is partitioned by.
    pub(crate) async fn columns(&self) -> Result<(StructType, Vec<String>)> {
        let snapshot = self.snapshot().await?;
        let state = snapshot.table.snapshot();
        let state = state.map_err(|error| self.location().error(&error))?;
        let partitions = state.metadata().partition_columns().to_vec();
        Ok((state.schema().as_ref().clone(), partitions))
    }

    pub(super) fn current(&self) -> Arc<TableSnapshot> {
        // Nothing can panic while the lock is held.
        let current = self.inner.current.lock();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// The version that a query that is planned now reads.
    pub(super) async fn snapshot(&self) -> Result<Arc<TableSnapshot>> {
        let current = self.current();
        if self.inner.pin.is_fixed() {
            return Ok(current);
        }
        let latest = current
            .latest(&self.inner.location, &self.inner.config)
            .await?;
        let mut current = self
            .inner
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Another query may have seen a later one meanwhile.
        if latest.version() >= current.version() {
            *current = Arc::clone(&latest);
        }
        Ok(latest)
    }
}

impl fmt::Debug for DeltaTableProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeltaTableProvider")
            .field("location", &self.inner.location)
            .field("pin", &self.inner.pin)
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for DeltaTableProvider {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.current().schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        let planned = self.schema();
        let snapshot = self.snapshot().await.map_err(external)?;
        scan_as(
            &self.inner.location,
            &snapshot,
            &planned,
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
    ) -> QueryResult<Vec<TableProviderFilterPushDown>> {
        self.current().pushdown(filters)
    }

    async fn insert_into(
        &self,
        session: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        operation: InsertOp,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        check_unbound(self, "INSERT").map_err(external)?;
        write_target(self, session)
            .map_err(external)?
            .insert(input, operation)
    }

    // What is left of a condition when it gets here may be less than was asked: only the rule knows.
    async fn delete_from(
        &self,
        _session: &dyn Session,
        _filters: Vec<Expr>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        Err(external(not_captured(self, "DELETE")))
    }

    async fn update(
        &self,
        _session: &dyn Session,
        _assignments: Vec<(String, Expr)>,
        _filters: Vec<Expr>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        Err(external(not_captured(self, "UPDATE")))
    }

    async fn truncate(&self, session: &dyn Session) -> QueryResult<Arc<dyn ExecutionPlan>> {
        replace_all(self, session).map_err(external)
    }
}
