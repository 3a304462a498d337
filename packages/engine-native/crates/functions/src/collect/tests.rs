//! The functions of this group, called from SQL and as accumulators.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Decimal128Array, DictionaryArray,
    FixedSizeBinaryArray, Float64Array, Int64Array, LargeStringArray, ListArray, NullArray,
    StringArray, StringViewArray, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Int8Type, Int32Type, Int64Type};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use proptest::prelude::*;

use super::accumulator::SetAccumulator;
use super::groups::SetGroups;
use super::list_unique::Nulls;
use crate::testing::Sql;

/// The texts of the lists of numbers in a column.
fn numbers(lists: &dyn Array) -> Vec<Vec<Option<i64>>> {
    lists
        .as_list::<i32>()
        .iter()
        .map(|list| list.unwrap().as_primitive::<Int64Type>().iter().collect())
        .collect()
}

fn integers(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Columns of every kind with the list that their set is.
fn kinds() -> Vec<(ArrayRef, &'static str)> {
    let texts = vec![Some("b"), None, Some("a"), Some("b"), Some("")];
    let bytes: Vec<_> = texts.iter().map(|text| text.map(str::as_bytes)).collect();
    let dictionary: DictionaryArray<Int32Type> = texts.iter().copied().collect();
    let pairs: ArrayRef = Arc::new(StructArray::from(vec![
        (
            Arc::new(Field::new("x", DataType::Int64, true)),
            integers(&[Some(2), Some(1), Some(2), Some(2), None]),
        ),
        (
            Arc::new(Field::new("y", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec!["a", "b", "a", "A", "c"])) as ArrayRef,
        ),
    ]));
    let lists = ListArray::from_iter_primitive::<Int8Type, _, _>(vec![
        Some(vec![Some(2)]),
        Some(vec![Some(1), Some(3)]),
        None,
        Some(vec![]),
        Some(vec![Some(1), Some(3)]),
    ]);
    vec![
        (Arc::new(StringArray::from(texts.clone())), "[, a, b]"),
        (Arc::new(LargeStringArray::from(texts.clone())), "[, a, b]"),
        (Arc::new(StringViewArray::from(texts.clone())), "[, a, b]"),
        (Arc::new(dictionary), "[, a, b]"),
        (Arc::new(BinaryArray::from(bytes)), "[, 61, 62]"),
        (
            integers(&[Some(3), Some(-1), None, Some(3), Some(i64::MAX)]),
            "[-1, 3, 9223372036854775807]",
        ),
        (
            Arc::new(Float64Array::from(vec![
                f64::NAN,
                -0.0,
                0.0,
                f64::NAN,
                -1.5,
            ])),
            "[-1.5, 0.0, NaN]",
        ),
        (
            Arc::new(BooleanArray::from(vec![
                Some(true),
                None,
                Some(false),
                Some(true),
            ])),
            "[false, true]",
        ),
        (
            Arc::new(
                Decimal128Array::from(vec![300, -1, 300])
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
            "[-0.01, 3.00]",
        ),
        (
            Arc::new(TimestampMicrosecondArray::from(vec![1, 0, 1]).with_timezone("UTC")),
            "[1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000001Z]",
        ),
        (
            Arc::new(FixedSizeBinaryArray::try_from_iter(["ba", "ab", "ba"].iter()).unwrap()),
            "[6162, 6261]",
        ),
        (Arc::new(lists), "[[], [1, 3], [2]]"),
        (
            pairs,
            "[{x: 1, y: b}, {x: 2, y: A}, {x: 2, y: a}, {x: , y: c}]",
        ),
        (Arc::new(NullArray::new(3)), "[]"),
    ]
}

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

// DataFusion counts 0.0 and -0.0 once where the optimizer makes a grouping of DISTINCT, and twice elsewhere: floats show that both calls are planned
// in the same way.
#[test]
fn count_distinct_agg_is_count_distinct() {
    for (column, _) in kinds() {
        let data_type = column.data_type().clone();
        let keys: Vec<_> = (0..column.len())
            .map(|row| i64::try_from(row % 2).ok())
            .collect();
        for (partitions, passes) in [(1, 3), (1, 0), (4, 3), (4, 0)] {
            let sql = Sql::with_partitions(partitions).and_table(
                "t",
                vec![("value", Arc::clone(&column)), ("key", integers(&keys))],
            );
            // Without passes of the optimizer, nothing is simplified.
            sql.run(&format!("set datafusion.optimizer.max_passes = {passes}"));
            for query in [
                "select CALL from t",
                "select CALL from t where false",
                "select CALL from t group by key order by key",
                "select CALL filter (where key = 1) from t group by key order by key",
                "select CALL over (partition by key) from t order by key",
                "select CALL over (order by key rows between 1 preceding and current row) from t order by key",
            ] {
                assert_eq!(
                    sql.texts(&query.replace("CALL", "count_distinct_agg(value)")),
                    sql.texts(&query.replace("CALL", "count(distinct value)")),
                    "{data_type}, {partitions} partitions, {passes} passes: {query}"
                );
            }
        }
    }
    let sql = Sql::new();
    assert_eq!(
        sql.texts("select count_distinct_agg(v) from (values (1), (2), (1), (null)) as t (v)"),
        ["2"]
    );
    assert_eq!(
        sql.texts("select \"count_distinct_agg(t.v)\" from (select count_distinct_agg(v) from (values (1)) as t (v))"),
        ["1"]
    );
}

#[test]
fn many_groups_with_few_and_with_many_values() {
    // Enough rows that pairs are sorted more than once and values are ranked.
    let rows = 200_000;
    for (groups, distinct) in [(3, 50), (50_000, 50), (50_000, 100_000), (1, 100_000)] {
        let value = |row: i64| row * 7919 % distinct;
        let group = |row: i64| row * 31 % groups;
        let mut expected: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for row in 0..rows {
            expected.entry(group(row)).or_default().insert(value(row));
        }
        let mut sets = SetGroups::new(&DataType::Int64, Nulls::Ignored, 0).unwrap();
        let empty = sets.size();
        let all: Vec<i64> = (0..rows).collect();
        for batch in all.chunks(8192) {
            let values: Int64Array = batch.iter().map(|row| Some(value(*row))).collect();
            let indices: Vec<_> = batch
                .iter()
                .map(|row| usize::try_from(group(*row)).unwrap())
                .collect();
            sets.update_batch(
                &[Arc::new(values)],
                &indices,
                None,
                usize::try_from(groups).unwrap(),
            )
            .unwrap();
        }
        assert!(sets.size() > empty + 8 * usize::try_from(distinct).unwrap());
        let lists = sets.evaluate(EmitTo::All).unwrap();
        let expected: Vec<Vec<_>> = expected
            .into_values()
            .map(|set| set.into_iter().map(Some).collect())
            .collect();
        assert_eq!(numbers(&lists), expected, "{groups} {distinct}");
    }
}

#[test]
fn states_of_one_row_are_lists_of_one_value_or_none() {
    let values: ArrayRef = integers(&[Some(1), None, Some(3), Some(4)]);
    let condition = BooleanArray::from(vec![Some(true), Some(true), None, Some(false)]);
    for (nulls, filter, expected) in [
        (
            Nulls::Ignored,
            None,
            vec![vec![Some(1)], vec![], vec![Some(3)], vec![Some(4)]],
        ),
        (
            Nulls::Kept,
            None,
            vec![vec![Some(1)], vec![None], vec![Some(3)], vec![Some(4)]],
        ),
        (
            Nulls::Ignored,
            Some(&condition),
            vec![vec![Some(1)], vec![], vec![], vec![]],
        ),
        (
            Nulls::Kept,
            Some(&condition),
            vec![vec![Some(1)], vec![None], vec![], vec![]],
        ),
    ] {
        let mut sets = SetGroups::new(&DataType::Int64, nulls, 0).unwrap();
        let states = sets
            .convert_to_state(std::slice::from_ref(&values), filter)
            .unwrap();
        assert_eq!(numbers(&states[0]), expected);
        sets.merge_batch(&states, &[0, 1, 2, 3], 4).unwrap();
        assert_eq!(numbers(&sets.evaluate(EmitTo::All).unwrap()), expected);
        // A slice of states is merged as what it is.
        let part = states[0].slice(2, 2);
        sets.merge_batch(&[part], &[1, 0], 2).unwrap();
        let rest: Vec<_> = expected[2..].iter().rev().cloned().collect();
        assert_eq!(numbers(&sets.evaluate(EmitTo::All).unwrap()), rest);
    }
}

#[test]
fn a_set_can_be_looked_at_again_and_again() {
    let mut set = SetAccumulator::new(&DataType::Int64, Nulls::Kept).unwrap();
    let shown = |set: &mut SetAccumulator| set.evaluate().unwrap().to_string();
    assert_eq!(shown(&mut set), "[]");
    set.update_batch(&[integers(&[Some(2), None])]).unwrap();
    assert_eq!(shown(&mut set), "[2, ]");
    let state = set.state().unwrap().remove(0).to_array().unwrap();
    set.update_batch(&[integers(&[Some(1), None])]).unwrap();
    assert_eq!(shown(&mut set), "[1, 2, ]");
    let mut other = SetAccumulator::new(&DataType::Int64, Nulls::Kept).unwrap();
    other.update_batch(&[integers(&[Some(3)])]).unwrap();
    other.merge_batch(&[state]).unwrap();
    assert_eq!(shown(&mut other), "[2, 3, ]");
    assert!(other.size() > size_of::<SetAccumulator>());
}

/// What can be done with sets of groups.
#[derive(Debug, Clone)]
enum Step {
    Update(Vec<(usize, Option<i64>, Option<bool>)>),
    Merge(Vec<(usize, Vec<i64>)>),
    Emit(usize),
    EmitState(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let row = (
        0_usize..5,
        prop::option::of(-3_i64..3),
        prop::option::of(any::<bool>()),
    );
    let state = (0_usize..5, prop::collection::vec(-3_i64..3, 0..4));
    prop_oneof![
        prop::collection::vec(row, 0..9).prop_map(Step::Update),
        prop::collection::vec(state, 0..9).prop_map(Step::Merge),
        (0_usize..4).prop_map(Step::Emit),
        (0_usize..4).prop_map(Step::EmitState),
    ]
}

/// The same with the sets of the standard library. NULL is the greatest value.
#[derive(Default)]
struct Model(Vec<BTreeSet<(bool, Option<i64>)>>);

impl Model {
    fn add(&mut self, group: usize, value: Option<i64>) {
        if self.0.len() <= group {
            self.0.resize(group + 1, BTreeSet::new());
        }
        self.0[group].insert((value.is_none(), value));
    }

    fn emit(&mut self, groups: usize) -> Vec<Vec<Option<i64>>> {
        self.0
            .drain(..groups)
            .map(|set| set.into_iter().map(|(_, value)| value).collect())
            .collect()
    }
}

proptest! {
    #[test]
    fn groups_do_what_sets_of_the_standard_library_do(
        steps in prop::collection::vec(step(), 0..12),
        nulls in prop_oneof![Just(Nulls::Ignored), Just(Nulls::Kept)],
    ) {
        let mut sets = SetGroups::new(&DataType::Int64, nulls, 0).unwrap();
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Update(rows) => {
                    let indices: Vec<_> = rows.iter().map(|row| row.0).collect();
                    let values: Int64Array = rows.iter().map(|row| row.1).collect();
                    let condition: BooleanArray = rows.iter().map(|row| row.2).collect();
                    for (group, value, condition) in &rows {
                        model.0.resize(model.0.len().max(group + 1), BTreeSet::new());
                        if *condition == Some(true) && (value.is_some() || nulls == Nulls::Kept) {
                            model.add(*group, *value);
                        }
                    }
                    sets.update_batch(&[Arc::new(values)], &indices, Some(&condition), model.0.len()).unwrap();
                }
                Step::Merge(states) => {
                    let indices: Vec<_> = states.iter().map(|state| state.0).collect();
                    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(
                        states.iter().map(|state| Some(state.1.iter().copied().map(Some).collect::<Vec<_>>())),
                    );
                    for (group, values) in &states {
                        model.0.resize(model.0.len().max(group + 1), BTreeSet::new());
                        for value in values {
                            model.add(*group, Some(*value));
                        }
                    }
                    sets.merge_batch(&[Arc::new(lists)], &indices, model.0.len()).unwrap();
                }
                Step::Emit(groups) => {
                    let groups = groups.min(model.0.len());
                    let lists = sets.evaluate(EmitTo::First(groups)).unwrap();
                    prop_assert_eq!(numbers(&lists), model.emit(groups));
                }
                Step::EmitState(groups) => {
                    let groups = groups.min(model.0.len());
                    let states = sets.state(EmitTo::First(groups)).unwrap();
                    let mut found = numbers(&states[0]);
                    for set in &mut found {
                        set.sort_by_key(|value| (value.is_none(), *value));
                    }
                    prop_assert_eq!(found, model.emit(groups));
                }
            }
        }
        let groups = model.0.len();
        prop_assert_eq!(numbers(&sets.evaluate(EmitTo::All).unwrap()), model.emit(groups));
        // Afterwards it is as new.
        prop_assert_eq!(numbers(&sets.evaluate(EmitTo::All).unwrap()), Vec::<Vec<_>>::new());
    }
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
