//! `stable_hash_any`, called from SQL.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DictionaryArray, FixedSizeListArray, Int32Array, Int64Array, ListArray,
    ListViewArray, MapArray, MapBuilder, RunArray, StringArray, StringBuilder, UnionArray,
};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, UnionFields};
use twox_hash::XxHash3_128;

use super::tests::layouts;
use crate::testing::Sql;

fn hash_of(message: &[u8]) -> String {
    format!("{:032x}", XxHash3_128::oneshot(message))
}

fn text(value: &str) -> Vec<u8> {
    let mut message = vec![5];
    message.extend((value.len() as u64).to_le_bytes());
    message.extend(value.as_bytes());
    message
}

fn integer(value: i128) -> Vec<u8> {
    let mut message = vec![2];
    message.extend(value.to_le_bytes());
    message
}

fn hashes(column: ArrayRef) -> Vec<String> {
    Sql::with_table(vec![("value", column)]).texts("select stable_hash_any(value) from t")
}

#[test]
fn values_are_frozen() {
    // A change of one of these is a change of keys that people have stored.
    let sql = Sql::new();
    for (value, expected) in [
        ("'json.decoder'", hash_of(&text("json.decoder"))),
        ("5", hash_of(&integer(5))),
        (
            "[1, 2, NULL]",
            "ae2a4fd91a72f20155bb7f643896a5c7".to_owned(),
        ),
        ("true", hash_of(&[1, 1])),
        ("x'00ff'", hash_of(&[6, 2, 0, 0, 0, 0, 0, 0, 0, 0x00, 0xff])),
        (
            "arrow_cast(1.5, 'Float32')",
            hash_of(&[3, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]),
        ),
    ] {
        assert_eq!(
            sql.texts(&format!("select stable_hash_any({value})")),
            [expected],
            "{value}"
        );
    }
}

#[test]
fn layouts_of_text_and_bytes_do_not_matter() {
    let groups: [Vec<_>; 2] = [true, false].map(|is_text| {
        layouts()
            .into_iter()
            .filter(|(layout, _)| layout.contains("binary") != is_text)
            .collect()
    });
    for group in groups {
        let expected = hashes(ArrayRef::clone(&group[0].1));
        assert_eq!(expected.iter().filter(|hash| *hash == "∅").count(), 2);
        for (layout, column) in group {
            assert_eq!(hashes(ArrayRef::clone(&column)), expected, "{layout}");
            assert_eq!(hashes(column.slice(1, 4)), expected[1..5], "{layout}");
        }
    }
}

#[test]
fn one_value_has_one_hash_whatever_its_type_is_called() {
    let sql = Sql::new();
    for equal in [
        &[
            "5",
            "arrow_cast(5, 'Int8')",
            "arrow_cast(5, 'UInt64')",
            "arrow_cast(5, 'Dictionary(Int8, UInt16)')",
        ][..],
        &[
            "1.5",
            "arrow_cast(1.5, 'Float32')",
            "arrow_cast(1.5, 'Float16')",
        ],
        &["0.0", "-0.0", "arrow_cast(-0.0, 'Float32')"],
        &[
            "arrow_cast('NaN', 'Float64')",
            "arrow_cast('NaN', 'Float32')",
            "-arrow_cast('NaN', 'Float64')",
        ],
        &[
            "arrow_cast(12.50, 'Decimal128(10, 2)')",
            "arrow_cast(12.50, 'Decimal128(5, 1)')",
            "arrow_cast(12.50, 'Decimal256(40, 9)')",
            "arrow_cast(12.50, 'Decimal32(5, 2)')",
        ],
        &[
            "arrow_cast(0, 'Decimal128(10, 2)')",
            "arrow_cast(0, 'Decimal64(10, 7)')",
        ],
        &[
            "timestamp '2024-02-29 12:00:00'",
            "arrow_cast('2024-02-29 12:00:00', 'Timestamp(Second, None)')",
            "arrow_cast('2024-02-29 12:00:00', 'Timestamp(Millisecond, None)')",
        ],
        &[
            "arrow_cast('2024-02-29T12:00:00Z', 'Timestamp(Second, Some(\"UTC\"))')",
            "arrow_cast('2024-02-29T13:00:00+01:00', 'Timestamp(Nanosecond, Some(\"+01:00\"))')",
        ],
        &[
            "date '2024-02-29'",
            "arrow_cast(date '2024-02-29', 'Date64')",
        ],
        &[
            "time '12:00:01'",
            "arrow_cast('12:00:01', 'Time32(Second)')",
            "arrow_cast('12:00:01', 'Time64(Microsecond)')",
        ],
        &[
            "arrow_cast(2, 'Duration(Second)')",
            "arrow_cast(2000, 'Duration(Millisecond)')",
        ],
        &[
            "arrow_cast('1 month', 'Interval(YearMonth)')",
            "interval '1 month'",
        ],
        &[
            "[1, 2]",
            "arrow_cast([1, 2], 'LargeList(Int8)')",
            "arrow_cast([1, 2], 'FixedSizeList(2, Int64)')",
        ],
        &["'fi'", "'ﬁ'", "' ﬁ\t'", "'\u{2003}fi\u{a0}'"],
        &["['a']", "[' a ']", "[arrow_cast('a', 'LargeUtf8')]"],
        &["map {'a': 1, 'b': 2}", "map {'b': 2, 'a': 1}"],
    ] {
        let distinct: BTreeSet<_> = equal
            .iter()
            .flat_map(|value| sql.texts(&format!("select stable_hash({value})")))
            .collect();
        assert_eq!(distinct.len(), 1, "{equal:?}");
        assert!(!distinct.contains("∅"), "{equal:?}");
    }
}

