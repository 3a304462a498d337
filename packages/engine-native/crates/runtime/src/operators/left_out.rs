//! What the operators say in a session that does without their planner.

use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use crate::policy::OPERATORS;

/// The planner's name, which reports leave out: it plans nothing.
pub(crate) const LEFT_OUT: &str = "OperatorsLeftOut";

/// Refuses the operators; DataFusion would say that they are not implemented. What the planners before it plan never comes to it.
#[derive(Debug)]
pub(super) struct OperatorsLeftOut;

impl ExprPlanner for OperatorsLeftOut {
    fn plan_binary_op(
        &self,
        expression: RawBinaryExpr,
        _schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        match expression.op {
            BinaryOperator::Arrow
            | BinaryOperator::LongArrow
            | BinaryOperator::HashArrow
            | BinaryOperator::HashLongArrow
            | BinaryOperator::AtArrow
            | BinaryOperator::ArrowAt => plan_err!(
                "the operator {} needs the expression planner '{OPERATORS}', which this session does without; \
                 make the session with expr_planner_names = ['{OPERATORS}']",
                expression.op
            ),
            _ => Ok(PlannerResult::Original(expression)),
        }
    }
}
