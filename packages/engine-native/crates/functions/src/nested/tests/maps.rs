//! Functions of maps, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DictionaryArray, Int64Array, MapArray, StringArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int32Type};

use crate::testing::Sql;

/// A map, or NULL.
type MapRow<'a> = Option<&'a [(&'a str, Option<i64>)]>;

/// A column of maps from text.
fn maps(rows: &[MapRow]) -> ArrayRef {
    let entries = || rows.iter().flatten().flat_map(|row| row.iter());
    let keys: StringArray = entries().map(|(key, _)| Some(*key)).collect();
    let values: Int64Array = entries().map(|(_, value)| *value).collect();
    let fields = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Int64, true),
    ]);
    let entries = StructArray::new(fields.clone(), vec![Arc::new(keys), Arc::new(values)], None);
    let lengths = rows.iter().map(|row| row.map_or(0, <[_]>::len));
    Arc::new(MapArray::new(
        Arc::new(Field::new("entries", DataType::Struct(fields), false)),
        OffsetBuffer::from_lengths(lengths),
        entries,
        Some(rows.iter().map(Option::is_some).collect()),
        false,
    ))
}

/// Maps, one of them NULL, that begin within their arrays; keys and numbers.
pub(super) fn map_table() -> Sql {
    Sql::with_table(vec![
        (
            "map",
            maps(&[
                Some(&[("skipped", Some(0))]),
                Some(&[("a", Some(1)), ("b", None)]),
                Some(&[]),
                None,
                Some(&[("B", Some(2)), ("a", Some(3)), ("b", Some(4))]),
            ])
            .slice(1, 4),
        ),
        (
            "key",
            Arc::new(StringArray::from(vec![
                Some("b"),
                Some("a"),
                Some("a"),
                None,
            ])),
        ),
        ("other", Arc::new(Int64Array::from(vec![10, 20, 30, 40]))),
    ])
}

#[test]
fn values_or_defaults_are_looked_up() {
    let sql = map_table();
    for (call, expected) in [
        ("map_get_default(map, 'a', 0)", ["1", "0", "0", "3"]),
        ("map_get_default(map, 'b', 0)", ["∅", "0", "0", "4"]),
        ("map_get_default(map, 'a', other)", ["1", "20", "30", "3"]),
        ("map_get_default(map, key, other)", ["∅", "20", "30", "40"]),
        ("map_get_default(map, key, null)", ["∅", "∅", "∅", "∅"]),
        ("map_get_default(map, null, 7)", ["7", "7", "7", "7"]),
        (
            "map_get_default(map, arrow_cast('a', 'Utf8View'), 0)",
            ["1", "0", "0", "3"],
        ),
        (
            "map_get_default(map, arrow_cast(key, 'Dictionary(Int32, Utf8)'), 0)",
            ["∅", "0", "0", "0"],
        ),
        (
            "map_get_default(default => other, key => 'a', map => map)",
            ["1", "20", "30", "3"],
        ),
        (
            "map_get_default(map {'a': 5, 'b': 6}, key, other)",
            ["6", "5", "5", "40"],
        ),
    ] {
        assert_eq!(
            sql.texts(&format!("select {call} from t")),
            expected,
            "{call}"
        );
    }
    let none = sql
        .column("select map_get_default(map, key, other) from t where false")
        .unwrap();
    assert_eq!((none.len(), none.data_type()), (0, &DataType::Int64));
}

#[test]
fn keys_and_values_may_have_any_type() {
    let sql = Sql::new();
    for (call, expected) in [
        ("map_get_default(map {1: 'x', 2: 'y'}, 2, 'z')", "y"),
        ("map_get_default(map {1: 'x', 2: 'y'}, 3, 'z')", "z"),
        ("map_get_default(map {'k': [1, 2]}, 'k', [])", "[1, 2]"),
        ("map_get_default(map {'k': [1, 2]}, 'l', [0])", "[0]"),
        ("map_get_default(map {[1]: 'x', [2]: 'y'}, [2], 'z')", "y"),
        ("map_get_default(map {1.5: 'x'}, 1.5, 'z')", "x"),
        ("map_get_default(map {'k': 1.5}, 'l', 2)", "2.0"),
        ("map_get_default(map {true: 'x'}, false, 'z')", "z"),
        // A key that no key of the map can be is not there, which is no error.
        (
            "map_get_default(map(make_array(arrow_cast(1, 'Int8')), make_array('x')), 300, 'z')",
            "z",
        ),
        (
            "arrow_typeof(map_get_default(map(make_array('k'), make_array(arrow_cast(1, 'Int8'))), 'l', 2))",
            "Int8",
        ),
    ] {
        assert_eq!(sql.texts(&format!("select {call}")), [expected], "{call}");
    }
}