#[test]
fn different_values_have_different_hashes() {
    let sql = Sql::new();
    let different = [
        "5",
        "5.0",
        "'5'",
        "x'35'",
        "arrow_cast(5, 'Decimal128(5, 0)')",
        "arrow_cast(50, 'Decimal128(5, 0)')",
        "true",
        "false",
        "''",
        "[]",
        "[NULL]",
        "[[]]",
        "['ab', 'c']",
        "['a', 'bc']",
        "['a', 'b', 'c']",
        "[['a'], ['b']]",
        "[['a', 'b']]",
        "[['a', 'b'], []]",
        "struct('a', 'b')",
        "named_struct('a', 1, 'b', 2)",
        "named_struct('b', 2, 'a', 1)",
        "named_struct('a', 1, 'c', 2)",
        "named_struct('a', named_struct('b', 1))",
        "named_struct('a', NULL)",
        "map {'a': 1}",
        "map {'a': NULL}",
        "date '1970-01-02'",
        "timestamp '1970-01-02 00:00:00'",
        "arrow_cast('1970-01-02T00:00:00Z', 'Timestamp(Second, Some(\"UTC\"))')",
        "time '00:00:00'",
        "arrow_cast(86400, 'Duration(Second)')",
        "interval '1 month'",
        "interval '30 days'",
        "interval '1 nanosecond'",
    ];
    let distinct: BTreeSet<_> = different
        .iter()
        .flat_map(|value| sql.texts(&format!("select stable_hash_any({value})")))
        .collect();
    assert_eq!(distinct.len(), different.len());
}

#[test]
fn text_is_hashed_as_it_is_where_it_is_not_to_be_canonical() {
    let sql = Sql::new();
    assert_eq!(
        sql.texts("select stable_hash_any(' ﬁ', false)"),
        [hash_of(&text(" ﬁ"))]
    );
    for canonical in ["true", "null", "arrow_cast(null, 'Boolean')"] {
        assert_eq!(
            sql.texts(&format!("select stable_hash_any(' ﬁ', {canonical})")),
            [hash_of(&text("fi"))]
        );
    }
}

#[test]
fn a_sentinel_stands_for_null() {
    let column: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let sql = Sql::with_table(vec![
        ("value", ArrayRef::clone(&column)),
        (
            "dictionary",
            cast(
                &column,
                &DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
            )
            .unwrap(),
        ),
    ]);
    for column in ["value", "dictionary"] {
        assert_eq!(
            sql.texts(&format!(
                "select stable_hash_any({column}, true, '__NULL__') from t"
            )),
            [hash_of(&text("a")), hash_of(&text("__NULL__"))]
        );
        assert_eq!(
            sql.texts(&format!(
                "select stable_hash_any({column}, true, null) from t"
            )),
            [hash_of(&text("a")), "∅".to_owned()]
        );
    }
    assert_eq!(
        sql.texts("select stable_hash_any(null, null_sentinel => 'x', canonical => false)"),
        [hash_of(&text("x"))]
    );
    assert_eq!(sql.texts("select stable_hash_any(null)"), ["∅"]);
}

/// `[[1, 2], NULL, [], [3, NULL]]`.
fn lists() -> ListArray {
    ListArray::from_iter_primitive::<Int32Type, _, _>(vec![
        Some(vec![Some(1), Some(2)]),
        None,
        Some(vec![]),
        Some(vec![Some(3), None]),
    ])
}

