//! Aggregates of sets: the distinct values of a group, or how many there are.

mod accumulator;
pub mod count_distinct_agg;
mod distinct_values;
mod groups;
pub mod list_unique;
mod members;
pub(crate) mod order;
mod sliding;
#[cfg(test)]
mod tests;
mod window_nulls;

use datafusion::logical_expr::AggregateUDF;

use crate::LibraryFunction;
pub use window_nulls::WindowNulls;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            AggregateUDF::from(list_unique::ListUnique::new()),
            &["aggregate", "list"],
        ),
        LibraryFunction::new(
            AggregateUDF::from(count_distinct_agg::CountDistinctAgg::new()),
            &["aggregate"],
        ),
    ]
}
