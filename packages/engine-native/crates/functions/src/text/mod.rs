//! Normal forms of text and of names, and how alike two texts are.
//!
//! Results that are text are `Utf8View`: a row that needs no change, or only loses its ends, points into the buffers of the input.

pub(crate) mod argument;
mod ascii_text;
pub(crate) mod column;
pub mod damerau_levenshtein;
pub mod identifier_similarity;
pub mod jaro_winkler_similarity;
mod measure;
mod normal_form;
mod option;
pub mod qname_normalize;
mod shared_views;
#[cfg(test)]
mod tests;
pub mod text_similarity;
pub mod utf8_normalize;
pub mod utf8_null_if_blank;
mod white_space;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            ScalarUDF::from(utf8_normalize::Utf8Normalize::new()),
            &["string_norm", "string"],
        )
        .reading(&[
            "utf8_normalize_form",
            "utf8_normalize_casefold",
            "utf8_normalize_collapse_ws",
        ]),
        LibraryFunction::new(
            ScalarUDF::from(utf8_null_if_blank::Utf8NullIfBlank::new()),
            &["string_norm", "string"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(qname_normalize::QnameNormalize::new()),
            &["string_norm", "string", "symbol"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(text_similarity::TextSimilarity::new()),
            &["string", "similarity"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(jaro_winkler_similarity::JaroWinklerSimilarity::new()),
            &["string", "similarity"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(damerau_levenshtein::DamerauLevenshtein::new()),
            &["string", "similarity"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(identifier_similarity::IdentifierSimilarity::new()),
            &["string", "similarity", "symbol"],
        ),
    ]
}
