//! The accumulator of all groups.

use std::cmp::Ordering;
use std::mem::size_of;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::nullif;
use datafusion::common::{Result, internal_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::codec::{Codec, Items, complete, plain};
use super::function::Call;
use super::store::{Cells, Store};

/// The best row that each group has seen: its key and its value.
#[derive(Debug)]
pub(super) struct Groups {
    name: &'static str,
    wins: Ordering,
    value: Column,
    key: Column,
    rows: Vec<u32>,
}

#[derive(Debug)]
struct Column {
    codec: Codec,
    store: Store,
}

/// The group has no row yet.
const NONE: u32 = u32::MAX;
/// The best row of the group is in the stores. Everything below is the number of a row of the batch at hand.
const STORED: u32 = u32::MAX - 1;

impl Groups {
    pub(super) fn new(call: &Call) -> Result<Self> {
        let column = |data_type| {
            let codec = Codec::new(data_type).map_err(|error| error.context(call.name))?;
            let store = Store::new(&codec);
            Ok::<_, DataFusionError>(Column { codec, store })
        };
        Ok(Self {
            name: call.name,
            wins: call.wins,
            value: column(&call.value_type)?,
            key: column(&call.key_type)?,
            rows: Vec::new(),
        })
    }

    /// Makes room for this many groups.
    pub(super) fn resize(&mut self, groups: usize) {
        self.rows.resize(groups, NONE);
        self.value.store.resize(groups);
        self.key.store.resize(groups);
    }

    pub(super) fn update(
        &mut self,
        arguments: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        let [value, key] = columns(self.name, arguments)?;
        if groups.len() >= STORED as usize {
            return internal_err!("{}: a batch of {} rows", self.name, groups.len());
        }
        self.resize(total);
        let used = used_rows(&value, &key, filter);
        let values = self.value.codec.encode(&value)?;
        let keys = self.key.codec.encode(&key)?;
        let batch = Batch {
            wins: self.wins,
            groups,
            used: used.as_ref(),
        };
        let best = &mut self.rows;
        match (
            (keys.items(), &mut self.key.store),
            (values.items(), &mut self.value.store),
        ) {
            (
                (Items::Words(keys), Store::Words(key_store)),
                (Items::Words(values), Store::Words(value_store)),
            ) => batch.reduce(best, (keys, key_store), (values, value_store)),
            (
                (Items::Words(keys), Store::Words(key_store)),
                (Items::Bytes(values), Store::Bytes(value_store)),
            ) => batch.reduce(best, (keys, key_store), (&values, value_store)),
            (
                (Items::Bytes(keys), Store::Bytes(key_store)),
                (Items::Words(values), Store::Words(value_store)),
            ) => batch.reduce(best, (&keys, key_store), (values, value_store)),
            (
                (Items::Bytes(keys), Store::Bytes(key_store)),
                (Items::Bytes(values), Store::Bytes(value_store)),
            ) => batch.reduce(best, (&keys, key_store), (&values, value_store)),
            _ => return internal_err!("{}: a column in the store of another type", self.name),
        }
        Ok(())
    }

    /// The values of the first groups.
    pub(super) fn values(&self, groups: usize) -> Result<ArrayRef> {
        self.column(&self.value, groups)
    }

    /// The values and keys of the first groups.
    pub(super) fn values_and_keys(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            self.column(&self.value, groups)?,
            self.column(&self.key, groups)?,
        ])
    }

    fn column(&self, column: &Column, groups: usize) -> Result<ArrayRef> {
        let found: BooleanBuffer = self.rows[..groups].iter().map(|row| *row != NONE).collect();
        column
            .store
            .column(&column.codec, NullBuffer::new(found))
            .map_err(|error| error.context(self.name))
    }

    fn drop_first(&mut self, groups: usize) {
        self.value.store.drop_first(groups);
        self.key.store.drop_first(groups);
        if groups == self.rows.len() {
            self.rows = Vec::new();
        } else {
            self.rows.drain(..groups);
        }
    }

    fn emitted(&self, emit: EmitTo) -> usize {
        match emit {
            EmitTo::All => self.rows.len(),
            EmitTo::First(groups) => groups,
        }
    }

    /// Whether nothing is kept any more.
    #[cfg(test)]
    pub(super) fn rows_are_gone(&self) -> bool {
        self.size() == 0
    }

    pub(super) fn size(&self) -> usize {
        self.rows.capacity() * size_of::<u32>() + self.value.store.size() + self.key.store.size()
    }
}

