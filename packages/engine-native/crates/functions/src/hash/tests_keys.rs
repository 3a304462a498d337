//! The functions that make prefixed hashes and buckets, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DictionaryArray, Int8Array, Int64Array, StringArray, UInt64Array,
};
use arrow::datatypes::{DataType, Int32Type};
use proptest::prelude::*;
use twox_hash::XxHash3_64;

use super::tests::{TEXTS, layouts};
use crate::testing::Sql;

/// The key of parts that are short, from the form in which parts are documented to be hashed.
fn key_of_parts(prefix: &str, parts: &[Option<&str>]) -> String {
    let mut message = Vec::new();
    for part in std::iter::once(&Some(prefix)).chain(parts) {
        match part {
            None => message.push(0),
            Some(part) => {
                message.push(u8::try_from(part.len() + 1).unwrap());
                message.extend(part.as_bytes());
            }
        }
    }
    format!("{prefix}:{}", XxHash3_64::oneshot(&message).cast_signed())
}

fn key(prefix: &str, text: &str) -> String {
    format!(
        "{prefix}:{}",
        XxHash3_64::oneshot(text.as_bytes()).cast_signed()
    )
}

fn bucket(text: &str, n: i64) -> String {
    let hash = u128::from(XxHash3_64::oneshot(text.as_bytes()));
    (hash * u128::try_from(n).unwrap() / (1 << 64)).to_string()
}

fn each(what: impl Fn(&str) -> String) -> Vec<String> {
    TEXTS
        .iter()
        .map(|text| text.map_or("∅".to_owned(), &what))
        .collect()
}

#[test]
fn layouts_of_a_column_do_not_matter() {
    for (layout, column) in layouts() {
        for partitions in [1, 4] {
            let sql = Sql::with_partitions(partitions)
                .and_table("t", vec![("value", ArrayRef::clone(&column))]);
            for (call, expected) in [
                (
                    "prefixed_hash64('node', value)",
                    each(|text| key("node", text)),
                ),
                ("prefixed_hash('', value)", each(|text| key("", text))),
                ("stable_bucket(value, 7)", each(|text| bucket(text, 7))),
                ("stable_bucket(value, 1)", each(|_| "0".to_owned())),
                (
                    "prefixed_hash_parts64('node', value, null, 7)",
                    TEXTS
                        .iter()
                        .map(|text| key_of_parts("node", &[*text, None, Some("7")]))
                        .collect(),
                ),
            ] {
                let mut answers = sql.texts(&format!("select {call} from t"));
                let mut expected = expected;
                if partitions > 1 {
                    answers.sort();
                    expected.sort();
                }
                assert_eq!(answers, expected, "{layout}: {call} in {partitions}");
            }
        }
    }
}

#[test]
fn prefixes_may_come_from_a_column() {
    for (layout, column) in layouts() {
        if layout.contains("binary") {
            continue;
        }
        let sql = Sql::with_table(vec![("prefix", column.slice(1, 5))]);
        let expected: Vec<_> = TEXTS[1..6]
            .iter()
            .map(|prefix| prefix.map_or("∅".to_owned(), |prefix| key(prefix, "v")))
            .collect();
        assert_eq!(
            sql.texts("select prefixed_hash64(prefix, 'v') from t"),
            expected,
            "{layout}"
        );
        let expected: Vec<_> = TEXTS[1..6]
            .iter()
            .map(|text| text.map_or("∅".to_owned(), |text| key(text, text)))
            .collect();
        assert_eq!(
            sql.texts("select prefixed_hash64(prefix, prefix) from t"),
            expected,
            "{layout}"
        );
        let expected: Vec<_> = TEXTS[1..6]
            .iter()
            .map(|prefix| {
                prefix.map_or("∅".to_owned(), |prefix| {
                    key_of_parts(prefix, &[Some("v")])
                })
            })
            .collect();
        assert_eq!(
            sql.texts("select prefixed_hash_parts(prefix, 'v') from t"),
            expected,
            "{layout}"
        );
    }
}

#[test]
fn constants_give_constants_and_null_gives_null() {
    let sql = Sql::new();
    assert_eq!(
        sql.texts("select prefixed_hash64('p', 'v')"),
        [key("p", "v")]
    );
    assert_eq!(
        sql.texts("select stable_bucket(-42, 10)"),
        [bucket("-42", 10)]
    );
    assert_eq!(
        sql.texts("select prefixed_hash_parts64('p', null)"),
        [key_of_parts("p", &[None])]
    );
    for query in [
        "select prefixed_hash64(null, 'v')",
        "select prefixed_hash64('p', null)",
        "select prefixed_hash_parts64(null, 'v')",
        "select stable_bucket(null, 3)",
        "select stable_bucket('v', null)",
        "select stable_bucket(null, null)",
    ] {
        assert_eq!(sql.texts(query), ["∅"], "{query}");
    }
}

