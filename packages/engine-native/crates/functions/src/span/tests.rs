//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, StringArray, StructArray,
    UInt64Array,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};

use crate::testing::Sql;

/// The fields of the span as text.
fn span(start: i64, end: i64, rest: &str) -> String {
    format!("{{bstart: {start}, bend: {end}, {rest}}}")
}

const USUAL: &str = "line_base: 0, col_unit: byte, end_exclusive: true";

/// Four spans, one of them NULL, as a foreign table may have them: other integer types, no other fields.
pub(super) fn foreign() -> ArrayRef {
    let fields = vec![
        Arc::new(Field::new("name", DataType::Utf8, true)),
        Arc::new(Field::new("bend", DataType::Int32, true)),
        Arc::new(Field::new("bstart", DataType::UInt64, true)),
    ];
    Arc::new(StructArray::new(
        fields.into(),
        vec![
            Arc::new(StringArray::from(vec!["a", "b", "c", "d"])),
            Arc::new(Int32Array::from(vec![Some(5), Some(-9), Some(3), None])),
            Arc::new(UInt64Array::from(vec![0, u64::MAX, 3, 1])),
        ],
        Some(NullBuffer::from(vec![true, false, true, true])),
    ))
}

#[test]
fn spans_are_made_of_columns_and_constants() {
    let sql = Sql::with_table(vec![
        (
            "s",
            Arc::new(Int32Array::from(vec![Some(1), None, Some(7), Some(8)])) as ArrayRef,
        ),
        (
            "e",
            Arc::new(Int64Array::from(vec![Some(4), Some(0), None, Some(8)])),
        ),
        (
            "unit",
            Arc::new(StringArray::from(vec![
                Some("UTF-16"),
                Some("nonsense"),
                None,
                None,
            ])),
        ),
        (
            "inclusive",
            Arc::new(BooleanArray::from(vec![
                Some(false),
                Some(true),
                None,
                Some(true),
            ])),
        ),
    ]);
    assert_eq!(
        sql.texts("select span_make(s, e) from t"),
        [
            span(1, 4, USUAL),
            "∅".to_owned(),
            "∅".to_owned(),
            span(8, 8, USUAL)
        ]
    );
    assert_eq!(
        sql.texts("select span(s, e, 1, unit, not inclusive) from t"),
        [
            span(1, 4, "line_base: 1, col_unit: utf16, end_exclusive: true"),
            "∅".to_owned(),
            "∅".to_owned(),
            span(8, 8, "line_base: 1, col_unit: byte, end_exclusive: false")
        ]
    );
    assert_eq!(
        sql.texts("select span_make(1, e + 1, s) from t where s is not null and e is not null"),
        [
            span(1, 5, "line_base: 1, col_unit: byte, end_exclusive: true"),
            span(1, 9, "line_base: 8, col_unit: byte, end_exclusive: true")
        ]
    );
    assert_eq!(
        sql.texts(
            "select span_make(bend => 3, bstart => -2, line_base => null, col_unit => 'codepoint')"
        ),
        [span(
            -2,
            3,
            "line_base: 0, col_unit: utf32, end_exclusive: true"
        )]
    );
    // An inclusive end before the start: the empty span.
    assert_eq!(
        sql.texts("select span_len(span_make(5, 4, 0, 'byte', false))"),
        ["0"]
    );
    assert_eq!(sql.texts("select span_make(null, 4)"), ["∅"]);
    for field in ["bstart", "bend", "line_base", "col_unit", "end_exclusive"] {
        for made in ["span_make(s, e)", "span_shift(span_make(s, e), 1)"] {
            let fields = sql.texts(&format!("select {made}['{field}'] from t"));
            let is_null: Vec<_> = fields.iter().map(|field| field == "∅").collect();
            assert_eq!(is_null, [false, true, true, false], "{field} of {made}");
        }
    }
    let none = sql
        .column("select span_make(s, e) from t where s = 99")
        .unwrap();
    assert_eq!(none.len(), 0);
    assert_eq!(
        none.data_type().to_string(),
        Sql::new()
            .column("select span_make(1, 2)")
            .unwrap()
            .data_type()
            .to_string()
    );
}

