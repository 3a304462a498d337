//! `list_unique`, called from SQL.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray};
use arrow::datatypes::{DataType, Field};
use proptest::prelude::*;

use super::{integers, kinds, numbers};
use crate::testing::Sql;

#[test]
fn values_of_every_kind_are_collected_in_their_order() {
    for (column, expected) in kinds() {
        let data_type = column.data_type().clone();
        for partitions in [1, 4] {
            let sql = Sql::with_partitions(partitions)
                .and_table("t", vec![("value", Arc::clone(&column))]);
            for query in [
                "select list_unique(value) from t",
                "select collect_set(value) from t group by value is not distinct from value",
                "select list_unique(value) over () from t limit 1",
                "select list_unique(value) over (rows between 9 preceding and 9 following) from t limit 1",
            ] {
                assert_eq!(sql.texts(query), [expected], "{data_type}: {query}");
            }
        }
    }
}

#[test]
fn the_element_type_is_kept_and_dictionaries_are_unpacked() {
    for (column, _) in kinds() {
        let expected = match column.data_type() {
            DataType::Dictionary(_, value) => value.as_ref().clone(),
            other => other.clone(),
        };
        let sql = Sql::with_table(vec![("value", column)]);
        for query in [
            "select list_unique(value) from t",
            "select list_unique(value) from t where false",
            "select list_unique(value) over (rows between 1 preceding and current row) from t",
        ] {
            let lists = sql.column(query).unwrap();
            let element = Arc::new(Field::new_list_field(expected.clone(), true));
            assert_eq!(lists.data_type(), &DataType::List(element), "{query}");
        }
    }
}

#[test]
fn nulls_are_left_out_unless_they_are_respected() {
    let sql = Sql::with_table(vec![(
        "value",
        integers(&[None, Some(2), None, Some(1), Some(2)]),
    )]);
    for (call, expected) in [
        ("list_unique(value)", "[1, 2]"),
        ("list_unique(value) ignore nulls", "[1, 2]"),
        ("list_unique(value) respect nulls", "[1, 2, ]"),
        ("collect_set(value) respect nulls", "[1, 2, ]"),
        ("list_unique(distinct value) respect nulls", "[1, 2, ]"),
        ("list_unique(value order by value desc)", "[1, 2]"),
        ("list_unique(value) filter (where value > 1)", "[2]"),
        ("list_unique(value) filter (where value > 2)", "[]"),
        ("list_unique(null)", "[]"),
        ("list_unique(null) respect nulls", "[]"),
    ] {
        // One NULL of no type prints as nothing.
        let expected = if call == "list_unique(null) respect nulls" {
            vec!["[]".to_owned(), "[]".to_owned()]
        } else {
            vec![expected.to_owned(), expected.to_owned()]
        };
        let mut found = sql.texts(&format!("select {call} from t"));
        found.extend(sql.texts(&format!(
            "select {call} from t group by value is null or true"
        )));
        assert_eq!(found, expected, "{call}");
    }
    // The name does not tell what the optimizer did.
    let lists = sql
        .column("select \"list_unique(t.value) RESPECT NULLS\" from (select list_unique(value) respect nulls from t)")
        .unwrap();
    assert_eq!(numbers(&lists), [[Some(1), Some(2), None]]);
}

#[test]
fn nulls_are_respected_in_windows_too() {
    let sql = Sql::with_table(vec![
        ("value", integers(&[None, Some(2), None, Some(1), Some(2)])),
        (
            "position",
            integers(&[Some(0), Some(1), Some(2), Some(3), Some(4)]),
        ),
    ])
    .with_rule(std::sync::Arc::new(crate::collect::WindowNulls));
    let frame = "over (order by position rows between 1 preceding and current row)";
    for (call, frame, expected) in [
        (
            "list_unique(value) respect nulls",
            frame,
            ["[]", "[2, ]", "[2, ]", "[1, ]", "[1, 2]"],
        ),
        (
            "collect_set(value) respect nulls",
            "over (order by position)",
            ["[]", "[2, ]", "[2, ]", "[1, 2, ]", "[1, 2, ]"],
        ),
        (
            "list_unique(value) ignore nulls",
            frame,
            ["[]", "[2]", "[2]", "[1]", "[1, 2]"],
        ),
        (
            "list_unique(value)",
            frame,
            ["[]", "[2]", "[2]", "[1]", "[1, 2]"],
        ),
    ] {
        // A list of one NULL is no empty list, but prints as one.
        let length = format!("array_length({call} {frame})");
        let query = format!("select {call} {frame} from t order by position");
        assert_eq!(sql.texts(&query), expected, "{call} {frame}");
        let first = sql.texts(&format!("select {length} from t order by position limit 1"));
        let is_respected = call.contains("respect");
        assert_eq!(first == ["1"], is_respected, "{call} {frame}: {first:?}");
    }
    let nested = "select max(n) from (select array_length(list_unique(value) respect nulls over ()) as n from t)";
    assert_eq!(sql.texts(nested), ["3"]);
}