/// The value and the key, without dictionaries.
pub(super) fn columns(name: &str, arguments: &[ArrayRef]) -> Result<[ArrayRef; 2]> {
    let [value, key] = arguments else {
        return internal_err!("{name} has two arguments");
    };
    Ok([plain(value)?, plain(key)?])
}

/// Which rows count; `None` if all do.
fn used_rows(
    value: &ArrayRef,
    key: &ArrayRef,
    filter: Option<&BooleanArray>,
) -> Option<BooleanBuffer> {
    let complete = complete(value, key);
    let Some(filter) = filter else {
        return complete;
    };
    let kept = match filter.nulls() {
        Some(nulls) => filter.values() & nulls.inner(),
        None => filter.values().clone(),
    };
    Some(match complete {
        Some(complete) => &complete & &kept,
        None => kept,
    })
}

/// The rows of one batch.
struct Batch<'batch> {
    wins: Ordering,
    groups: &'batch [usize],
    used: Option<&'batch BooleanBuffer>,
}

impl Batch<'_> {
    /// Finds the best row of each group and copies what it has into the stores.
    fn reduce<Key: Ord + Copy, Value: Ord + Copy>(
        &self,
        best: &mut [u32],
        keys: (&[Key], &mut impl Cells<Key>),
        values: (&[Value], &mut impl Cells<Value>),
    ) {
        match self.used {
            Some(used) => self.reduce_rows(used.set_indices(), best, keys, values),
            None => self.reduce_rows(0..self.groups.len(), best, keys, values),
        }
    }

    fn reduce_rows<Key: Ord + Copy, Value: Ord + Copy>(
        &self,
        rows: impl Iterator<Item = usize>,
        best: &mut [u32],
        (keys, key_store): (&[Key], &mut impl Cells<Key>),
        (values, value_store): (&[Value], &mut impl Cells<Value>),
    ) {
        let mut changed = Vec::new();
        for row in rows {
            let (group, key) = (self.groups[row], keys[row]);
            let known = best[group];
            let order = match known {
                NONE => self.wins,
                STORED => key_store
                    .compare(key, group)
                    .then_with(|| value_store.compare(values[row], group)),
                other => {
                    let other = other as usize;
                    key.cmp(&keys[other])
                        .then_with(|| values[row].cmp(&values[other]))
                }
            };
            if order == self.wins {
                if known >= STORED {
                    changed.push(group);
                }
                #[expect(clippy::cast_possible_truncation, reason = "`update` has looked at it")]
                let row = row as u32;
                best[group] = row;
            }
        }
        for group in changed {
            let row = best[group] as usize;
            key_store.set(group, keys[row]);
            value_store.set(group, values[row]);
            best[group] = STORED;
        }
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.update(values, groups, filter, total)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = self.emitted(emit);
        let values = self.values(groups)?;
        self.drop_first(groups);
        Ok(values)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit);
        let state = self.values_and_keys(groups)?;
        self.drop_first(groups);
        Ok(state)
    }

    /// A state is a row like any other: the best one of its rows.
    fn merge_batch(&mut self, state: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.update(state, groups, None, total)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let [value, key] = columns(self.name, values)?;
        let Some(used) = used_rows(&value, &key, filter) else {
            return Ok(vec![value, key]);
        };
        let skipped = BooleanArray::new(!&used, None);
        Ok(vec![nullif(&value, &skipped)?, nullif(&key, &skipped)?])
    }

    fn size(&self) -> usize {
        self.size()
    }
}
