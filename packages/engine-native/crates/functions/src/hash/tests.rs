//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, DictionaryArray, Int16Array, Int64Array, LargeBinaryArray,
    LargeStringArray, StringArray, StringViewArray, UInt64Array,
};
use arrow::datatypes::{DataType, Int8Type, Int32Type};

use super::stable_id::StableId;
use crate::testing::Sql;

pub(super) const TEXTS: [Option<&str>; 7] = [
    Some(""),
    None,
    Some("a"),
    Some("json.decoder"),
    Some("naïve 🐍 identifier that is longer than twelve bytes"),
    Some("a"),
    None,
];

/// The same texts in every layout that SQL knows.
pub(super) fn layouts() -> Vec<(&'static str, ArrayRef)> {
    let bytes = TEXTS.map(|text| text.map(str::as_bytes));
    vec![
        ("utf8", Arc::new(StringArray::from(TEXTS.to_vec()))),
        (
            "large_utf8",
            Arc::new(LargeStringArray::from(TEXTS.to_vec())),
        ),
        ("utf8_view", Arc::new(StringViewArray::from(TEXTS.to_vec()))),
        ("binary", Arc::new(BinaryArray::from(bytes.to_vec()))),
        (
            "large_binary",
            Arc::new(LargeBinaryArray::from(bytes.to_vec())),
        ),
        (
            "dictionary",
            Arc::new(DictionaryArray::<Int32Type>::from_iter(TEXTS)),
        ),
        (
            "dictionary_of_views",
            arrow::compute::cast(
                &StringArray::from(TEXTS.to_vec()),
                &DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8View)),
            )
            .unwrap(),
        ),
    ]
}

/// What the kernel says of parts that are text.
pub(super) fn kernel(prefix: &str, parts: &[Option<&str>]) -> String {
    let mut id = StableId::new(prefix);
    for part in parts {
        id.push(part.map(str::as_bytes));
    }
    id.finish().to_owned()
}

#[test]
fn vectors_of_the_specifications() {
    let sql = Sql::new();
    // XXH3 from the reference library's test program, BLAKE3 from its reference implementation: see also the tests in Python.
    assert_eq!(
        sql.texts("select stable_hash64('')"),
        ["3244421341483603138"]
    );
    assert_eq!(
        sql.texts("select stable_hash64('json.decoder')"),
        ["-3987985779604159950"]
    );
    assert_eq!(
        sql.texts("select stable_hash128('')"),
        ["99aa06d3014798d86001c324468d497f"]
    );
    assert_eq!(
        sql.texts("select stable_id('a', 'b')"),
        ["a:4fc6d5303af90ba88903739dcc8f8cf5"]
    );
}

#[test]
fn layouts_of_a_column_do_not_matter() {
    for function in ["stable_hash64", "stable_hash128"] {
        let constants: Vec<_> = TEXTS
            .iter()
            .map(|text| match text {
                Some(text) => Sql::new()
                    .texts(&format!("select {function}('{text}')"))
                    .remove(0),
                None => "∅".to_owned(),
            })
            .collect();
        for (layout, column) in layouts() {
            let sql = Sql::with_table(vec![("value", column)]);
            let hashes = sql.texts(&format!("select {function}(value) from t"));
            assert_eq!(hashes, constants, "{function} of {layout}");
        }
    }
    let expected: Vec<_> = TEXTS
        .iter()
        .map(|text| text.map_or("∅".to_owned(), |_| kernel("node", &[*text])))
        .collect();
    let expected_parts: Vec<_> = TEXTS
        .iter()
        .map(|text| kernel("node", &[Some("x"), *text, None]))
        .collect();
    for (layout, column) in layouts() {
        let sql = Sql::with_table(vec![("value", column)]);
        assert_eq!(
            sql.texts("select stable_id('node', value) from t"),
            expected,
            "{layout}"
        );
        assert_eq!(
            sql.texts("select stable_id_parts('node', 'x', value, null) from t"),
            expected_parts,
            "{layout}"
        );
    }
}

#[test]
fn slices_are_hashed_as_they_are() {
    for (layout, column) in layouts() {
        let sql = Sql::with_table(vec![("value", column.slice(2, 3))]);
        let expected: Vec<_> = TEXTS[2..5]
            .iter()
            .map(|text| kernel("p", &[*text, Some("7")]))
            .collect();
        assert_eq!(
            sql.texts("select stable_id_parts('p', value, 7) from t"),
            expected,
            "{layout}"
        );
        assert_eq!(
            sql.texts("select hash64(value) from t").len(),
            3,
            "{layout}"
        );
    }
}

#[test]
fn prefixes_may_come_from_a_column() {
    for (layout, column) in layouts() {
        if layout.contains("binary") {
            continue;
        }
        let sql = Sql::with_table(vec![("prefix", column)]);
        let expected: Vec<_> = TEXTS
            .iter()
            .map(|prefix| prefix.map_or("∅".to_owned(), |prefix| kernel(prefix, &[Some("v")])))
            .collect();
        for query in [
            "select stable_id(prefix, 'v') from t",
            "select stable_id_multi(prefix, 'v') from t",
        ] {
            assert_eq!(sql.texts(query), expected, "{layout}: {query}");
        }
    }
}

