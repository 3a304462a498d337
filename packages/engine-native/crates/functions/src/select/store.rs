//! What the groups keep of one column.

use std::cmp::Ordering;
use std::mem::size_of;

use arrow::array::ArrayRef;
use arrow::buffer::NullBuffer;
use datafusion::common::Result;

use super::arena::Arena;
use super::codec::Codec;

/// One item a group.
#[derive(Debug)]
pub(super) enum Store {
    Words(Vec<u64>),
    Bytes(Arena),
}

/// A store of items of this type.
pub(super) trait Cells<Item> {
    /// How the item compares with that of the group.
    fn compare(&self, item: Item, group: usize) -> Ordering;

    fn set(&mut self, group: usize, item: Item);
}

impl Cells<u64> for Vec<u64> {
    fn compare(&self, item: u64, group: usize) -> Ordering {
        item.cmp(&self[group])
    }

    fn set(&mut self, group: usize, item: u64) {
        self[group] = item;
    }
}

impl Cells<&[u8]> for Arena {
    fn compare(&self, item: &[u8], group: usize) -> Ordering {
        item.cmp(self.get(group))
    }

    fn set(&mut self, group: usize, item: &[u8]) {
        Self::set(self, group, item);
    }
}

impl Store {
    /// A store for what the codec writes.
    pub(super) fn new(codec: &Codec) -> Self {
        if codec.writes_words() {
            Self::Words(Vec::new())
        } else {
            Self::Bytes(Arena::default())
        }
    }

    pub(super) fn resize(&mut self, groups: usize) {
        match self {
            Self::Words(words) => words.resize(groups, 0),
            Self::Bytes(arena) => arena.resize(groups),
        }
    }

    pub(super) fn drop_first(&mut self, groups: usize) {
        match self {
            Self::Words(words) if groups == words.len() => *words = Vec::new(),
            Self::Words(words) => drop(words.drain(..groups)),
            Self::Bytes(arena) => arena.drop_first(groups),
        }
    }

    /// The column of the first groups, as many as `nulls` has.
    pub(super) fn column(&self, codec: &Codec, nulls: NullBuffer) -> Result<ArrayRef> {
        match self {
            Self::Words(words) => codec.column_of_words(&words[..nulls.len()], nulls),
            Self::Bytes(arena) => codec.column_of_bytes(arena, nulls),
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Words(words) => words.capacity() * size_of::<u64>(),
            Self::Bytes(arena) => arena.size(),
        }
    }
}
