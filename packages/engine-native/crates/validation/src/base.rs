//! The columns of the data that are read, as a plan without qualifiers.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use codeanatomy_errors::Result;

use crate::error::invalid;

/// The plan that reads the named columns of the input.
pub(crate) fn reading(input: &LogicalPlan, columns: &[&str]) -> Result<LogicalPlan> {
    let schema = input.schema();
    let read: Vec<_> = (0..schema.fields().len())
        .map(|index| schema.qualified_field(index))
        .filter(|(_, field)| columns.contains(&field.name().as_str()))
        .map(|(qualifier, field)| {
            Expr::Column(Column::from((qualifier, field))).alias(field.name())
        })
        .collect();
    LogicalPlanBuilder::from(input.clone())
        .project(read)
        .and_then(LogicalPlanBuilder::build)
        .map_err(invalid)
}