#[test]
fn the_field_says_what_all_spans_have_in_common() {
    let sql = Sql::with_table(vec![(
        "unit",
        Arc::new(StringArray::from(vec!["utf16"])) as ArrayRef,
    )]);
    for (call, expected) in [
        (
            "span_make(1, 2)",
            "{col_unit: byte, end_exclusive: true, line_base: 0, semantic_type: Span}",
        ),
        (
            "span_make(1, 2, 1, 'UTF-16', false)",
            "{col_unit: utf16, end_exclusive: false, line_base: 1, semantic_type: Span}",
        ),
        (
            "span_make(1, 2, 1, unit)",
            "{end_exclusive: true, line_base: 1, semantic_type: Span}",
        ),
        (
            "span_shift(span_make(1, 2, 1, unit), 7)",
            "{end_exclusive: true, line_base: 1, semantic_type: Span}",
        ),
        (
            "span_union(span_make(1, 2, 1), span_make(1, 2))",
            "{col_unit: byte, end_exclusive: true, line_base: 1, semantic_type: Span}",
        ),
        (
            "span_intersection(named_struct('bstart', 1, 'bend', 2), span_make(1, 2))",
            "{semantic_type: Span}",
        ),
        ("span_id('p', 'f', 1, 2)", "{semantic_type: SpanId}"),
    ] {
        assert_eq!(
            sql.texts(&format!("select arrow_metadata({call}) from t")),
            [expected],
            "{call}"
        );
    }
}

#[test]
fn the_session_says_what_is_left_out() {
    let sql = Sql::new();
    sql.run("set codeanatomy_udf.span_default_line_base = 1");
    sql.run("set codeanatomy_udf.span_default_col_unit = 'utf-32'");
    sql.run("set codeanatomy_udf.span_default_end_exclusive = false");
    assert_eq!(
        sql.texts("select span(1, 2)"),
        [span(
            1,
            2,
            "line_base: 1, col_unit: utf32, end_exclusive: false"
        )]
    );
    assert_eq!(
        sql.texts("select arrow_metadata(span_make(1, 2, null, 'byte'))"),
        ["{col_unit: byte, end_exclusive: false, line_base: 1, semantic_type: Span}"]
    );
    // What data says that says nothing is no matter of the session.
    assert_eq!(
        sql.texts("select span_len(named_struct('bstart', 1, 'bend', 2))"),
        ["1"]
    );
}

#[test]
fn structs_that_say_less_are_spans() {
    let sql = Sql::with_table(vec![("s", foreign())]);
    assert_eq!(sql.texts("select span_len(s) from t"), ["5", "∅", "0", "∅"]);
    assert_eq!(
        sql.texts("select span_shift(s, 2) from t"),
        [
            span(2, 7, USUAL),
            "∅".to_owned(),
            span(5, 5, USUAL),
            "∅".to_owned()
        ]
    );
    assert_eq!(
        sql.texts("select span_contains(span_make(0, 5), s) from t"),
        ["true", "∅", "true", "∅"]
    );
    let slice = Sql::with_table(vec![("s", foreign().slice(1, 2))]);
    assert_eq!(slice.texts("select span_len(s) from t"), ["∅", "0"]);
    let parts = Sql::with_partitions(4).and_table("t", vec![("s", foreign())]);
    let mut lengths = parts.texts("select span_len(s) from t");
    lengths.sort();
    assert_eq!(lengths, ["0", "5", "∅", "∅"]);
}

