//! What the functions of this group refuse, and how they say it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, UInt64Array};

use crate::testing::Sql;

#[test]
fn positions_that_are_none_are_errors_that_name_the_function() {
    let sql = Sql::with_table(vec![
        (
            "large",
            Arc::new(UInt64Array::from(vec![u64::MAX])) as ArrayRef,
        ),
        ("n", Arc::new(Int64Array::from(vec![3]))),
        ("unit", Arc::new(StringArray::from(vec!["ebcdic"]))),
    ]);
    for (call, expected) in [
        (
            "span_make(5, n)",
            "span_make: a span has a negative length: it starts at 5, and the first position behind it is 3",
        ),
        (
            "span_make(5, n, 0, 'byte', false)",
            "span_make: a span has a negative length",
        ),
        ("span_make(5, 3)", "span_make: a span has a negative length"),
        (
            "span_make(1, n, 0, unit)",
            "span_make: the unit of columns 'ebcdic' is not one of byte, utf16, utf32",
        ),
        (
            "span_make(1, n, 0, 'ebcdic')",
            "span_make: the unit of columns 'ebcdic' is not one of byte, utf16, utf32",
        ),
        (
            "span_make(1, n, 4294967296)",
            "span_make: the line base 4294967296 is not a 32-bit integer",
        ),
        (
            "span_len(named_struct('bstart', 5, 'bend', n))",
            "span_len: a span has a negative length",
        ),
        (
            "span_len(named_struct('bstart', n, 'bend', large))",
            "span_len: bend is at most 9223372036854775807",
        ),
        (
            "span_len(named_struct('bstart', n, 'bend', n, 'col_unit', unit))",
            "span_len: the unit of columns 'ebcdic'",
        ),
        (
            "span_len(span_make(-9223372036854775807, 9223372036854775807))",
            "span_len: the length of the span",
        ),
        (
            "span_len(span_make(1, 9223372036854775807, 0, 'byte', false))",
            "span_len: no position lies behind the inclusive end",
        ),
        (
            "span_make(n, large)",
            "span_make: bend is at most 9223372036854775807, not 18446744073709551615",
        ),
        (
            "span_shift(span_make(1, n), large)",
            "span_shift: by is at most 9223372036854775807",
        ),
        (
            "interval_align_score(large, 1, 2, 3)",
            "interval_align_score: left_start is at most 9223372036854775807",
        ),
        (
            "span_shift(span_make(1, n), 9223372036854775807)",
            "span_shift: the span from 1 can't be moved by 9223372036854775807",
        ),
        (
            "span_union(span_make(1, n), span_make(1, n, 0, 'utf16'))",
            "span_union: one span counts in byte and the other in utf16",
        ),
        (
            "span_intersection(span_make(1, n), span_make(1, n, 0, 'utf16'))",
            "span_intersection: one span counts in byte",
        ),
        (
            "span_contains(span_make(1, n), span_make(1, n, 0, 'utf16'))",
            "span_contains: one span counts in byte",
        ),
    ] {
        let message = sql.error(&format!("select {call} from t"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}

#[test]
fn wrong_calls_are_refused_while_planning() {
    let sql = Sql::new();
    for (call, expected) in [
        (
            "span_make(1)",
            "span_make takes bstart, bend and optionally",
        ),
        ("span_make(1, 2, 3, 'byte', true, 6)", "got 6 arguments"),
        (
            "span_make('1', 2)",
            "bstart of span_make is an integer, not Utf8",
        ),
        (
            "span_make(1, 2.5)",
            "bend of span_make is an integer, not Float64",
        ),
        (
            "span_make(1, 2, true)",
            "line_base of span_make is an integer, not Boolean",
        ),
        (
            "span_make(1, 2, 0, 8)",
            "col_unit of span_make is text, not Int64",
        ),
        (
            "span_make(1, 2, 0, 'byte', 1)",
            "end_exclusive of span_make is a boolean, not Int64",
        ),
        (
            "span_len(1)",
            "span_len takes a span, a struct with bstart and bend, not Int64",
        ),
        (
            "span_len(named_struct('bstart', 1))",
            "this struct has no field bend",
        ),
        (
            "span_len(named_struct('bstart', 1, 'bend', 'x'))",
            "span_len: bend of a span is an integer, not Utf8",
        ),
        (
            "span_len(span_make(1, 2), 3)",
            "span_len takes one span, got 2 arguments",
        ),
        (
            "span_overlaps(span_make(1, 2))",
            "span_overlaps takes two spans, got 1 arguments",
        ),
        (
            "span_contains(span_make(1, 2), 3)",
            "span_contains takes a span",
        ),
        (
            "span_union([1], span_make(1, 2))",
            "span_union takes a span",
        ),
        ("span_intersection()", "span_intersection takes two spans"),
        (
            "span_shift(span_make(1, 2))",
            "span_shift takes a span and a number of positions",
        ),
        (
            "span_shift(span_make(1, 2), 'x')",
            "by of span_shift is an integer, not Utf8",
        ),
        (
            "span_id('p', 'f', 1)",
            "span_id takes prefix, path, bstart, bend and optionally kind",
        ),
        (
            "span_id('p', 'f', 'x', 2)",
            "bstart of span_id is an integer, not Utf8",
        ),
        (
            "span_id('p', 'f', 1, 2, 3)",
            "kind of span_id is text, not Int64",
        ),
        ("interval_align_score(1, 2, 3)", "got 3 arguments"),
        (
            "interval_align_score(1, 2, 3, 4.5)",
            "right_end of interval_align_score is an integer",
        ),
    ] {
        let message = sql.error(&format!("select {call}"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}