#[test]
fn layouts_of_nested_values_do_not_matter() {
    let lists: ArrayRef = Arc::new(lists());
    let expected = hashes(ArrayRef::clone(&lists));
    assert_eq!(expected[1], "∅");
    let element = Arc::new(Field::new_list_field(DataType::Int32, true));
    for data_type in [
        DataType::LargeList(Arc::new(Field::new_list_field(DataType::Int64, true))),
        DataType::ListView(Arc::clone(&element)),
        DataType::LargeListView(Arc::clone(&element)),
    ] {
        let other = cast(&lists, &data_type).unwrap();
        assert_eq!(hashes(ArrayRef::clone(&other)), expected, "{data_type}");
        assert_eq!(hashes(other.slice(1, 3)), expected[1..], "{data_type}");
    }
    // A view's rows lie anywhere: here the last list is before the first, and the two share no element.
    let view = ListViewArray::new(
        element,
        ScalarBuffer::from(vec![2, 0, 0, 0]),
        ScalarBuffer::from(vec![2, 0, 0, 2]),
        Arc::new(Int32Array::from(vec![Some(3), None, Some(1), Some(2)])),
        lists.nulls().cloned(),
    );
    assert_eq!(hashes(Arc::new(view)), expected);

    let pairs = FixedSizeListArray::from_iter_primitive::<Int64Type, _, _>(
        vec![
            Some(vec![Some(1), Some(2)]),
            None,
            Some(vec![Some(3), None]),
        ],
        2,
    );
    assert_eq!(
        hashes(Arc::new(pairs.slice(1, 2))),
        [&expected[1], &expected[3]].map(Clone::clone)
    );
}

#[test]
fn encodings_hash_as_their_values() {
    let runs: RunArray<Int32Type> = [Some("a"), Some("a"), None, Some("b")]
        .into_iter()
        .collect();
    let plain: ArrayRef = Arc::new(StringArray::from(vec![
        Some("a"),
        Some("a"),
        None,
        Some("b"),
    ]));
    let expected = hashes(ArrayRef::clone(&plain));
    assert_eq!(hashes(Arc::new(runs.clone())), expected);
    assert_eq!(hashes(Arc::new(runs.slice(1, 3))), expected[1..]);

    let dictionary: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
    assert_eq!(hashes(Arc::new(dictionary)), ["∅", "∅"]);

    let union = UnionArray::try_new(
        UnionFields::try_new(
            [0, 1],
            [
                Field::new("number", DataType::Int32, true),
                Field::new("text", DataType::Utf8, true),
            ],
        )
        .unwrap(),
        ScalarBuffer::from(vec![1, 0, 1]),
        Some(ScalarBuffer::from(vec![0, 0, 1])),
        vec![
            Arc::new(Int32Array::from(vec![7])),
            Arc::new(StringArray::from(vec![Some("a"), None])),
        ],
    )
    .unwrap();
    assert_eq!(
        hashes(Arc::new(union)),
        [hash_of(&text("a")), hash_of(&integer(7)), "∅".to_owned()]
    );
}

#[test]
fn maps_are_hashed_without_the_order_of_their_entries() {
    type Entries<'a> = &'a [(&'a str, Option<&'a str>)];

    fn maps(rows: &[Option<Entries>]) -> MapArray {
        let mut builder = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for row in rows {
            for (key, value) in row.iter().copied().flatten() {
                builder.keys().append_value(key);
                builder.values().append_option(*value);
            }
            builder.append(row.is_some()).unwrap();
        }
        builder.finish()
    }
    let one = maps(&[Some(&[("a", Some("x")), ("b", None)]), None, Some(&[])]);
    let other = maps(&[Some(&[("b", None), ("a", Some("x"))]), None, Some(&[])]);
    let different = maps(&[Some(&[("b", Some("x")), ("a", None)]), None, Some(&[])]);
    let expected = hashes(Arc::new(one));
    assert_eq!(hashes(Arc::new(other)), expected);
    let different = hashes(Arc::new(different));
    assert_ne!(different[0], expected[0]);
    assert_eq!(different[1..], expected[1..]);
}

#[test]
fn partitions_no_rows_and_wrong_calls() {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..20));
    let mut of_one = Sql::with_table(vec![("v", ArrayRef::clone(&numbers))])
        .texts("select stable_hash_any([v, null]) from t");
    let sql = Sql::with_partitions(4).and_table("t", vec![("v", numbers)]);
    let mut of_four = sql.texts("select stable_hash_any([v, null]) from t");
    of_one.sort();
    of_four.sort();
    assert_eq!(of_one, of_four);
    assert_eq!(of_one.iter().collect::<BTreeSet<_>>().len(), 20);
    let none = sql
        .column("select stable_hash_any(struct(v)) from t where v < 0")
        .unwrap();
    assert_eq!((none.len(), none.data_type()), (0, &DataType::Utf8View));
    for (query, expected) in [
        ("select stable_hash_any()", "stable_hash_any"),
        ("select stable_hash_any(1, true, 'x', 2)", "got 4 arguments"),
        (
            "select stable_hash_any(1, 'yes')",
            "canonical of stable_hash_any is a boolean, not Utf8",
        ),
        (
            "select stable_hash_any(1, true, 2)",
            "null_sentinel of stable_hash_any is text, not Int64",
        ),
        (
            "select stable_hash_any(v, v > 3) from t",
            "canonical of stable_hash_any is a constant",
        ),
        (
            "select stable_hash_any(v, true, arrow_cast(v, 'Utf8')) from t",
            "null_sentinel of stable_hash_any is a constant",
        ),
    ] {
        let message = sql.error(query);
        assert!(message.contains(expected), "{query}: {message}");
    }
}
