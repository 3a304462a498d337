//! The functions of this group, called from SQL.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, FixedSizeListArray, Float64Array, Int64Array,
    LargeListViewArray, ListArray, ListViewArray, MapArray, StringArray, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Int64Type};

use crate::testing::Sql;

/// Three lists, one of them NULL with elements below it.
fn list_layouts() -> Vec<(&'static str, ArrayRef)> {
    let elements: ArrayRef = Arc::new(Int64Array::from(vec![
        Some(2),
        None,
        Some(2),
        Some(9),
        Some(9),
        Some(9),
        Some(1),
        Some(-1),
        Some(1),
    ]));
    let element = Arc::new(Field::new_list_field(DataType::Int64, true));
    let nulls = Some(NullBuffer::from(vec![true, false, true]));
    let lists = ListArray::new(
        Arc::clone(&element),
        OffsetBuffer::from_lengths([3, 3, 3]),
        Arc::clone(&elements),
        nulls.clone(),
    );
    let large = cast(&lists, &DataType::LargeList(Arc::clone(&element))).unwrap();
    let fixed = FixedSizeListArray::new(
        Arc::clone(&element),
        3,
        Arc::clone(&elements),
        nulls.clone(),
    );
    let views = ListViewArray::new(
        Arc::clone(&element),
        vec![0, 3, 6].into(),
        vec![3, 3, 3].into(),
        Arc::clone(&elements),
        nulls.clone(),
    );
    let large_views = LargeListViewArray::new(
        element,
        vec![0, 3, 6].into(),
        vec![3, 3, 3].into(),
        elements,
        nulls,
    );
    vec![
        ("list", Arc::new(lists)),
        ("large list", large),
        ("fixed-size list", Arc::new(fixed)),
        ("list view", Arc::new(views)),
        ("large list view", Arc::new(large_views)),
    ]
}

#[test]
fn lists_of_every_layout_are_made_sets() {
    for (layout, column) in list_layouts() {
        let sql = Sql::with_table(vec![("list", Arc::clone(&column))]);
        for name in ["list_unique_sorted", "array_unique_sorted"] {
            let query = format!("select {name}(list) from t");
            assert_eq!(sql.texts(&query), ["[2]", "∅", "[-1, 1]"], "{layout}");
        }
        let sets = sql
            .column("select list_unique_sorted(list) from t")
            .unwrap();
        let element = Arc::new(Field::new_list_field(DataType::Int64, true));
        let expected = if layout.contains("large") {
            DataType::LargeList(element)
        } else {
            DataType::List(element)
        };
        assert_eq!(sets.data_type(), &expected, "{layout}");
        let slices = Sql::with_table(vec![("list", column.slice(1, 2))]);
        assert_eq!(
            slices.texts("select list_unique_sorted(list) from t"),
            ["∅", "[-1, 1]"],
            "{layout}"
        );
        let none = sql
            .column("select list_unique_sorted(list) from t where false")
            .unwrap();
        assert_eq!((none.len(), none.data_type()), (0, &expected), "{layout}");
    }
}

#[test]
fn elements_of_every_kind_are_sorted() {
    let sql = Sql::new();
    for (list, expected) in [
        ("['b', null, '', 'a', 'b']", "[, a, b]"),
        ("arrow_cast(['b', 'a'], 'List(Utf8View)')", "[a, b]"),
        ("arrow_cast(['b', 'a'], 'List(LargeUtf8)')", "[a, b]"),
        (
            "arrow_cast(['b', 'a', 'b'], 'List(Dictionary(Int32, Utf8))')",
            "[a, b]",
        ),
        ("[true, false, true]", "[false, true]"),
        (
            "[1.5, -0.0, 0.0, 'NaN'::double, 'NaN'::double]",
            "[0.0, 1.5, NaN]",
        ),
        ("[[2], [1, 3], null, [1], [2]]", "[[1], [1, 3], [2]]"),
        ("[{a: 2}, {a: 1}, {a: 2}]", "[{a: 1}, {a: 2}]"),
        (
            "[arrow_cast(2, 'Timestamp(Second, None)'), arrow_cast(1, 'Timestamp(Second, None)')]",
            "[1970-01-01T00:00:01, 1970-01-01T00:00:02]",
        ),
        (
            "arrow_cast([3.00, 1.5, 3.00], 'List(Decimal128(5, 2))')",
            "[1.50, 3.00]",
        ),
        ("[null, null]", "[]"),
        ("[]", "[]"),
        // A NULL of no type prints as nothing.
        ("null", ""),
    ] {
        let query = format!("select list_unique_sorted({list})");
        assert_eq!(sql.texts(&query), [expected], "{query}");
        let same_type =
            format!("select arrow_typeof(list_unique_sorted({list})) = arrow_typeof({list})");
        assert_eq!(sql.texts(&same_type), ["true"], "{query}");
    }
    assert_eq!(
        sql.texts("select list_unique_sorted(list => [2, 1, 2])"),
        ["[1, 2]"]
    );
    // NULL is last inside elements too, as in ORDER BY and in the aggregate.
    let pairs = "[{a: 2}, {a: null}, {a: 1}, {a: null}]";
    for query in [
        format!("select list_unique_sorted({pairs})"),
        format!("select list_unique(v) from unnest({pairs}) as u (v)"),
        format!(
            "select array_agg(v order by v) from (select distinct v from unnest({pairs}) as u (v))"
        ),
    ] {
        assert_eq!(sql.texts(&query), ["[{a: 1}, {a: 2}, {a: }]"], "{query}");
    }
    assert_eq!(
        sql.texts("select list_unique_sorted([3, null, 1, 3]) = (select list_unique(v) from unnest([3, null, 1, 3]) as u (v))"),
        ["true"]
    );
}

