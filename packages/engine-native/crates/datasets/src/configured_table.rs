//! A listing that is scanned with the settings of its dataset, whatever the session's are.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Constraints, Result, plan_err};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::configured_session::{ConfiguredSession, ScanConfiguration};

/// The table of a dataset of files.
pub(crate) struct ConfiguredTable {
    pub(crate) dataset: String,
    pub(crate) inner: Arc<dyn TableProvider>,
    pub(crate) configuration: ScanConfiguration,
    /// The session's, with a cache of listings of the dataset's own.
    pub(crate) environment: Arc<RuntimeEnv>,
    pub(crate) is_mutable: bool,
    /// What the dataset promises about its rows, which no statement keeps.
    pub(crate) promise: Option<String>,
}

impl fmt::Debug for ConfiguredTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfiguredTable")
            .field("dataset", &self.dataset)
            .field("configuration", &self.configuration)
            .field("is_mutable", &self.is_mutable)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for ConfiguredTable {
    fn schema(&self) -> SchemaRef {
        self.inner.schema()
    }

    fn constraints(&self) -> Option<&Constraints> {
        self.inner.constraints()
    }

    fn table_type(&self) -> TableType {
        self.inner.table_type()
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let session = ConfiguredSession::new(session, &self.configuration, Some(&self.environment));
        self.inner.scan(&session, projection, filters, limit).await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.inner.supports_filters_pushdown(filters)
    }

    async fn insert_into(
        &self,
        session: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        operation: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !self.is_mutable {
            return plan_err!(
                "the dataset '{}' can't be written: its option 'listing_mutable' is not true",
                self.dataset
            );
        }
        if let Some(promise) = &self.promise {
            return plan_err!(
                "INSERT into the dataset '{}' would not keep what is promised: {promise}; make it a Delta table and write it with \
                 codeanatomy.datasets.write, or write the files with COPY … TO",
                self.dataset
            );
        }
        self.inner.insert_into(session, input, operation).await
    }
}
