//! The functions of this group, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DictionaryArray, LargeStringArray, StringArray, StringViewArray,
};
use arrow::datatypes::{DataType, Int8Type};

use crate::testing::Sql;

const CHANGES: [Option<&str>; 8] = [
    Some("insert"),
    None,
    Some("update_preimage"),
    Some("update_postimage"),
    Some("delete"),
    Some("Insert"),
    Some(""),
    Some("delete"),
];

const EXPECTED: [(&str, [&str; 8]); 3] = [
    (
        "cdf_change_rank",
        ["2", "∅", "0", "3", "1", "-1", "-1", "1"],
    ),
    (
        "cdf_is_upsert",
        [
            "true", "∅", "false", "true", "false", "false", "false", "false",
        ],
    ),
    (
        "cdf_is_delete",
        [
            "false", "∅", "false", "false", "true", "false", "false", "true",
        ],
    ),
];

fn layouts() -> Vec<ArrayRef> {
    vec![
        Arc::new(StringArray::from(CHANGES.to_vec())),
        Arc::new(LargeStringArray::from(CHANGES.to_vec())),
        Arc::new(StringViewArray::from(CHANGES.to_vec())),
        Arc::new(DictionaryArray::<Int8Type>::from_iter(CHANGES)),
    ]
}

#[test]
fn change_types_of_all_layouts_are_read() {
    for column in layouts() {
        let layout = column.data_type().clone();
        let whole = Sql::with_table(vec![("change", ArrayRef::clone(&column))]);
        let slice = Sql::with_table(vec![("change", column.slice(2, 5))]);
        let parts = Sql::with_partitions(4).and_table("t", vec![("change", column)]);
        for (function, expected) in EXPECTED {
            let query = format!("select {function}(change) from t");
            assert_eq!(whole.texts(&query), expected, "{layout}: {function}");
            assert_eq!(slice.texts(&query), expected[2..7], "{layout}: {function}");
            let (mut answers, mut expected) = (parts.texts(&query), expected.to_vec());
            answers.sort();
            expected.sort_unstable();
            assert_eq!(answers, expected, "{layout}: {function}");
        }
    }
}

#[test]
fn constants_give_constants() {
    let sql = Sql::new();
    for (function, expected) in EXPECTED {
        for (change, expected) in CHANGES.iter().zip(expected) {
            let change = change.map_or("null".to_owned(), |change| format!("'{change}'"));
            assert_eq!(
                sql.texts(&format!("select {function}(change_type => {change})")),
                [expected]
            );
        }
    }
}

#[test]
fn no_rows_and_no_values_give_the_declared_type() {
    let empty: DictionaryArray<Int8Type> = [None::<&str>, None].into_iter().collect();
    let sql = Sql::with_table(vec![("change", Arc::new(empty) as ArrayRef)]);
    for (function, data_type) in [
        ("cdf_change_rank", DataType::Int32),
        ("cdf_is_upsert", DataType::Boolean),
        ("cdf_is_delete", DataType::Boolean),
    ] {
        assert_eq!(
            sql.texts(&format!("select {function}(change) from t")),
            ["∅", "∅"]
        );
        let none = sql
            .column(&format!(
                "select {function}(change) from t where change = 'insert'"
            ))
            .unwrap();
        assert_eq!((none.len(), none.data_type()), (0, &data_type));
    }
}

#[test]
fn wrong_calls_are_refused() {
    let sql = Sql::new();
    for (function, _) in EXPECTED {
        for arguments in ["", "1", "'insert', 'delete'", "['insert']"] {
            let message = sql.error(&format!("select {function}({arguments})"));
            assert!(message.contains(function), "{arguments}: {message}");
        }
    }
}
