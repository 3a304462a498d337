//! Puts calls of asynchronous functions where DataFusion can run them: into projections, with no other such call in their arguments.
//!
//! DataFusion plans the calls in the expressions of a projection or a filter, but takes the arguments of a call for ordinary expressions, mixes up
//! the calls of two aggregates, and calls them as ordinary functions anywhere else.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchemaRef, Result, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use datafusion::optimizer::utils::NamePreserver;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// The rule. It has to run after those that merge projections.
#[derive(Debug)]
pub(crate) struct SeparateAsyncCalls;

impl OptimizerRule for SeparateAsyncCalls {
    fn name(&self) -> &'static str {
        "codeanatomy_separate_async_calls"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let aliases = config.alias_generator();
        separate(plan, &|| aliases.next("__async_call"))
    }
}

fn separate(plan: LogicalPlan, name: &dyn Fn() -> String) -> Result<Transformed<LogicalPlan>> {
    let is_projection = matches!(plan, LogicalPlan::Projection(_));
    let mut found = false;
    plan.apply_expressions(|expression| {
        found |= if is_projection {
            has_nested_call(expression)?
        } else {
            has_call(expression)?
        };
        Ok(TreeNodeRecursion::Continue)
    })?;
    if !found {
        return Ok(Transformed::no(plan));
    }
    let inputs: Vec<LogicalPlan> = plan.inputs().into_iter().cloned().collect();
    let schema = Arc::clone(plan.schema());
    let names = if is_projection {
        NamePreserver::new_for_projection()
    } else {
        NamePreserver::new(&plan)
    };
    let mut taken = Taken::below(&plan, name);
    let separated = plan.map_expressions(|expression| {
        let saved = names.save(&expression);
        let separated = if is_projection {
            taken.take_nested_calls(expression)?
        } else {
            taken.take_calls(expression)?
        };
        Ok(separated.update_data(|separated| saved.restore(separated)))
    })?;
    let mut below = Vec::with_capacity(inputs.len());
    for (input, mut calls) in inputs.into_iter().zip(taken.calls) {
        if calls.is_empty() {
            below.push(input);
            continue;
        }
        let mut columns: Vec<_> = input
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        columns.append(&mut calls);
        let projection = Projection::try_new(columns, Arc::new(input))?;
        // Calls that were taken out may have calls in their arguments.
        below.push(separate(LogicalPlan::Projection(projection), name)?.data);
    }
    let expressions = separated.data.expressions();
    let above = separated.data.with_new_exprs(expressions, below)?;
    if above.schema().fields().len() == schema.fields().len() {
        return Ok(Transformed::yes(above));
    }
    let columns = schema.columns().into_iter().map(Expr::Column).collect();
    let restored = Projection::try_new(columns, Arc::new(above))?;
    Ok(Transformed::yes(LogicalPlan::Projection(restored)))
}

/// Calls that were taken out of a plan's expressions, to be made by projections below it.
struct Taken<'plan> {
    /// What the plan reads.
    schemas: Vec<DFSchemaRef>,
    /// The plan, for people.
    plan: String,
    /// The calls for each of the inputs.
    calls: Vec<Vec<Expr>>,
    name: &'plan dyn Fn() -> String,
}

impl<'plan> Taken<'plan> {
    fn below(plan: &LogicalPlan, name: &'plan dyn Fn() -> String) -> Self {
        let schemas: Vec<_> = plan
            .inputs()
            .into_iter()
            .map(|input| Arc::clone(input.schema()))
            .collect();
        Self {
            calls: vec![Vec::new(); schemas.len()],
            schemas,
            plan: plan.display().to_string(),
            name,
        }
    }

    /// Replaces each call by a column of a projection below.
    fn take_calls(&mut self, expression: Expr) -> Result<Transformed<Expr>> {
        expression.transform_down(|part| {
            if !is_call(&part) {
                return Ok(Transformed::no(part));
            }
            let columns = part.column_refs();
            let input = self.schemas.iter().position(|schema| {
                columns
                    .iter()
                    .all(|column| schema.maybe_index_of_column(column).is_some())
            });
            let Some(input) = input else {
                return plan_err!(
                    "{part} can't be called in {}: call it in a subquery, and use its column here",
                    self.plan
                );
            };
            let name = (self.name)();
            let column = Expr::Column(Column::from_name(&name));
            self.calls[input].push(part.alias(name));
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        })
    }

    /// Replaces each call in the arguments of another.
    fn take_nested_calls(&mut self, expression: Expr) -> Result<Transformed<Expr>> {
        expression.transform_down(|part| {
            if !is_call(&part) {
                return Ok(Transformed::no(part));
            }
            let call = part.map_children(|argument| self.take_calls(argument))?;
            Ok(Transformed::new(
                call.data,
                call.transformed,
                TreeNodeRecursion::Jump,
            ))
        })
    }
}

fn is_call(expression: &Expr) -> bool {
    matches!(expression, Expr::ScalarFunction(call) if call.func.as_async().is_some())
}

fn has_call(expression: &Expr) -> Result<bool> {
    expression.exists(|part| Ok(is_call(part)))
}

fn has_nested_call(expression: &Expr) -> Result<bool> {
    expression.exists(|part| match part {
        Expr::ScalarFunction(call) if call.func.as_async().is_some() => {
            for argument in &call.args {
                if has_call(argument)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Ok(false),
    })
}
