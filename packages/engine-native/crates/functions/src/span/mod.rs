//! Spans: places in a text from a start to an end.
//!
//! A span is a struct: `bstart` and `bend` are positions, `line_base` the number of the text's first line, `col_unit` what positions count, and
//! `end_exclusive` whether `bend` is the first position behind the span (or else its last). The functions take any struct with integer fields
//! `bstart` and `bend`; where another field is missing or NULL, the span counts bytes and its end is exclusive.

mod convention;
pub mod interval_align_score;
mod pair;
mod read;
pub mod span_contains;
pub mod span_id;
pub mod span_intersection;
pub mod span_len;
pub mod span_make;
pub mod span_overlaps;
pub mod span_shift;
pub mod span_union;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_properties;
#[cfg(test)]
mod tests_refusals;
mod write;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            ScalarUDF::from(span_make::SpanMake::new()),
            &["span", "position_encoding"],
        )
        .reading(&[
            "span_default_line_base",
            "span_default_col_unit",
            "span_default_end_exclusive",
        ]),
        LibraryFunction::new(ScalarUDF::from(span_len::SpanLen::new()), &["span"]),
        LibraryFunction::new(
            ScalarUDF::from(span_overlaps::SpanOverlaps::new()),
            &["span"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(span_contains::SpanContains::new()),
            &["span"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(span_intersection::SpanIntersection::new()),
            &["span"],
        ),
        LibraryFunction::new(ScalarUDF::from(span_union::SpanUnion::new()), &["span"]),
        LibraryFunction::new(ScalarUDF::from(span_shift::SpanShift::new()), &["span"]),
        LibraryFunction::new(
            ScalarUDF::from(span_id::SpanId::new()),
            &["span", "id", "hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(interval_align_score::IntervalAlignScore::new()),
            &["interval", "alignment", "score"],
        ),
    ]
}
