//! Conditions in SQL: planned over the columns of the data, with the functions of the session.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use codeanatomy_errors::{EngineError, Result, nearest_name};
use codeanatomy_schema::rules::Predicate;
use codeanatomy_sql::shallow;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result as DataFusionResult};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::not;
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, visit_expressions};

use crate::error::{invalid, unfit};
use crate::mixed_signs::compared_as_integers;

/// A planned condition.
pub(crate) struct Condition {
    label: String,
    expression: Expr,
    /// The columns that it is about.
    pub(crate) columns: Vec<String>,
}

impl Condition {
    /// Plans the condition over the columns that rules may name.
    pub(crate) fn plan(
        state: &SessionState,
        predicate: &Predicate,
        expected: &Schema,
    ) -> Result<Self> {
        let label = String::from(predicate.name.clone());
        let schema = DFSchema::try_from(expected.clone()).map_err(invalid)?;
        let unplanned = |error: DataFusionError| unplanned(&label, predicate, expected, error);
        let dialect = state.config_options().sql_parser.dialect;
        let sql = shallow(&predicate.sql, dialect).map_err(|error| {
            unfit(&label, &format!("can't be planned: {}", error.message()))
                .with_hint(error.hint().unwrap_or_default())
        })?;
        let parsed = state
            .sql_to_expr_with_alias(&sql, &dialect)
            .map_err(unplanned)?;
        if has_subquery(&parsed.expr) {
            return Err(refused(&label, "asks a subquery"));
        }
        let expression = state
            .create_logical_expr_from_sql_expr(parsed, &schema)
            .map_err(unplanned)?;
        if let Some(reason) = more_than_a_row(&expression) {
            return Err(refused(&label, reason));
        }
        let expression = simplified(state, expression, &schema).map_err(unplanned)?;
        // A function that inlines itself may have brought what was not to be seen before.
        if let Some(reason) = more_than_a_row(&expression) {
            return Err(refused(&label, reason));
        }
        let data_type = expression.get_type(&schema).map_err(unplanned)?;
        if !matches!(data_type, DataType::Boolean | DataType::Null) {
            let problem = format!("is of type {data_type}; a condition is a Boolean");
            return Err(unfit(&label, &problem));
        }
        let mut columns: Vec<_> = expression
            .column_refs()
            .into_iter()
            .map(|column| column.name.clone())
            .collect();
        columns.sort_unstable();
        Ok(Self {
            label,
            expression,
            columns,
        })
    }

    /// The expression that is true where a row violates the condition.
    pub(crate) fn violated(
        &self,
        state: &SessionState,
        checked: &Schema,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let physical = || {
            let schema = DFSchema::try_from(checked.clone())?;
            let holds = state.create_physical_expr(self.expression.clone(), &schema)?;
            not(holds)
        };
        physical().map_err(|error: DataFusionError| {
            unfit(
                &self.label,
                &format!("can't be planned: {}", error.strip_backtrace()),
            )
        })
    }
}

/// Coerces and simplifies, so that functions inline that are made to.
fn simplified(state: &SessionState, expression: Expr, schema: &DFSchema) -> DataFusionResult<Expr> {
    let properties = state.execution_props();
    let context = SimplifyContext::builder()
        .with_schema(Arc::new(schema.clone()))
        .with_config_options(Arc::clone(state.config_options()))
        .with_query_execution_start_time(properties.query_execution_start_time)
        .build();
    let simplifier = ExprSimplifier::new(context);
    let mut expression = simplifier.coerce(expression.unalias(), schema)?;
    for rewrite in state.analyzer().function_rewrites() {
        expression = expression
            .transform_up(|part| rewrite.rewrite(part, schema, state.config_options()))?
            .data;
    }
    compared_as_integers(simplifier.simplify(expression)?, schema)
}

fn has_subquery(parsed: &SqlExpr) -> bool {
    visit_expressions(parsed, |part: &SqlExpr| match part {
        SqlExpr::Subquery(_) | SqlExpr::Exists { .. } | SqlExpr::InSubquery { .. } => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// Why an expression can't be decided for each row by itself.
fn more_than_a_row(expression: &Expr) -> Option<&'static str> {
    let mut reason = None;
    // The visitor does not fail.
    let _ = expression.apply(|part| {
        reason = match part {
            Expr::AggregateFunction(_) => Some("calls an aggregate function"),
            Expr::WindowFunction(_) => Some("calls a window function"),
            Expr::Exists(_)
            | Expr::InSubquery(_)
            | Expr::SetComparison(_)
            | Expr::ScalarSubquery(_)
            | Expr::OuterReferenceColumn(_, _) => Some("asks a subquery"),
            Expr::GroupingSet(_) | Expr::Unnest(_) => Some("makes several rows of one"),
            Expr::Placeholder(_) | Expr::ScalarVariable(_, _) => {
                Some("has a parameter, which nothing gives a value")
            }
            Expr::ScalarFunction(call) if call.func.as_async().is_some() => {
                Some("calls an asynchronous function")
            }
            part if part.is_volatile_node() => {
                Some("calls a volatile function, whose value would differ from run to run")
            }
            _ => None,
        };
        Ok(if reason.is_some() {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    });
    reason
}

fn refused(label: &str, reason: &str) -> EngineError {
    unfit(
        label,
        &format!("{reason}; a condition is decided for each row by the row alone"),
    )
    .with_hint("state what needs several rows as a query, and validate its result")
}

fn unplanned(
    label: &str,
    predicate: &Predicate,
    expected: &Schema,
    error: DataFusionError,
) -> EngineError {
    let names = expected.fields().iter().map(|field| field.name().as_str());
    let meant = missing_column(&error).and_then(|name| nearest_name(&name, names.clone()));
    let meant = meant.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
    let problem = format!("can't be planned: {}{meant}", error.strip_backtrace());
    unfit(label, &problem)
        .with_detail("sql", String::from(predicate.sql.clone()))
        .with_hint(format!(
            "the columns are {}",
            names.collect::<Vec<_>>().join(", ")
        ))
        .with_source(error)
}

fn missing_column(error: &DataFusionError) -> Option<String> {
    match error.find_root() {
        DataFusionError::SchemaError(problem, _) => match &**problem {
            datafusion::common::SchemaError::FieldNotFound { field, .. } => {
                Some(field.name.clone())
            }
            _ => None,
        },
        _ => None,
    }
}