#[test]
fn maps_are_normalized() {
    let sql = map_table();
    for (call, expected) in [
        (
            "map_normalize(map)",
            ["{a: 1, b: }", "{}", "∅", "{a: 3, b: 4}"],
        ),
        (
            "map_normalize(map, 'upper')",
            ["{A: 1, B: }", "{}", "∅", "{A: 3, B: 4}"],
        ),
        (
            "map_normalize(map, 'NONE')",
            ["{a: 1, b: }", "{}", "∅", "{B: 2, a: 3, b: 4}"],
        ),
        (
            "map_normalize(map, null, false)",
            ["{a: 1, b: }", "{}", "∅", "{a: 3, b: 4}"],
        ),
        (
            "map_normalize(map, 'none', false)",
            ["{a: 1, b: }", "{}", "∅", "{B: 2, a: 3, b: 4}"],
        ),
        (
            "map_normalize(key_case => 'upper', map => map)",
            ["{A: 1, B: }", "{}", "∅", "{A: 3, B: 4}"],
        ),
    ] {
        assert_eq!(
            sql.texts(&format!("select {call} from t")),
            expected,
            "{call}"
        );
    }
    sql.run("set codeanatomy_udf.map_normalize_key_case = 'none'");
    sql.run("set codeanatomy_udf.map_normalize_sort_keys = 'false'");
    for (call, expected) in [
        (
            "map_normalize(map {'b': 1, 'A': 2, 'B': 3})",
            "{b: 1, A: 2, B: 3}",
        ),
        (
            "map_normalize(map {'b': 1, 'A': 2, 'B': 3}, 'lower')",
            "{a: 2, b: 3}",
        ),
        (
            "map_normalize(map {'b': 1, 'A': 2, 'B': 3}, null, true)",
            "{A: 2, B: 3, b: 1}",
        ),
        (
            "map_normalize(map {'É': 1, 'ß': 2}, 'lower', true)",
            "{ß: 2, é: 1}",
        ),
        (
            "map_normalize(map {'é': 1, 'ß': 2}, 'upper', true)",
            "{SS: 2, É: 1}",
        ),
        (
            "map_normalize(map {3: 'x', 1: 'y'}, 'upper', true)",
            "{1: y, 3: x}",
        ),
        (
            "map_normalize(map(arrow_cast(['B', 'a'], 'List(Utf8View)'), [1, 2]), 'lower', true)",
            "{a: 2, b: 1}",
        ),
        (
            "map_normalize(map(arrow_cast(['B', 'a'], 'List(LargeUtf8)'), [1, 2]), 'lower', true)",
            "{a: 2, b: 1}",
        ),
        // A NULL of no type prints as nothing.
        ("map_normalize(null)", ""),
    ] {
        assert_eq!(sql.texts(&format!("select {call}")), [expected], "{call}");
    }
}

#[test]
fn only_maps_that_are_sorted_say_so() {
    let sql = map_table();
    for (options, expected) in [
        ("", false),
        (", 'lower', true", true),
        (", null, true", true),
        (", 'lower', false", false),
        (", 'lower', null", false),
    ] {
        let maps = sql
            .column(&format!("select map_normalize(map{options}) from t"))
            .unwrap();
        let DataType::Map(_, is_sorted) = maps.data_type() else {
            panic!("{}", maps.data_type())
        };
        assert_eq!(*is_sorted, expected, "{options}");
    }
}

#[test]
fn dictionaries_of_keys_are_respelled() {
    let keys: DictionaryArray<Int32Type> = ["B", "a", "b", "a"].into_iter().collect();
    let fields = Fields::from(vec![
        Field::new("key", keys.data_type().clone(), false),
        Field::new("value", DataType::Int64, true),
    ]);
    let values = Int64Array::from(vec![1, 2, 3, 4]);
    let column = MapArray::new(
        Arc::new(Field::new(
            "entries",
            DataType::Struct(fields.clone()),
            false,
        )),
        OffsetBuffer::from_lengths([3, 1]),
        StructArray::new(fields, vec![Arc::new(keys), Arc::new(values)], None),
        None,
        false,
    );
    let data_type = column.data_type().clone();
    let sql = Sql::with_table(vec![("map", Arc::new(column))]);
    assert_eq!(
        sql.texts("select map_normalize(map) from t"),
        ["{a: 2, b: 3}", "{a: 4}"]
    );
    let column = sql.column("select map_normalize(map) from t").unwrap();
    assert_eq!(column.data_type(), &data_type);
    assert_eq!(
        sql.texts("select map_get_default(map, 'a', 0) from t"),
        ["2", "4"]
    );
}
