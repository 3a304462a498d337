//! Further names of functions that DataFusion brings, and `count_if`, which is a way to call its `count`.

mod aggregate;
pub mod count_if;
#[cfg(test)]
mod tests;
mod window;

use datafusion::functions_aggregate::first_last::{first_value_udaf, last_value_udaf};
use datafusion::functions_window::lead_lag::{lag_udwf, lead_udwf};
use datafusion::functions_window::nth_value::{first_value_udwf, last_value_udwf};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::{AggregateUDF, WindowUDF};

use crate::LibraryFunction;
use aggregate::NamedAggregate;
use window::NamedWindow;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    let aggregate = |function: &AggregateUDF, name: &str| {
        LibraryFunction::new(
            AggregateUDF::from(NamedAggregate::new(function, &[name])),
            &["datafusion", "aggregate"],
        )
    };
    let window = |function: &WindowUDF, names: &[&str], tags| {
        LibraryFunction::new(WindowUDF::from(NamedWindow::new(function, names)), tags)
    };
    vec![
        LibraryFunction::new(AggregateUDF::from(count_if::CountIf::new()), &["aggregate"]),
        aggregate(&first_value_udaf(), "first_value_agg"),
        aggregate(&last_value_udaf(), "last_value_agg"),
        // With OVER, DataFusion takes the window function of the name where an aggregate is its `first_value` or `last_value`.
        window(
            &first_value_udwf(),
            &["first_value_agg"],
            &["datafusion", "window"],
        ),
        window(
            &last_value_udwf(),
            &["last_value_agg"],
            &["datafusion", "window"],
        ),
        window(
            &row_number_udwf(),
            &["row_number_window", "dedupe_best_by_score"],
            &["datafusion", "dedupe", "window"],
        ),
        window(&lag_udwf(), &["lag_window"], &["datafusion", "window"]),
        window(&lead_udwf(), &["lead_window"], &["datafusion", "window"]),
    ]
}
