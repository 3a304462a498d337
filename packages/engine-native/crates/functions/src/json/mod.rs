//! Values in JSON that a column has as text.
//!
//! A text is read up to the value that is asked for and no further: no tree is built, and the value is a piece of the text as it stands there.

mod arguments;
mod contains;
pub mod json_contains;
pub mod json_get;
pub mod json_get_text;
mod path;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(ScalarUDF::from(json_get::JsonGet::new()), &["json"]),
        LibraryFunction::new(
            ScalarUDF::from(json_get_text::JsonGetText::new()),
            &["json"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(json_contains::JsonContains::new()),
            &["json"],
        ),
    ]
}
