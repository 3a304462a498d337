//! Positions in text: columns in the units of tools and editors, offsets in bytes of UTF-8, and lines. All count from 0.

mod argument;
pub mod byte_to_col;
pub mod col_to_byte;
mod column_unit;
mod line_columns;
mod line_index;
pub mod line_of;
pub mod position_encoding_norm;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            ScalarUDF::from(col_to_byte::ColToByte::new()),
            &["position_encoding"],
        )
        .reading(&["span_default_col_unit"]),
        LibraryFunction::new(
            ScalarUDF::from(byte_to_col::ByteToCol::new()),
            &["position_encoding"],
        )
        .reading(&["span_default_col_unit"]),
        LibraryFunction::new(
            ScalarUDF::from(line_of::LineOf::new()),
            &["position_encoding"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(position_encoding_norm::PositionEncodingNorm::new()),
            &["position_encoding"],
        ),
    ]
}
