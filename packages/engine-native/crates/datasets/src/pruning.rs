//! Which files a condition leaves to be read, and what of it the scan evaluates: seen in the plan of a real scan.

use std::sync::Arc;

use codeanatomy_sql::plannable;
use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use serde::Serialize;

const UNSUPPORTED: &str = "unsupported";

/// How many files a scan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FileCounts {
    /// The files of the dataset.
    pub total: usize,
    /// Those that a scan under the predicate opens.
    pub selected: usize,
    /// Those that it need not open.
    pub pruned: usize,
}

/// What the scan does with a part of the predicate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterPushdown {
    /// The part, as SQL.
    pub filter: String,
    /// `exact`: the scan gives no other rows. `inexact`: it may leave rows out, and the rest is filtered afterwards. `unsupported`: the scan does
    /// not see it.
    pub pushdown: &'static str,
}

/// Plans the predicate over the columns of the provider, as a query would.
pub(crate) fn plan_predicate(
    state: &SessionState,
    provider: &Arc<dyn TableProvider>,
    sql: &str,
) -> Result<Vec<Expr>> {
    let schema = DFSchema::try_from(provider.schema())?;
    let expression = planned(state, sql, &schema)?;
    // Types are made to agree as the analyzer does.
    let simplify = datafusion::logical_expr::simplify::SimplifyContext::builder()
        .with_schema(Arc::new(schema.clone()))
        .build();
    let simplifier = datafusion::optimizer::simplify_expressions::ExprSimplifier::new(simplify);
    let expression = simplifier.coerce(expression, &schema)?;
    let expression = simplifier.simplify(expression)?;
    Ok(split_conjunction_owned(expression))
}

/// Plans an expression over columns.
pub(crate) fn planned(state: &SessionState, sql: &str, columns: &DFSchema) -> Result<Expr> {
    let dialect = state.config_options().sql_parser.dialect;
    let sql = plannable(sql, dialect)?;
    state.create_logical_expr(&sql, columns)
}

/// What the provider says to each part.
pub(crate) fn pushdown(
    provider: &Arc<dyn TableProvider>,
    filters: &[Expr],
) -> Result<Vec<FilterPushdown>> {
    let parts: Vec<&Expr> = filters.iter().collect();
    let said = provider.supports_filters_pushdown(&parts)?;
    Ok(filters
        .iter()
        .zip(said)
        .map(|(filter, said)| FilterPushdown {
            filter: filter.to_string(),
            pushdown: match said {
                TableProviderFilterPushDown::Exact => "exact",
                TableProviderFilterPushDown::Inexact => "inexact",
                TableProviderFilterPushDown::Unsupported => UNSUPPORTED,
            },
        })
        .collect())
}

/// Counts the files of a scan without and with the filters, of which the provider takes those that it said it would.
pub(crate) async fn count_files(
    state: &SessionState,
    provider: &Arc<dyn TableProvider>,
    filters: &[Expr],
    said: &[FilterPushdown],
) -> Result<FileCounts> {
    let total = files_of(&provider.scan(state, None, &[], None).await?)?;
    let taken: Vec<Expr> = filters
        .iter()
        .zip(said)
        .filter(|(_, said)| said.pushdown != UNSUPPORTED)
        .map(|(filter, _)| filter.clone())
        .collect();
    let selected = if taken.is_empty() {
        total
    } else {
        files_of(&provider.scan(state, None, &taken, None).await?)?
    };
    Ok(FileCounts {
        total,
        selected,
        pruned: total.saturating_sub(selected),
    })
}

fn files_of(plan: &Arc<dyn ExecutionPlan>) -> Result<usize> {
    let mut files = 0;
    plan.apply(|node| {
        let source = node
            .as_ref()
            .downcast_ref::<DataSourceExec>()
            .and_then(|node| node.data_source().as_ref().downcast_ref::<FileScanConfig>());
        if let Some(source) = source {
            files += source
                .file_groups
                .iter()
                .map(datafusion::datasource::physical_plan::FileGroup::len)
                .sum::<usize>();
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(files)
}
