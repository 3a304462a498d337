//! The sets of many groups at once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::{filter, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::distinct_values::DistinctValues;
use super::list_unique::Nulls;
use super::members::{MAXIMUM, Members};
use super::order::sort_sets;

/// The sets of all groups. Each value is stored once, however many groups have it; what a group has are numbers of values.
pub(super) struct SetGroups {
    element: FieldRef,
    nulls: Nulls,
    values: DistinctValues,
    members: Members,
    groups: usize,
    emitting: Option<Emitting>,
}

/// The state after some groups were emitted and before the next value comes. The values stay as they are until then, so that the groups
/// that are left can be emitted in many steps, and each costs only what it emits.
struct Emitting {
    values: ArrayRef,
    /// How many members and groups were emitted.
    members: usize,
    groups: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ElementOrder {
    Sorted,
    Any,
}

impl SetGroups {
    /// The sets of no value in this many groups.
    pub(super) fn new(value_type: &DataType, nulls: Nulls, groups: usize) -> Result<Self> {
        Ok(Self {
            element: Arc::new(Field::new_list_field(value_type.clone(), true)),
            nulls,
            values: DistinctValues::new(value_type)?,
            members: Members::new(),
            groups,
            emitting: None,
        })
    }

    fn add(
        &mut self,
        values: &ArrayRef,
        groups: impl Iterator<Item = usize>,
        total_groups: usize,
    ) -> Result<()> {
        self.resume()?;
        self.groups = self.groups.max(total_groups);
        let numbers = self.values.number(values)?;
        self.members.add(groups, numbers);
        if self.groups.max(self.values.len()) > MAXIMUM {
            return exec_err!("list_unique takes at most 2^32 groups and distinct values");
        }
        Ok(())
    }

    /// Leaves the state after emitting: forgets the values that no group has any more.
    fn resume(&mut self) -> Result<()> {
        let Some(emitting) = self.emitting.take() else {
            return Ok(());
        };
        let mut is_used = vec![false; emitting.values.len()];
        for (_, value) in self.members.from(emitting.members) {
            is_used[value] = true;
        }
        let used = BooleanArray::new(BooleanBuffer::from(is_used.as_slice()), None);
        let numbers = self.values.number(&filter(&emitting.values, &used)?)?;
        let mut numbers = numbers.iter();
        let mut renumbered = vec![0; is_used.len()];
        for (number, is_used) in renumbered.iter_mut().zip(is_used) {
            if is_used {
                *number = numbers.next().copied().unwrap_or_default();
            }
        }
        let mut members = Members::new();
        let (groups, values): (Vec<_>, Vec<_>) = self
            .members
            .from(emitting.members)
            .map(|(group, value)| (group - emitting.groups, renumbered[value]))
            .unzip();
        members.add(groups.into_iter(), &values);
        self.members = members;
        Ok(())
    }

    /// The sets of the groups to emit, which are forgotten.
    fn emit(&mut self, emit_to: EmitTo, order: ElementOrder) -> Result<ArrayRef> {
        let emitting = if let Some(emitting) = self.emitting.take() {
            emitting
        } else {
            self.members.sort();
            Emitting {
                values: self.values.take()?,
                members: 0,
                groups: 0,
            }
        };
        let groups = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(groups) => groups.min(self.groups),
        };
        self.groups -= groups;
        let last_group = emitting.groups + groups;
        let last_member = self.members.before(last_group);
        let count = last_member - emitting.members;
        let mut ends = vec![0; groups];
        let mut numbers = Vec::with_capacity(count);
        for (group, value) in self.members.from(emitting.members).take(count) {
            // No number is greater than MAXIMUM.
            numbers.push(u32::try_from(value).unwrap_or(u32::MAX));
            ends[group - emitting.groups] = numbers.len();
        }
        let mut last = 0;
        for end in &mut ends {
            last = last.max(*end);
            *end = last;
        }
        if order == ElementOrder::Sorted {
            sort_sets(&emitting.values, &ends, &mut numbers)?;
        }
        let elements = take(&emitting.values, &UInt32Array::from(numbers), None)?;
        if self.groups == 0 {
            self.members.clear();
        } else {
            self.emitting = Some(Emitting {
                values: emitting.values,
                members: last_member,
                groups: last_group,
            });
        }
        self.lists(&ends, elements, None)
    }

