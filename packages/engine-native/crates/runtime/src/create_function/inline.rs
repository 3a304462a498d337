//! Puts bodies in the place of calls, within bounds.
//!
//! An argument that a body uses twice is in the result twice, and calls in calls would double it at each level. So an argument may add
//! [`MAX_GROWTH`] nodes by being copied, and a body may have [`MAX_WEIGHT`]; a call that would exceed either stays a call, which evaluates
//! its arguments once. What planning costs therefore grows with the number of calls, however deep they are nested.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::ScalarFunction;

use super::body::Body;
use super::parameters::Parameters;
use super::scalar_macro::macro_of_function;

/// How many nodes a body has at most that takes the place of a call.
pub(super) const MAX_WEIGHT: usize = 512;

/// How many nodes a call may add by having copies of its arguments.
const MAX_GROWTH: usize = 64;

/// The body with the arguments in the place of its parameters; the arguments themselves if the call has to stay a call.
///
/// There is an argument for each parameter.
pub(super) fn inline(
    body: &Body,
    parameters: &Parameters,
    arguments: Vec<Expr>,
) -> Result<std::result::Result<Expr, Vec<Expr>>> {
    if body.weight > MAX_WEIGHT || !may_copy(body, &arguments)? {
        return Ok(Err(arguments));
    }
    substitute(body.expression.clone(), parameters, &arguments).map(Ok)
}

/// Whether each argument may be put in each place of its parameter: without much growth, and without drawing a random number twice.
fn may_copy(body: &Body, arguments: &[Expr]) -> Result<bool> {
    let mut growth = 0;
    for (argument, uses) in arguments.iter().zip(&body.uses) {
        if *uses < 2 || is_plain(argument) {
            continue;
        }
        if argument.is_volatile() || argument.exists(|part| Ok(is_subquery(part)))? {
            return Ok(false);
        }
        growth += (uses - 1) * size_up_to(argument, MAX_GROWTH + 1);
        if growth > MAX_GROWTH {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the expression costs nothing wherever it is.
fn is_plain(expression: &Expr) -> bool {
    match expression {
        Expr::Column(_)
        | Expr::Literal(..)
        | Expr::OuterReferenceColumn(..)
        | Expr::Placeholder(_)
        | Expr::ScalarVariable(..)
        | Expr::LambdaVariable(_) => true,
        Expr::Alias(alias) => is_plain(&alias.expr),
        _ => false,
    }
}

fn is_subquery(part: &Expr) -> bool {
    matches!(
        part,
        Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_)
    )
}

/// How many nodes the expression has; `limit` if it has more.
pub(super) fn size_up_to(expression: &Expr, limit: usize) -> usize {
    let mut size = 0;
    let counted = expression.apply(|_| {
        size += 1;
        Ok(if size < limit {
            TreeNodeRecursion::Continue
        } else {
            TreeNodeRecursion::Stop
        })
    });
    // The closure never fails; if the walk did, the expression would count as large.
    if counted.is_ok() { size } else { limit }
}

/// Puts the arguments in the place of the parameters.
pub(super) fn substitute(
    expression: Expr,
    parameters: &Parameters,
    arguments: &[Expr],
) -> Result<Expr> {
    expression
        .transform_up(|part| {
            if let Expr::Column(column) = &part
                && let Some(argument) = parameters
                    .position(&column.name)
                    .and_then(|position| arguments.get(position))
            {
                return Ok(Transformed::yes(argument.clone()));
            }
            Ok(Transformed::no(part))
        })
        .data()
}

/// The expression with the bodies of the macros that it calls; `None` if it would exceed [`MAX_WEIGHT`].
///
/// A body that is too large stays as it was written, and no call of it is ever planned away. If it were, the bodies that it calls would follow
/// one cycle of planning later, each within the bounds and all together without any.
pub(super) fn expand(expression: Expr) -> Result<Option<Expr>> {
    let mut size = size_up_to(&expression, MAX_WEIGHT + 1);
    let expanded = expression
        .transform_up(|part| {
            if size > MAX_WEIGHT {
                return Ok(Transformed::new(part, false, TreeNodeRecursion::Stop));
            }
            let called_size = size_up_to(&part, MAX_WEIGHT + 1);
            let Expr::ScalarFunction(ScalarFunction { func, args }) = part else {
                return Ok(Transformed::no(part));
            };
            let call =
                |args| Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&func), args));
            let Some(called) = macro_of_function(&func) else {
                return Ok(Transformed::no(call(args)));
            };
            match called.inline(args)? {
                Ok(inlined) => {
                    size =
                        (size + size_up_to(&inlined, MAX_WEIGHT + 1)).saturating_sub(called_size);
                    Ok(Transformed::yes(inlined))
                }
                Err(args) => Ok(Transformed::no(call(args))),
            }
        })
        .data()?;
    Ok((size <= MAX_WEIGHT).then_some(expanded))
}