#[test]
fn ends_are_compared_as_they_are_meant() {
    let sql = Sql::new();
    let inclusive = |start: i64, end: i64| format!("span_make({start}, {end}, 0, 'byte', false)");
    for (call, expected) in [
        ("span_len(span_make(3, 7))".to_owned(), "4"),
        (format!("span_len({})", inclusive(3, 7)), "5"),
        (
            "span_overlaps(span_make(0, 5), span_make(5, 8))".to_owned(),
            "false",
        ),
        (
            format!("span_overlaps({}, span_make(5, 8))", inclusive(0, 5)),
            "true",
        ),
        (
            format!("span_overlaps(span_make(0, 5), {})", inclusive(5, 8)),
            "false",
        ),
        (
            "span_overlaps(span_make(0, 5), span_make(3, 3))".to_owned(),
            "false",
        ),
        (
            format!("span_contains(span_make(0, 5), {})", inclusive(1, 4)),
            "true",
        ),
        (
            format!("span_contains(span_make(0, 5), {})", inclusive(1, 5)),
            "false",
        ),
        (
            "span_contains(span_make(0, 5), span_make(5, 5))".to_owned(),
            "true",
        ),
        (
            "span_contains(span_make(1, 4), span_make(0, 5))".to_owned(),
            "false",
        ),
        (
            "span_intersection(span_make(0, 5), span_make(5, 8))".to_owned(),
            "∅",
        ),
        ("span_intersection(span_make(0, 5), null)".to_owned(), "∅"),
        ("span_overlaps(null, span_make(0, 5))".to_owned(), "∅"),
        ("span_len(null)".to_owned(), "∅"),
        ("span_shift(span_make(0, 1), null)".to_owned(), "∅"),
    ] {
        assert_eq!(sql.texts(&format!("select {call}")), [expected], "{call}");
    }
    let of_inclusive = "line_base: 0, col_unit: byte, end_exclusive: false";
    for (call, expected) in [
        (
            format!("span_intersection({}, span_make(2, 9))", inclusive(0, 5)),
            span(2, 5, of_inclusive),
        ),
        (
            format!("span_intersection(span_make(2, 9), {})", inclusive(0, 5)),
            span(2, 6, USUAL),
        ),
        (
            format!("span_union(span_make(7, 9), {})", inclusive(0, 5)),
            span(0, 9, USUAL),
        ),
        (
            format!("span_union({}, span_make(7, 9))", inclusive(0, 5)),
            span(0, 8, of_inclusive),
        ),
        (
            format!("span_shift({}, -3)", inclusive(0, 5)),
            span(-3, 2, of_inclusive),
        ),
    ] {
        assert_eq!(sql.texts(&format!("select {call}")), [expected], "{call}");
    }
}

#[test]
fn conventions_may_differ_from_row_to_row() {
    let sql = Sql::with_table(vec![
        (
            "unit",
            Arc::new(StringArray::from(vec!["byte", "utf16", "utf16"])) as ArrayRef,
        ),
        (
            "exclusive",
            Arc::new(BooleanArray::from(vec![true, false, true])),
        ),
        ("base", Arc::new(Int32Array::from(vec![0, 1, 2]))),
    ]);
    let made = "select span_make(0, 4, base, unit, exclusive) as s, unit from t";
    assert_eq!(
        sql.texts(&format!("select span_len(s) from ({made})")),
        ["4", "5", "4"]
    );
    assert_eq!(
        sql.texts(&format!("select span_shift(s, 1) from ({made})")),
        [
            span(1, 5, "line_base: 0, col_unit: byte, end_exclusive: true"),
            span(1, 5, "line_base: 1, col_unit: utf16, end_exclusive: false"),
            span(1, 5, "line_base: 2, col_unit: utf16, end_exclusive: true"),
        ]
    );
    assert_eq!(
        sql.texts(&format!(
            "select span_overlaps(s, span_make(4, 5, 0, unit)) from ({made})"
        )),
        ["false", "true", "false"]
    );
    let message = sql.error(&format!(
        "select span_overlaps(s, span_make(4, 5)) from ({made})"
    ));
    assert!(
        message.contains("span_overlaps: one span counts in utf16 and the other in byte"),
        "{message}"
    );
    // Where one of the two is NULL, units are not compared.
    assert_eq!(
        sql.texts(&format!(
            "select span_contains(s, case when unit = 'byte' then span_make(1, 2) end) from ({made})"
        )),
        ["true", "∅", "∅"]
    );
}

