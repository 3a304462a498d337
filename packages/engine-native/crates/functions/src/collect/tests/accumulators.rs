//! The accumulators, called as DataFusion calls them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, ListArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use proptest::prelude::*;

use super::{integers, numbers};
use crate::collect::accumulator::SetAccumulator;
use crate::collect::groups::SetGroups;
use crate::collect::list_unique::Nulls;

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