#[test]
fn a_group_without_values_has_the_empty_list() {
    let sql = Sql::with_table(vec![("value", integers(&[None, Some(1)]))]);
    for query in [
        "select list_unique(value) from t where false",
        "select list_unique(value) from t where value is null",
        "select list_unique(value) from t where value is null group by value",
        "select list_unique(value) over (rows between 2 preceding and 1 preceding) from t limit 1",
        "select (select list_unique(s.value) from t s where s.value = t.value + 7) from t where value = 1",
    ] {
        assert_eq!(sql.texts(query), ["[]"], "{query}");
    }
}

#[test]
fn windows_slide_and_grow() {
    let values = [Some(2), None, Some(1), Some(2), Some(3), Some(2)];
    let positions: Vec<_> = (0..6).map(Some).collect();
    let sql = Sql::with_table(vec![
        ("value", integers(&values)),
        ("position", integers(&positions)),
    ]);
    let sets = |first: fn(usize) -> usize| -> Vec<Vec<Option<i64>>> {
        (0..values.len())
            .map(|row| {
                let set: BTreeSet<_> = values[first(row)..=row].iter().flatten().collect();
                set.into_iter().copied().map(Some).collect()
            })
            .collect()
    };
    for (frame, expected) in [
        ("", sets(|_| 0)),
        (
            "rows between 1 preceding and current row",
            sets(|row| row.saturating_sub(1)),
        ),
        (
            "rows between 2 preceding and current row",
            sets(|row| row.saturating_sub(2)),
        ),
    ] {
        let lists = sql
            .column(&format!(
                "select list_unique(value) over (order by position {frame}) from t order by position"
            ))
            .unwrap();
        assert_eq!(numbers(&lists), expected, "{frame}");
    }
}

#[test]
fn wrong_arity_and_types_are_refused_while_planning() {
    let sql = Sql::new();
    for (query, expected) in [
        ("select list_unique()", "list_unique"),
        (
            "select list_unique(1, 2)",
            "list_unique takes one value, got 2",
        ),
        ("select count_distinct_agg()", "count_distinct_agg"),
        ("select count_distinct_agg(1, 2)", "count_distinct_agg"),
        (
            "select count_distinct_agg(1) respect nulls",
            "NULLS are not permitted for count_distinct_agg",
        ),
    ] {
        let message = sql.error(query);
        assert!(message.contains(expected), "{query}: {message}");
    }
    assert_eq!(sql.texts("select list_unique(value => 1)"), ["[1]"]);
    assert_eq!(sql.texts("select count_distinct_agg(value => 1)"), ["1"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn queries_in_any_number_of_partitions_agree(
        rows in prop::collection::vec((0_i64..4, prop::option::of("[a-c]{0,2}")), 1..30),
    ) {
        let keys: Vec<_> = rows.iter().map(|row| Some(row.0)).collect();
        let values: StringViewArray = rows.iter().map(|row| row.1.as_deref()).collect();
        let values: ArrayRef = Arc::new(values);
        let mut expected: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
        for (key, value) in &rows {
            expected.entry(*key).or_default().extend(value.as_deref());
        }
        let expected: Vec<_> = expected
            .into_values()
            .map(|set| format!("[{}]", set.into_iter().collect::<Vec<_>>().join(", ")))
            .collect();
        for partitions in [1, 4] {
            let sql = Sql::with_partitions(partitions)
                .and_table("t", vec![("key", integers(&keys)), ("value", Arc::clone(&values))]);
            for query in [
                "select list_unique(value) from t group by key order by key",
                // Sorted input: groups are emitted while others come.
                "select list_unique(value) from (select * from t order by key) group by key order by key",
                "select list_unique(value) from t group by key, key % 2 order by key",
            ] {
                prop_assert_eq!(&sql.texts(query), &expected, "{} {}", partitions, query);
            }
        }
    }
}