#[test]
fn ids_are_those_of_the_parts() {
    let sql = Sql::with_table(vec![
        (
            "path",
            Arc::new(StringArray::from(vec![Some("a.py"), None])) as ArrayRef,
        ),
        ("s", Arc::new(Int32Array::from(vec![Some(3), None]))),
    ]);
    assert_eq!(
        sql.texts("select span_id('call', path, s, 9) from t"),
        sql.texts("select stable_id_parts('call', path, s, 9) from t")
    );
    assert_eq!(
        sql.texts("select span_id('call', path, s, 9, 'x') from t"),
        sql.texts("select stable_id_parts('call', path, s, 9, 'x') from t")
    );
    assert_eq!(
        sql.texts("select span_id(prefix => 'p', path => 'f', bend => 2, bstart => 1)"),
        sql.texts("select stable_id_parts('p', 'f', 1, 2)")
    );
    assert_eq!(sql.texts("select span_id(null, 'f', 1, 2)"), ["∅"]);
}

#[test]
fn scores_prefer_the_shortest_interval_that_meets() {
    let sql = Sql::with_table(vec![
        (
            "s",
            Arc::new(Int64Array::from(vec![
                Some(0),
                Some(3),
                Some(5),
                None,
                Some(i64::MIN),
            ])) as ArrayRef,
        ),
        (
            "e",
            Arc::new(Int64Array::from(vec![
                Some(8),
                Some(5),
                Some(6),
                Some(9),
                Some(i64::MAX),
            ])),
        ),
    ]);
    assert_eq!(
        sql.texts("select interval_align_score(3, 5, s, e) from t"),
        ["-8.0", "-2.0", "∅", "∅", "-1.8446744073709552e19"]
    );
    assert_eq!(
        sql.texts("select interval_align_score(5, 5, s, e) from t where s is not null limit 3"),
        ["-8.0", "-2.0", "-1.0"]
    );
    assert_eq!(
        sql.texts("select interval_align_score(s, e, 3, 3) from t"),
        ["0.0", "0.0", "∅", "∅", "0.0"]
    );
    assert_eq!(
        sql.texts("select interval_align_score(1, 4, 2, 9)"),
        ["-7.0"]
    );
    assert_eq!(
        sql.texts("select interval_align_score(1, 4, null, 9)"),
        ["∅"]
    );
    assert!(
        sql.error("select interval_align_score(4, 1, 2, 9)")
            .contains("interval_align_score: an interval that starts at 4 can't end at 1")
    );
}

#[test]
fn no_rows_give_no_rows_of_the_declared_type() {
    let sql = Sql::with_table(vec![("s", foreign())]);
    let span_type = sql
        .column("select span_make(1, 2)")
        .unwrap()
        .data_type()
        .clone();
    for (call, data_type) in [
        ("span_len(s)", &DataType::Int64),
        ("span_overlaps(s, s)", &DataType::Boolean),
        ("span_contains(s, span_make(1, 2))", &DataType::Boolean),
        ("span_intersection(s, s)", &span_type),
        ("span_union(s, s)", &span_type),
        ("span_shift(s, 1)", &span_type),
        ("span_id('p', s['name'], 1, 2)", &DataType::Utf8View),
        (
            "interval_align_score(1, 2, 3, s['bend'])",
            &DataType::Float64,
        ),
    ] {
        let column = sql
            .column(&format!("select {call} from t where s['name'] = 'z'"))
            .unwrap();
        assert_eq!((column.len(), column.data_type()), (0, data_type), "{call}");
    }
    let spans = sql.column("select span_union(s, s) from t").unwrap();
    assert_eq!(spans.as_struct().null_count(), 2);
}
