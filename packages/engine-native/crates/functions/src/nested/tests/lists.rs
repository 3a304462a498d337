//! Functions of lists, called from SQL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, FixedSizeListArray, Int64Array, LargeListViewArray, ListArray, ListViewArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};

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
