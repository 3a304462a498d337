//! A session with settings of its own, for the scans of one dataset.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{CatalogProviderList, Session};
use datafusion::common::config::{ConfigNonZeroUsize, ConfigOptions, TableOptions};
use datafusion::common::{DFSchema, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::config::SessionConfig;
use datafusion::execution::context::{ExecutionProps, QueryPlanner};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::registry::ExtensionTypeRegistryRef;
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, ScalarUDF, WindowUDF,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;

/// What a dataset's scans set otherwise than the session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ScanConfiguration {
    pub(crate) collect_statistics: Option<bool>,
    pub(crate) meta_fetch_concurrency: Option<ConfigNonZeroUsize>,
    pub(crate) ignore_subdirectory: Option<bool>,
}

impl ScanConfiguration {
    /// The session's settings with those of the dataset.
    pub(crate) fn over(&self, session: &SessionConfig) -> SessionConfig {
        let mut config = session.clone();
        let options: &mut ConfigOptions = config.options_mut();
        if let Some(collect) = self.collect_statistics {
            options.execution.collect_statistics = collect;
        }
        if let Some(concurrency) = self.meta_fetch_concurrency {
            options.execution.meta_fetch_concurrency = concurrency;
        }
        if let Some(ignore) = self.ignore_subdirectory {
            options.execution.listing_table_ignore_subdirectory = ignore;
        }
        config
    }
}

/// The session that scans, seen with the dataset's settings and caches.
pub(crate) struct ConfiguredSession<'session> {
    inner: &'session dyn Session,
    config: SessionConfig,
    environment: Arc<RuntimeEnv>,
    table_options: TableOptions,
}

impl<'session> ConfiguredSession<'session> {
    pub(crate) fn new(
        inner: &'session dyn Session,
        configuration: &ScanConfiguration,
        environment: Option<&Arc<RuntimeEnv>>,
    ) -> Self {
        Self {
            config: configuration.over(inner.config()),
            environment: Arc::clone(environment.unwrap_or_else(|| inner.runtime_env())),
            table_options: inner.table_options().clone(),
            inner,
        }
    }
}

#[async_trait]
impl Session for ConfiguredSession<'_> {
    fn session_id(&self) -> &str {
        self.inner.session_id()
    }

    fn config(&self) -> &SessionConfig {
        &self.config
    }

    fn catalog_list(&self) -> Arc<dyn CatalogProviderList> {
        self.inner.catalog_list()
    }

    fn query_planner(&self) -> Arc<dyn QueryPlanner + Send + Sync> {
        self.inner.query_planner()
    }

    fn optimize(&self, plan: &LogicalPlan) -> Result<LogicalPlan> {
        self.inner.optimize(plan)
    }

    fn physical_optimizers(&self) -> &[Arc<dyn PhysicalOptimizerRule + Send + Sync>] {
        self.inner.physical_optimizers()
    }

    async fn create_physical_plan(&self, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        self.inner.create_physical_plan(plan).await
    }

    fn create_physical_expr(
        &self,
        expression: Expr,
        schema: &DFSchema,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.inner.create_physical_expr(expression, schema)
    }

    fn scalar_functions(&self) -> &HashMap<String, Arc<ScalarUDF>> {
        self.inner.scalar_functions()
    }

    fn higher_order_functions(&self) -> &HashMap<String, Arc<HigherOrderUDF>> {
        self.inner.higher_order_functions()
    }

    fn aggregate_functions(&self) -> &HashMap<String, Arc<AggregateUDF>> {
        self.inner.aggregate_functions()
    }

    fn window_functions(&self) -> &HashMap<String, Arc<WindowUDF>> {
        self.inner.window_functions()
    }

    fn extension_type_registry(&self) -> &ExtensionTypeRegistryRef {
        self.inner.extension_type_registry()
    }

    fn runtime_env(&self) -> &Arc<RuntimeEnv> {
        &self.environment
    }

    fn execution_props(&self) -> &ExecutionProps {
        self.inner.execution_props()
    }

    fn as_any(&self) -> &dyn Any {
        self.inner.as_any()
    }

    fn table_options(&self) -> &TableOptions {
        &self.table_options
    }

    fn table_options_mut(&mut self) -> &mut TableOptions {
        &mut self.table_options
    }

    fn task_ctx(&self) -> Arc<TaskContext> {
        self.inner.task_ctx()
    }
}