#[test]
fn rows_that_are_hashed_side_by_side_do_not_mix() {
    // More rows than are hashed together, of all numbers of blocks, with NULLs between them.
    let texts: Vec<Option<String>> = (0..1000_usize)
        .map(|row| (row % 7 != 3).then(|| "é".repeat(row * 37 % 400)))
        .collect();
    let column: ArrayRef = Arc::new(StringViewArray::from_iter(&texts));
    for first in [0, 1, 255, 743] {
        let sql = Sql::with_table(vec![("value", column.slice(first, 1000 - first))]);
        let (ids, parts): (Vec<_>, Vec<_>) = texts[first..]
            .iter()
            .map(|text| {
                let text = text.as_deref();
                let id = text.map(|text| kernel("p", &[Some(text)]));
                (id.unwrap_or("∅".to_owned()), kernel("p", &[text, None]))
            })
            .unzip();
        assert_eq!(sql.texts("select stable_id('p', value) from t"), ids);
        assert_eq!(
            sql.texts("select stable_id_parts('p', value, null) from t"),
            parts
        );
    }
}

#[test]
fn numbers_are_hashed_as_their_text() {
    let numbers = [Some(0), Some(-5), None, Some(i64::MIN), Some(i64::MAX)];
    let sql = Sql::with_table(vec![
        ("int64", Arc::new(Int64Array::from(numbers.to_vec()))),
        (
            "int16",
            Arc::new(Int16Array::from(vec![
                Some(0),
                Some(-5),
                None,
                Some(1),
                Some(2),
            ])),
        ),
        (
            "uint64",
            Arc::new(UInt64Array::from(vec![0, 1, 2, 3, u64::MAX])),
        ),
        (
            "dictionary",
            arrow::compute::cast(
                &Int64Array::from(vec![1, 2, 1, 2, 1]),
                &DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Int64)),
            )
            .unwrap(),
        ),
    ]);
    for column in ["int64", "int16", "uint64", "dictionary"] {
        assert_eq!(
            sql.texts(&format!(
                "select stable_id_parts('p', {column}, true, 1.5) from t"
            )),
            sql.texts(&format!(
                "select stable_id_parts('p', arrow_cast({column}, 'Utf8'), 'true', '1.5') from t"
            )),
            "{column}"
        );
    }
    assert_eq!(
        sql.texts("select stable_id_parts('p', 42)"),
        [kernel("p", &[Some("42")])]
    );
}

#[test]
fn parts_do_not_run_into_each_other() {
    let sql = Sql::new();
    let ids: std::collections::BTreeSet<_> = [
        "'p', 'ab', 'c'",
        "'p', 'a', 'bc'",
        "'p', 'abc'",
        "'p', 'abc', ''",
        "'p', 'abc', null",
        "'p', null, 'abc'",
        "'pa', 'bc'",
    ]
    .iter()
    .flat_map(|arguments| sql.texts(&format!("select stable_id_parts({arguments})")))
    .collect();
    assert_eq!(ids.len(), 7);
}

#[test]
fn null_is_a_part_but_no_value_and_no_prefix() {
    let sql = Sql::new();
    assert_eq!(
        sql.texts("select stable_id_parts('p', null)"),
        [kernel("p", &[None])]
    );
    for query in [
        "select stable_id('p', null)",
        "select stable_id(null, 'v')",
        "select stable_id_parts(null, 'v')",
        "select stable_hash64(null)",
        "select stable_hash128(null)",
    ] {
        assert_eq!(sql.texts(query), ["∅"], "{query}");
    }
}

#[test]
fn no_rows_give_no_rows_of_the_declared_type() {
    let sql = Sql::with_table(vec![("value", Arc::new(StringArray::from(vec!["a"])))]);
    for (call, data_type) in [
        ("stable_id('p', value)", DataType::Utf8View),
        ("stable_id(value, value)", DataType::Utf8View),
        ("stable_id_parts('p', value, 1)", DataType::Utf8View),
        ("stable_hash64(value)", DataType::Int64),
        ("stable_hash128(value)", DataType::Utf8View),
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
fn empty_dictionaries_and_null_keys_are_null() {
    let empty: DictionaryArray<Int8Type> = [None::<&str>, None].into_iter().collect();
    assert!(empty.values().is_empty());
    let sql = Sql::with_table(vec![("value", Arc::new(empty))]);
    assert_eq!(sql.texts("select stable_id('p', value) from t"), ["∅", "∅"]);
    assert_eq!(sql.texts("select hash128(value) from t"), ["∅", "∅"]);
    assert_eq!(
        sql.texts("select stable_id_parts('p', value) from t"),
        [kernel("p", &[None]), kernel("p", &[None])]
    );
}

#[test]
fn wrong_arity_and_types_are_refused_while_planning() {
    let sql = Sql::new();
    for (query, expected) in [
        ("select stable_id('p')", "stable_id"),
        ("select stable_id('p', 'a', 'b')", "stable_id"),
        ("select stable_id('p', 1)", "stable_id"),
        ("select stable_id(1, 'a')", "stable_id"),
        ("select stable_hash64()", "stable_hash64"),
        ("select stable_hash64('a', 'b')", "stable_hash64"),
        ("select stable_hash128([1])", "stable_hash128"),
        (
            "select stable_id_parts('p')",
            "takes a prefix and at least one part, got no part",
        ),
        ("select stable_id_parts()", "stable_id_parts"),
        (
            "select stable_id_parts(1, 'a')",
            "the prefix of stable_id_parts is text, not Int64",
        ),
        (
            "select stable_id_parts('p', 'a', [1])",
            "part 2 of stable_id_parts is",
        ),
    ] {
        let message = sql.error(query);
        assert!(message.contains(expected), "{query}: {message}");
    }
}

#[test]
fn named_arguments_work() {
    let sql = Sql::new();
    assert_eq!(
        sql.texts("select stable_id(value => 'v', prefix => 'p')"),
        [kernel("p", &[Some("v")])]
    );
}