#[test]
fn array_compact_has_both_names() {
    let sql = Sql::new();
    for name in ["array_compact", "list_compact"] {
        assert_eq!(
            sql.texts(&format!("select {name}([2, null, 1, null])")),
            ["[2, 1]"]
        );
    }
}

/// A column of maps from text; `None` is a NULL map.
fn maps(rows: &[Option<&[(&str, Option<i64>)]>]) -> ArrayRef {
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

fn map_table() -> Sql {
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

#[test]
fn fields_are_picked_without_a_copy() {
    let metadata = HashMap::from([("unit".to_owned(), "byte".to_owned())]);
    let fields = Fields::from(vec![
        Field::new("name", DataType::Utf8, true),
        Field::new("start", DataType::Int64, true).with_metadata(metadata),
        Field::new("Score", DataType::Float64, true),
    ]);
    let starts: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    let nodes = StructArray::new(
        fields.clone(),
        vec![
            Arc::new(StringArray::from(vec!["a", "b", "c", "d"])),
            Arc::clone(&starts),
            Arc::new(Float64Array::from(vec![0.5, 1.5, 2.5, 3.5])),
        ],
        Some(NullBuffer::from(vec![true, true, false, true])),
    );
    let sql = Sql::with_table(vec![("node", Arc::new(nodes.clone()))]);
    let picked = sql
        .column("select struct_pick(node, 'Score', 'start') from t")
        .unwrap();
    let expected = Fields::from(vec![Arc::clone(&fields[2]), Arc::clone(&fields[1])]);
    assert_eq!(picked.data_type(), &DataType::Struct(expected));
    assert_eq!(
        picked
            .as_struct()
            .column(1)
            .as_primitive::<Int64Type>()
            .values()
            .as_ptr(),
        starts.as_primitive::<Int64Type>().values().as_ptr(),
    );
    for name in ["struct_pick", "struct_select"] {
        assert_eq!(
            sql.texts(&format!("select {name}(node, 'start') from t")),
            ["{start: 1}", "{start: 2}", "∅", "{start: 4}"]
        );
    }
    let slice = Sql::with_table(vec![("node", Arc::new(nodes.slice(1, 2)))]);
    assert_eq!(
        slice.texts("select struct_pick(node, 'start', 'name') from t"),
        ["{start: 2, name: b}", "∅"]
    );
    assert_eq!(
        sql.texts("select struct_pick(node, 'start') from t where false"),
        Vec::<String>::new()
    );
    assert_eq!(
        sql.texts("select struct_pick({a: 1, b: 'x'}, 'b')"),
        ["{b: x}"]
    );
}

#[test]
fn wrong_arity_and_types_are_refused_while_planning() {
    let sql = map_table();
    for (call, expected) in [
        ("list_unique_sorted()", "list_unique_sorted"),
        (
            "list_unique_sorted([1], 2)",
            "list_unique_sorted takes one list, got 2 arguments",
        ),
        (
            "list_unique_sorted('a')",
            "list_unique_sorted takes a list, not Utf8",
        ),
        (
            "map_get_default(map, 'a')",
            "map_get_default takes a map, a key and a default, got 2",
        ),
        (
            "map_get_default('a', 'a', 1)",
            "the first argument of map_get_default is a map, not Utf8",
        ),
        (
            "map_get_default(map, 1, 1)",
            "the keys of this map are Utf8, the key of map_get_default is Int64",
        ),
        (
            "map_get_default(map, 'a', 'x')",
            "the values of this map are Int64, the default of map_get_default is Utf8",
        ),
        (
            "map_get_default(map, 'a', 1.5)",
            "the default of map_get_default is Float64",
        ),
        ("map_normalize()", "map_normalize"),
        (
            "map_normalize(map, 'lower', true, 1)",
            "map_normalize takes a map, and perhaps",
        ),
        (
            "map_normalize('a')",
            "the first argument of map_normalize is a map, not Utf8",
        ),
        (
            "map_normalize(map, 'title')",
            "key_case of map_normalize is one of lower, upper, none, not 'title'",
        ),
        (
            "map_normalize(map, 1)",
            "key_case of map_normalize is one of lower, upper, none, not Int64",
        ),
        (
            "map_normalize(map, 'lower', 'yes')",
            "sort_keys of map_normalize is true or false, not Utf8",
        ),
        (
            "map_normalize(map, key)",
            "key_case of map_normalize is a constant",
        ),
        (
            "map_normalize(map, 'lower', other > 1)",
            "sort_keys of map_normalize is a constant",
        ),
        ("struct_pick()", "struct_pick"),
        ("struct_pick({a: 1})", "got no field"),
        (
            "struct_pick(map, 'a')",
            "the first argument of struct_pick is a struct, not Map",
        ),
        (
            "struct_pick({a: 1}, 1)",
            "each field of struct_pick is a constant text, not Int64",
        ),
        (
            "struct_pick({a: 1}, key)",
            "each field of struct_pick is a constant text",
        ),
        (
            "struct_pick({a: 1}, 'a', 'a')",
            "struct_pick names the field 'a' twice",
        ),
        (
            "struct_pick({name: 1, kind: 2}, 'nmae')",
            "the struct of struct_pick has no field 'nmae', but name, kind; did you mean 'name'?",
        ),
        (
            "struct_pick({name: 1, Kind: 2}, 'kind')",
            "did you mean 'Kind'?",
        ),
    ] {
        let message = sql.error(&format!("select {call} from t"));
        assert!(message.contains(expected), "{call}: {message}");
    }
}