    fn lists(
        &self,
        ends: &[usize],
        elements: ArrayRef,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let mut offsets = Vec::with_capacity(ends.len() + 1);
        offsets.push(0);
        for end in ends {
            let Ok(end) = i32::try_from(*end) else {
                return exec_err!("the sets that list_unique makes at once have 2^31 values");
            };
            offsets.push(end);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let element = Arc::clone(&self.element);
        Ok(Arc::new(ListArray::try_new(
            element, offsets, elements, nulls,
        )?))
    }

    /// Which rows count; `None` if all do.
    fn selection(
        &self,
        values: &dyn Array,
        condition: Option<&BooleanArray>,
    ) -> Option<BooleanArray> {
        // NULL is not true.
        let condition = condition
            .filter(|condition| condition.has_false() || condition.null_count() > 0)
            .map(|condition| match condition.nulls() {
                Some(nulls) => condition.values() & nulls.inner(),
                None => condition.values().clone(),
            });
        let valid = match self.nulls {
            Nulls::Ignored => values
                .logical_nulls()
                .filter(|nulls| nulls.null_count() > 0),
            Nulls::Kept => None,
        };
        let selected = match (condition, valid) {
            (Some(condition), Some(valid)) => &condition & valid.inner(),
            (Some(condition), None) => condition,
            (None, Some(valid)) => valid.into_inner(),
            (None, None) => return None,
        };
        Some(BooleanArray::new(selected, None))
    }
}

impl GroupsAccumulator for SetGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let [values, ..] = values else {
            return internal_err!("list_unique has one argument");
        };
        match self.selection(values, opt_filter) {
            None => self.add(values, group_indices.iter().copied(), total_num_groups),
            Some(selection) => {
                let rows = selection.values().set_indices();
                self.add(
                    &filter(values, &selection)?,
                    rows.map(|row| group_indices[row]),
                    total_num_groups,
                )
            }
        }
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.emit(emit_to, ElementOrder::Sorted)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.emit(emit_to, ElementOrder::Any)?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        let [states] = values else {
            return internal_err!("list_unique has one state");
        };
        let Some(lists) = states.as_list_opt::<i32>() else {
            return internal_err!("the state of list_unique is a list");
        };
        let offsets = lists.value_offsets();
        let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else {
            return internal_err!("a list has offsets");
        };
        // What lies below a NULL list would be counted: states have none.
        if lists.null_count() > 0 {
            return internal_err!("a state of list_unique is NULL");
        }
        let elements = lists.values().slice(
            usize::try_from(*first).unwrap_or(0),
            usize::try_from(last - first).unwrap_or(0),
        );
        let groups = group_indices
            .iter()
            .zip(lists.offsets().lengths())
            .flat_map(|(group, length)| std::iter::repeat_n(*group, length));
        self.add(&elements, groups, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let [values, ..] = values else {
            return internal_err!("list_unique has one argument");
        };
        let lists = match self.selection(values, opt_filter) {
            None => {
                let ends: Vec<_> = (1..=values.len()).collect();
                self.lists(&ends, Arc::clone(values), None)?
            }
            Some(selection) => {
                let mut end = 0;
                let ends: Vec<_> = selection
                    .values()
                    .iter()
                    .map(|is_selected| {
                        end += usize::from(is_selected);
                        end
                    })
                    .collect();
                self.lists(&ends, filter(values, &selection)?, None)?
            }
        };
        Ok(vec![lists])
    }

    fn size(&self) -> usize {
        let emitting = self
            .emitting
            .as_ref()
            .map_or(0, |emitting| emitting.values.get_array_memory_size());
        size_of::<Self>() + self.values.size() + self.members.size() + emitting
    }
}
