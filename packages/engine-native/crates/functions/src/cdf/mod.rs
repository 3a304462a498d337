//! The change types of a change data feed: what happened to a row.

pub mod cdf_change_rank;
pub mod cdf_is_delete;
pub mod cdf_is_upsert;
mod change;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

const TAGS: &[&str] = &["incremental", "cdf", "delta"];

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(ScalarUDF::from(cdf_change_rank::CdfChangeRank::new()), TAGS),
        LibraryFunction::new(ScalarUDF::from(cdf_is_upsert::CdfIsUpsert::new()), TAGS),
        LibraryFunction::new(ScalarUDF::from(cdf_is_delete::CdfIsDelete::new()), TAGS),
    ]
}
