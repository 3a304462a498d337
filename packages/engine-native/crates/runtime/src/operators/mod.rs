//! The operators `->`, `->>`, `#>`, `#>>`, `@>` and `<@` on structs, maps, lists, and JSON that a column has as text.
//!
//! `->` takes one step into a value and `#>` the steps of a path; `->>` and `#>>` give what they reach as text. Elements of lists count from 0,
//! as for JSON in `PostgreSQL`, and from the end where the number is negative. What the operators are not defined on is left to DataFusion.

mod access;
mod containment;
mod left_out;
mod path;
mod precedence;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use datafusion::common::{DFSchema, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use self::access::{as_text, follow};
use self::containment::contains;
use self::left_out::OperatorsLeftOut;
use self::path::steps_of;
use self::precedence::regroup;
use crate::policy::{ExprPlanners, OPERATORS};

pub(crate) use self::left_out::LEFT_OUT;

/// Plans the operators.
struct CodeAnatomyOperators;

/// Planners have no other name.
impl fmt::Debug for CodeAnatomyOperators {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(OPERATORS)
    }
}

/// Makes the operators known to the session, once; or has them refused, if the session does without their planner.
pub(crate) fn register_operators(state: &mut SessionState, planners: &ExprPlanners) -> Result<()> {
    let planner: Arc<dyn ExprPlanner> = if planners.contains(OPERATORS) {
        Arc::new(CodeAnatomyOperators)
    } else {
        Arc::new(OperatorsLeftOut)
    };
    let name = format!("{planner:?}");
    let is_known = state
        .expr_planners()
        .iter()
        .any(|planner| format!("{planner:?}") == name);
    if is_known {
        return Ok(());
    }
    state.register_expr_planner(planner)
}

impl ExprPlanner for CodeAnatomyOperators {
    fn plan_binary_op(
        &self,
        expression: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let RawBinaryExpr { op, left, right } = &expression;
        let planned = match op {
            BinaryOperator::Arrow
            | BinaryOperator::LongArrow
            | BinaryOperator::HashArrow
            | BinaryOperator::HashLongArrow => plan_access(op, left, right, schema)?,
            BinaryOperator::AtArrow => contains(left, right, schema)?,
            BinaryOperator::ArrowAt => contains(right, left, schema)?,
            _ => None,
        };
        Ok(match planned {
            Some(planned) => PlannerResult::Planned(planned),
            None => PlannerResult::Original(expression),
        })
    }
}

/// Plans one of the operators that lead into values; `None` if it is not defined on the value.
fn plan_access(
    operator: &BinaryOperator,
    value: &Expr,
    key: &Expr,
    schema: &DFSchema,
) -> Result<Option<Expr>> {
    let plan = |value: &Expr, key: &Expr| plan_access(operator, value, key, schema);
    if let Some(regrouped) = regroup(value, key, plan)? {
        return Ok(regrouped);
    }
    let steps = match operator {
        BinaryOperator::Arrow | BinaryOperator::LongArrow => vec![key.clone()],
        _ => steps_of(operator, key)?,
    };
    let reached = follow(operator, value.clone(), steps, schema)?;
    match operator {
        BinaryOperator::LongArrow | BinaryOperator::HashLongArrow => reached
            .map(|reached| as_text(operator, reached, schema))
            .transpose(),
        _ => Ok(reached),
    }
}

/// A call of a function.
fn call(function: Arc<ScalarUDF>, arguments: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments))
}
