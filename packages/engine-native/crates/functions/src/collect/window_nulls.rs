//! RESPECT NULLS of `list_unique` in a window.
//!
//! DataFusion rewrites calls of aggregates, but not those with OVER, and an accumulator can't tell RESPECT NULLS from nothing.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr::{NullTreatment, WindowFunction};
use datafusion::logical_expr::{Expr, LogicalPlan, WindowFunctionDefinition};
use datafusion::optimizer::AnalyzerRule;

use super::list_unique::respecting_nulls;

/// Gives calls of `list_unique` with RESPECT NULLS and OVER the function that keeps NULL.
#[derive(Debug)]
pub struct WindowNulls;

impl WindowNulls {
    /// The name of the rule.
    pub const NAME: &str = "codeanatomy_window_nulls";
}

impl AnalyzerRule for WindowNulls {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn analyze(&self, plan: LogicalPlan, _options: &ConfigOptions) -> Result<LogicalPlan> {
        let rewritten = plan.transform_up_with_subqueries(|node| match node {
            // Names and types stay as they are, so that the node's schema does.
            LogicalPlan::Window(_) => {
                node.map_expressions(|expression| expression.transform_up(|part| Ok(kept(part))))
            }
            _ => Ok(Transformed::no(node)),
        })?;
        Ok(rewritten.data)
    }
}

fn kept(expression: Expr) -> Transformed<Expr> {
    match expression {
        Expr::WindowFunction(mut call)
            if call.params.null_treatment == Some(NullTreatment::RespectNulls) =>
        {
            let changes = keep(&mut call);
            Transformed::new_transformed(Expr::WindowFunction(call), changes)
        }
        other => Transformed::no(other),
    }
}

/// Whether the call was one of `list_unique`, and changed.
fn keep(call: &mut WindowFunction) -> bool {
    let WindowFunctionDefinition::AggregateUDF(function) = &call.fun else {
        return false;
    };
    match respecting_nulls(function) {
        Some(function) => {
            call.fun = WindowFunctionDefinition::AggregateUDF(Arc::new(function));
            true
        }
        None => false,
    }
}
