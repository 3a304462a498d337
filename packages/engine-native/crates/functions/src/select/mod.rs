//! Aggregates that choose a value: the one that lies beside the least or the greatest key.
//!
//! A column is either words or byte strings that compare as `ORDER BY` does (`codec`), a group keeps one of each (`store`), and a batch is
//! reduced to its best row of each group before anything is copied (`groups`). What they choose depends on the rows alone: where keys are
//! equal, the values decide.

pub mod any_value_det;
mod arena;
pub mod arg_max;
pub mod arg_min;
mod codec;
mod function;
mod groups;
#[cfg(test)]
mod properties;
mod single;
mod sliding;
mod store;
#[cfg(test)]
mod tests;
mod word;

use datafusion::logical_expr::AggregateUDF;

use crate::LibraryFunction;

pub use function::{Selection, SelectionFunction};

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            AggregateUDF::from(SelectionFunction::new(any_value_det::AnyValueDet)),
            &["aggregate", "dedupe"],
        ),
        LibraryFunction::new(
            AggregateUDF::from(SelectionFunction::new(arg_max::ArgMax)),
            &["aggregate", "dedupe"],
        ),
        LibraryFunction::new(
            AggregateUDF::from(SelectionFunction::new(arg_min::ArgMin)),
            &["aggregate", "dedupe"],
        ),
    ]
}
