//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DictionaryArray, Int8Array, Int16Array, Int64Array, LargeStringArray,
    StringArray, StringViewArray, UInt64Array,
};
use arrow::datatypes::{DataType, Int16Type, Int32Type};

use crate::testing::Sql;

const LINES: [Option<&str>; 7] = [
    Some("naïve = '🐍' # x"),
    Some("return self.value_of_a_name"),
    None,
    Some(""),
    Some("🐍"),
    Some("é"),
    Some("naïve = '🐍' # x"),
];
const POSITIONS: [Option<i64>; 7] = [Some(10), Some(7), Some(1), Some(3), Some(1), None, Some(-1)];

/// The same lines in every layout that SQL knows.
fn layouts() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("utf8", Arc::new(StringArray::from(LINES.to_vec()))),
        (
            "large_utf8",
            Arc::new(LargeStringArray::from(LINES.to_vec())),
        ),
        ("utf8_view", Arc::new(StringViewArray::from(LINES.to_vec()))),
        (
            "dictionary",
            Arc::new(DictionaryArray::<Int32Type>::from_iter(LINES)),
        ),
    ]
}

const ANSWERS: [(&str, [&str; 7]); 8] = [
    (
        "col_to_byte(line, col)",
        ["10", "7", "∅", "0", "0", "∅", "∅"],
    ),
    (
        "col_to_byte(line, col, 'utf16')",
        ["10", "7", "∅", "0", "0", "∅", "∅"],
    ),
    (
        "col_to_byte(line, col, 3)",
        ["14", "7", "∅", "0", "4", "∅", "∅"],
    ),
    (
        "byte_to_col(line, col)",
        ["10", "7", "∅", "0", "0", "∅", "∅"],
    ),
    (
        "byte_to_col(line, col, 'UTF-16')",
        ["9", "7", "∅", "0", "0", "∅", "∅"],
    ),
    (
        "byte_to_col(line, col + 4, 'codepoint')",
        ["10", "11", "∅", "0", "1", "∅", "2"],
    ),
    ("line_of(line, col)", ["0", "0", "∅", "0", "0", "∅", "∅"]),
    (
        "position_encoding_norm(line)",
        ["∅", "∅", "∅", "∅", "∅", "∅", "∅"],
    ),
];

#[test]
fn layouts_slices_and_partitions_do_not_matter() {
    let columns = |lines: &ArrayRef| {
        vec![
            ("line", ArrayRef::clone(lines)),
            (
                "col",
                Arc::new(Int64Array::from(POSITIONS.to_vec())) as ArrayRef,
            ),
        ]
    };
    for (layout, lines) in layouts() {
        let whole = Sql::with_table(columns(&lines));
        let slice = Sql::with_table(
            columns(&lines)
                .into_iter()
                .map(|(name, column)| (name, column.slice(1, 4)))
                .collect(),
        );
        let parts = Sql::with_partitions(4).and_table("t", columns(&lines));
        for (call, expected) in ANSWERS {
            let query = format!("select {call} from t");
            assert_eq!(whole.texts(&query), expected, "{layout}: {call}");
            assert_eq!(slice.texts(&query), expected[1..5], "{layout}: {call}");
            let mut answers = parts.texts(&query);
            let mut expected = expected.to_vec();
            answers.sort();
            expected.sort_unstable();
            assert_eq!(answers, expected, "{layout}: {call}");
        }
    }
}

#[test]
fn constants_are_answered_as_columns_are() {
    let sql = Sql::new();
    for (call, expected) in ANSWERS {
        for ((line, position), expected) in LINES.iter().zip(POSITIONS).zip(expected) {
            let line = line.map_or("null".to_owned(), |line| {
                format!("'{}'", line.replace('\'', "''"))
            });
            let position = position.map_or("null".to_owned(), |position| position.to_string());
            let call = call
                .replace("line,", &format!("{line},"))
                .replace("(line)", &format!("({line})"));
            let call = call
                .replace("col,", &format!("{position},"))
                .replace("col)", &format!("{position})"))
                .replace("col ", &format!("{position} "));
            assert_eq!(sql.texts(&format!("select {call}")), [expected], "{call}");
        }
    }
}