#[test]
fn integers_are_hashed_as_their_text() {
    let sql = Sql::with_table(vec![
        (
            "int64",
            Arc::new(Int64Array::from(vec![
                Some(i64::MIN),
                None,
                Some(0),
                Some(7),
            ])) as ArrayRef,
        ),
        ("int8", Arc::new(Int8Array::from(vec![-128, 0, 7, 127]))),
        (
            "uint64",
            Arc::new(UInt64Array::from(vec![0, 1, 2, u64::MAX])),
        ),
        (
            "dictionary",
            arrow::compute::cast(
                &Int64Array::from(vec![5, 6, 5, 6]),
                &DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Int64)),
            )
            .unwrap(),
        ),
    ]);
    for column in ["int64", "int8", "uint64", "dictionary"] {
        assert_eq!(
            sql.texts(&format!("select stable_bucket({column}, 1000000) from t")),
            sql.texts(&format!(
                "select stable_bucket(arrow_cast({column}, 'Utf8'), 1000000) from t"
            )),
            "{column}"
        );
    }
}

#[test]
fn the_number_of_buckets_may_come_from_a_column() {
    let sql = Sql::with_table(vec![
        (
            "value",
            Arc::new(StringArray::from(vec![
                Some("a"),
                None,
                Some("b"),
                Some("c"),
            ])) as ArrayRef,
        ),
        (
            "n",
            Arc::new(Int64Array::from(vec![
                Some(3),
                Some(-1),
                None,
                Some(i64::MAX),
            ])),
        ),
    ]);
    assert_eq!(
        sql.texts("select stable_bucket(value, n) from t"),
        [
            bucket("a", 3),
            "∅".to_owned(),
            "∅".to_owned(),
            bucket("c", i64::MAX)
        ]
    );
    assert_eq!(
        sql.texts("select stable_bucket('a', n) from t where n > 0 or n is null"),
        [bucket("a", 3), "∅".to_owned(), bucket("a", i64::MAX)]
    );
    for query in [
        "select stable_bucket('a', n) from t",
        "select stable_bucket(value, 0) from t",
        "select stable_bucket('a', -1)",
    ] {
        let message = sql.error(query);
        assert!(
            message.contains("stable_bucket: the number of buckets is at least 1"),
            "{query}: {message}"
        );
    }
    assert!(
        sql.error(
            "select stable_bucket(value, arrow_cast('18446744073709551615', 'UInt64')) from t"
        )
        .contains("stable_bucket: n is at most 9223372036854775807")
    );
}

#[test]
fn no_rows_and_empty_dictionaries() {
    let empty: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
    let sql = Sql::with_table(vec![("value", Arc::new(empty) as ArrayRef)]);
    for (call, data_type) in [
        ("prefixed_hash64('p', value)", DataType::Utf8View),
        ("prefixed_hash64(value, value)", DataType::Utf8View),
        ("prefixed_hash_parts64('p', value)", DataType::Utf8View),
        ("stable_bucket(value, 4)", DataType::Int64),
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
    assert_eq!(
        sql.texts("select stable_bucket(value, 4) from t"),
        ["∅", "∅"]
    );
    assert_eq!(
        sql.texts("select prefixed_hash64(value, value) from t"),
        ["∅", "∅"]
    );
}

#[test]
fn wrong_calls_are_refused_while_planning_and_names_work() {
    let sql = Sql::new();
    for (query, expected) in [
        ("select prefixed_hash64('p')", "prefixed_hash64"),
        ("select prefixed_hash64('p', 1)", "prefixed_hash64"),
        (
            "select prefixed_hash_parts64('p')",
            "prefixed_hash_parts64 takes a prefix and at least one part",
        ),
        (
            "select prefixed_hash_parts64('p', [1])",
            "part 1 of prefixed_hash_parts64 is",
        ),
        (
            "select stable_bucket('a')",
            "stable_bucket takes a value and a number of buckets, got 1 arguments",
        ),
        (
            "select stable_bucket(1.5, 2)",
            "stable_bucket takes text, binary or an integer, not Float64",
        ),
        (
            "select stable_bucket('a', '2')",
            "the number of buckets of stable_bucket is an integer, not Utf8",
        ),
    ] {
        let message = sql.error(query);
        assert!(message.contains(expected), "{query}: {message}");
    }
    assert_eq!(
        sql.texts("select stable_bucket(n => 9, value => 'v')"),
        [bucket("v", 9)]
    );
    assert_eq!(
        sql.texts("select prefixed_hash(value => 'v', prefix => 'p')"),
        [key("p", "v")]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn buckets_are_cut_when_their_number_grows(
        values in proptest::collection::vec(any::<i64>(), 1..20),
        n in 1_i64..1000,
        factor in 1_i64..1000,
    ) {
        let sql = Sql::with_table(vec![("v", Arc::new(Int64Array::from(values)) as ArrayRef)]);
        prop_assert_eq!(
            sql.texts(&format!("select stable_bucket(v, {n}) from t")),
            sql.texts(&format!("select stable_bucket(v, {n} * {factor}) / {factor} from t"))
        );
    }
}
