//! Regroups what the parser has grouped otherwise than `PostgreSQL`.
//!
//! In the generic dialect comparisons bind tighter than these operators, so that `a ->> 'b' = 'c'` arrives as `a ->> ('b' = 'c')`. No key and no
//! value that can be stepped into is a boolean, so the grouping that `PostgreSQL` has is the only one that means something.

use datafusion::common::Result;
use datafusion::logical_expr::expr::{BinaryExpr, InList};
use datafusion::logical_expr::{Between, Expr, Like, Operator};

/// The expression in the other grouping, with the operator planned by `plan`; `None` where the grouping is right as it is.
#[expect(
    clippy::option_option,
    reason = "the inner one is of `plan`: the operator is not defined on the value"
)]
pub(super) fn regroup(
    value: &Expr,
    key: &Expr,
    plan: impl Fn(&Expr, &Expr) -> Result<Option<Expr>>,
) -> Result<Option<Option<Expr>>> {
    if let Some((first, rebuild)) = first_operand(key) {
        let planned = plan(value, first)?;
        return Ok(Some(planned.map(rebuild)));
    }
    if let Some((last, rebuild)) = last_operand(value) {
        let planned = plan(last, key)?;
        return Ok(Some(planned.map(rebuild)));
    }
    Ok(None)
}

type Rebuild<'expression> = Box<dyn FnOnce(Expr) -> Expr + 'expression>;

/// What a comparison begins with, and the comparison with something else in its place.
fn first_operand(expression: &Expr) -> Option<(&Expr, Rebuild<'_>)> {
    match expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => Some((
            left,
            Box::new(|first| {
                Expr::BinaryExpr(BinaryExpr::new(Box::new(first), *op, right.clone()))
            }),
        )),
        Expr::Like(like) => Some((
            &like.expr,
            Box::new(|first| {
                Expr::Like(Like {
                    expr: Box::new(first),
                    ..like.clone()
                })
            }),
        )),
        Expr::SimilarTo(like) => Some((
            &like.expr,
            Box::new(|first| {
                Expr::SimilarTo(Like {
                    expr: Box::new(first),
                    ..like.clone()
                })
            }),
        )),
        Expr::InList(list) => Some((
            &list.expr,
            Box::new(|first| {
                Expr::InList(InList {
                    expr: Box::new(first),
                    ..list.clone()
                })
            }),
        )),
        Expr::Between(between) => Some((
            &between.expr,
            Box::new(|first| {
                Expr::Between(Between {
                    expr: Box::new(first),
                    ..between.clone()
                })
            }),
        )),
        Expr::IsNull(inner) => Some((inner, Box::new(|first| Expr::IsNull(Box::new(first))))),
        Expr::IsNotNull(inner) => Some((inner, Box::new(|first| Expr::IsNotNull(Box::new(first))))),
        _ => None,
    }
}

/// What a comparison ends with, and the comparison with something else in its place.
fn last_operand(expression: &Expr) -> Option<(&Expr, Rebuild<'_>)> {
    match expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => Some((
            right,
            Box::new(|last| Expr::BinaryExpr(BinaryExpr::new(left.clone(), *op, Box::new(last)))),
        )),
        Expr::Like(like) => Some((
            &like.pattern,
            Box::new(|last| {
                Expr::Like(Like {
                    pattern: Box::new(last),
                    ..like.clone()
                })
            }),
        )),
        Expr::Between(between) => Some((
            &between.high,
            Box::new(|last| {
                Expr::Between(Between {
                    high: Box::new(last),
                    ..between.clone()
                })
            }),
        )),
        _ => None,
    }
}

fn is_comparison(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
            | Operator::IsDistinctFrom
            | Operator::IsNotDistinctFrom
            | Operator::RegexMatch
            | Operator::RegexIMatch
            | Operator::RegexNotMatch
            | Operator::RegexNotIMatch
    )
}