#[test]
fn constants_and_columns_mix() {
    let sql = Sql::with_table(vec![
        ("line", Arc::new(StringArray::from(LINES.to_vec()))),
        (
            "col",
            Arc::new(Int16Array::from(vec![-1, 0, 1, 2, 3, 4, 99])),
        ),
    ]);
    assert_eq!(
        sql.texts("select col_to_byte('a🐍é', col, 'utf32') from t"),
        ["∅", "0", "1", "5", "7", "7", "7"]
    );
    assert_eq!(
        sql.texts("select byte_to_col('a🐍é', col, 2) from t"),
        ["∅", "0", "1", "1", "1", "1", "4"]
    );
    assert_eq!(
        sql.texts("select col_to_byte(line, 4, 'utf32') from t"),
        ["5", "4", "∅", "0", "4", "2", "5"]
    );
    assert_eq!(
        sql.texts("select line_of('a' || chr(10) || chr(13) || 'b', col) from t"),
        ["∅", "0", "0", "1", "2", "2", "2"]
    );
    assert_eq!(sql.texts("select col_to_byte(null, col) from t"), ["∅"; 7]);
    assert_eq!(sql.texts("select line_of(line, null) from t"), ["∅"; 7]);
}

#[test]
fn units_come_from_each_row_the_call_or_the_session() {
    let words = vec![Some("byte"), Some("UTF-16"), None, Some("codepoint")];
    let numbers = vec![Some(1), Some(2), None, Some(3)];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("words", Arc::new(StringArray::from(words.clone()))),
        (
            "dictionary",
            Arc::new(DictionaryArray::<Int16Type>::from_iter(words)),
        ),
        ("numbers", Arc::new(Int8Array::from(numbers.clone()))),
    ];
    let sql = Sql::with_table(columns);
    for unit in ["words", "dictionary", "numbers", "cast(numbers as varchar)"] {
        assert_eq!(
            sql.texts(&format!("select col_to_byte('🐍🐍x', 4, {unit}) from t")),
            ["4", "8", "4", "9"],
            "{unit}"
        );
    }
    sql.run("set codeanatomy_udf.span_default_col_unit = 'utf16'");
    assert_eq!(
        sql.texts("select byte_to_col('🐍🐍x', 8, words) from t"),
        ["8", "4", "4", "2"]
    );
    assert_eq!(sql.texts("select col_to_byte('🐍🐍x', 4)"), ["8"]);
    assert_eq!(sql.texts("select col_to_byte('🐍🐍x', 4, null)"), ["8"]);
    assert_eq!(
        sql.texts("select col_to_byte(col_unit => 'byte', col => 4, line_text => '🐍🐍x')"),
        ["4"]
    );
}

#[test]
fn positions_are_integers_of_any_type() {
    let sql = Sql::with_table(vec![(
        "byte",
        Arc::new(UInt64Array::from(vec![0, 1, 2, u64::MAX])),
    )]);
    assert_eq!(
        sql.texts("select byte_to_col('ab', byte) from t"),
        ["0", "1", "2", "2"]
    );
    for kind in ["tinyint", "smallint", "int", "bigint", "int unsigned"] {
        assert_eq!(
            sql.texts(&format!(
                "select col_to_byte('éa', cast(1 as {kind}), 'utf16')"
            )),
            ["2"],
            "{kind}"
        );
    }
    assert_eq!(
        sql.texts("select line_of('ab', arrow_cast(byte, 'Dictionary(Int8, UInt64)')) from t"),
        ["0"; 4]
    );
    assert_eq!(
        sql.texts("select col_to_byte('ab', 9223372036854775807)"),
        ["2"]
    );
}

