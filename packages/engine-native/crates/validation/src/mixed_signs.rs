//! Comparisons of a column of `UInt64` with one of `Int64`, without the decimals that SQL's types make of both.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, binary_expr, lit, try_cast};

/// The expression, in which such comparisons are made of integers; each row gives what it gave.
pub(crate) fn compared_as_integers(expression: Expr, schema: &DFSchema) -> Result<Expr> {
    let rewritten = expression.transform_up(|part| {
        let Expr::BinaryExpr(comparison) = &part else {
            return Ok(Transformed::no(part));
        };
        let (Some(left), Some(right)) =
            (of_decimal(&comparison.left), of_decimal(&comparison.right))
        else {
            return Ok(Transformed::no(part));
        };
        let compared = match (left.get_type(schema)?, right.get_type(schema)?) {
            (DataType::UInt64, DataType::Int64) => compared(left, comparison.op, right),
            (DataType::Int64, DataType::UInt64) => comparison
                .op
                .swap()
                .and_then(|operator| compared(right, operator, left)),
            _ => None,
        };
        Ok(compared.map_or_else(|| Transformed::no(part), Transformed::yes))
    });
    Ok(rewritten?.data)
}

/// The column whose values are cast to the decimals that hold all integers of both types.
fn of_decimal(side: &Expr) -> Option<&Expr> {
    match side {
        Expr::Cast(cast)
            if *cast.field.data_type() == DataType::Decimal128(20, 0)
                && matches!(*cast.expr, Expr::Column(_)) =>
        {
            Some(&cast.expr)
        }
        _ => None,
    }
}

/// A comparison of the two; `None` for an operator that is not one by order or equality.
fn compared(unsigned: &Expr, operator: Operator, signed: &Expr) -> Option<Expr> {
    // NULL where the value is negative: what the comparison says of those is added to it.
    let reached = try_cast(signed.clone(), DataType::UInt64);
    let comparison = binary_expr(unsigned.clone(), operator, reached);
    match operator {
        Operator::Lt | Operator::LtEq | Operator::Eq => {
            let possible = signed.clone().gt_eq(lit(0_i64));
            Some(comparison.and(possible.or(unsigned.clone().is_null())))
        }
        Operator::Gt | Operator::GtEq | Operator::NotEq => {
            let certain = signed.clone().lt(lit(0_i64));
            Some(comparison.or(certain.and(unsigned.clone().is_not_null())))
        }
        _ => None,
    }
}
