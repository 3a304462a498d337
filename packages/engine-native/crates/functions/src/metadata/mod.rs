//! What a column means, in the metadata of its field; and values whose range is fixed.

pub mod cpg_score;
pub mod semantic_tag;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The metadata key that says what a field means.
pub(crate) const SEMANTIC_TYPE: &str = "semantic_type";

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            ScalarUDF::from(semantic_tag::SemanticTag::new()),
            &["metadata"],
        ),
        LibraryFunction::new(ScalarUDF::from(cpg_score::CpgScore::new()), &["score"]),
    ]
}