#[test]
fn lines_of_texts_that_come_again() {
    let texts = [
        Some("a\nb\nc, long enough for a buffer"),
        Some("a\r\n\r\nb"),
        None,
    ];
    let keys: Vec<_> = [0, 0, 0, 1, 1, 2, 2, 0].to_vec();
    let column: Vec<_> = keys.iter().map(|&key: &usize| texts[key]).collect();
    let bytes = vec![4, 3, 0, 1, 3, 1, 1, 99];
    for layout in [
        DataType::Utf8,
        DataType::Utf8View,
        DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
    ] {
        let sql = Sql::with_table(vec![
            (
                "text",
                arrow::compute::cast(&StringArray::from(column.clone()), &layout).unwrap(),
            ),
            ("byte", Arc::new(Int64Array::from(bytes.clone()))),
        ]);
        assert_eq!(
            sql.texts("select line_of(text, byte) from t"),
            ["2", "1", "0", "0", "1", "∅", "∅", "2"],
            "{layout}"
        );
    }
}

#[test]
fn units_are_numbered() {
    let words = vec![
        Some("byte"),
        Some("byte"),
        Some("utf-8"),
        Some("UTF16"),
        Some("utf-32"),
        Some("3"),
        Some("nonsense, and long"),
        Some("nonsense, and long"),
        None,
    ];
    let expected = ["1", "1", "1", "2", "3", "3", "∅", "∅", "∅"];
    for layout in [
        DataType::Utf8,
        DataType::Utf8View,
        DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
    ] {
        let sql = Sql::with_table(vec![(
            "value",
            arrow::compute::cast(&StringArray::from(words.clone()), &layout).unwrap(),
        )]);
        assert_eq!(
            sql.texts("select position_encoding_norm(value) from t"),
            expected,
            "{layout}"
        );
    }
    let sql = Sql::with_table(vec![(
        "value",
        Arc::new(Int8Array::from(vec![
            Some(0),
            Some(1),
            Some(2),
            Some(3),
            Some(4),
            None,
        ])),
    )]);
    assert_eq!(
        sql.texts("select position_encoding_norm(value) from t"),
        ["∅", "1", "2", "3", "∅", "∅"]
    );
    assert_eq!(
        sql.texts("select position_encoding_norm(value => 2)"),
        ["2"]
    );
    assert_eq!(sql.texts("select position_encoding_norm(null)"), ["∅"]);
}

#[test]
fn no_rows_give_no_rows_of_the_declared_type() {
    let sql = Sql::with_table(vec![("value", Arc::new(StringArray::from(vec!["a"])))]);
    for (call, data_type) in [
        ("col_to_byte(value, 1)", DataType::Int64),
        ("byte_to_col(value, 1, value)", DataType::Int64),
        ("line_of(value, 1)", DataType::Int64),
        ("position_encoding_norm(value)", DataType::Int32),
    ] {
        let column = sql
            .column(&format!("select {call} from t where value = 'b'"))
            .unwrap();
        assert_eq!(
            (column.len(), column.data_type()),
            (0, &data_type),
            "{call}"
        );
    }
}

#[test]
fn wrong_arity_types_and_units_are_refused() {
    let sql = Sql::with_table(vec![("value", Arc::new(StringArray::from(vec!["a"])))]);
    for (call, expected) in [
        ("col_to_byte('a')", "col_to_byte"),
        ("col_to_byte('a', 'b')", "col_to_byte"),
        ("col_to_byte(1, 1)", "col_to_byte"),
        ("col_to_byte('a', 1.5)", "col_to_byte"),
        ("col_to_byte('a', 1, 'byte', 1)", "col_to_byte"),
        (
            "col_to_byte('a', 1, 'ebcdic')",
            "col_unit of col_to_byte: 'ebcdic' is not one of byte, utf16, utf32 or their numbers 1, 2, 3",
        ),
        ("col_to_byte(value, 1, 4)", "col_unit of col_to_byte: '4'"),
        ("byte_to_col('a', 1, value)", "col_unit of byte_to_col: 'a'"),
        ("byte_to_col('a', true)", "byte_to_col"),
        ("line_of('a')", "line_of"),
        ("line_of('a', 'b')", "line_of"),
        ("line_of([1], 1)", "line_of"),
        ("position_encoding_norm()", "position_encoding_norm"),
        ("position_encoding_norm(1.5)", "position_encoding_norm"),
    ] {
        let message = sql.error(&format!("select {call} from t"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}
