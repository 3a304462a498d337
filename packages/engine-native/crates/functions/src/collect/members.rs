//! Which values are in the set of which group: pairs of two numbers, without duplicates.
//!
//! Pairs are appended and sorted from time to time, because a result needs them sorted anyway, and because sorting reads memory in order
//! where a hash table of as many pairs would miss the cache for each row.

/// A group in the upper half, a value in the lower half.
type Member = u64;

/// From here on duplicates are looked for, again whenever the pairs have doubled.
const FIRST_LIMIT: usize = 1 << 16;

const HALF: u64 = u32::MAX as u64;

/// The greatest number of a group or of a value.
pub(super) const MAXIMUM: usize = u32::MAX as usize;

/// Pairs of a group and a value.
#[derive(Debug)]
pub(super) struct Members {
    pairs: Vec<Member>,
    limit: usize,
}

impl Members {
    pub(super) fn new() -> Self {
        Self {
            pairs: Vec::new(),
            limit: FIRST_LIMIT,
        }
    }

    /// Adds one value to each group; the numbers are at most [`MAXIMUM`].
    pub(super) fn add(&mut self, groups: impl Iterator<Item = usize>, values: &[usize]) {
        let mut last = self.pairs.last().copied();
        for (group, value) in groups.zip(values) {
            let pair = (group as u64) << 32 | *value as u64;
            // Equal values often stand together, and this is the cheapest place to drop them.
            if last != Some(pair) {
                self.pairs.push(pair);
                last = Some(pair);
            }
        }
        if self.pairs.len() >= self.limit {
            self.sort();
            self.limit = FIRST_LIMIT.max(2 * self.pairs.len());
        }
    }

    /// Sorts by group and value, and drops duplicates.
    #[expect(
        clippy::stable_sort_primitive,
        reason = "the stable sort recognises that the pairs of the last time are sorted already"
    )]
    pub(super) fn sort(&mut self) {
        self.pairs.sort();
        self.pairs.dedup();
    }

    /// The pairs, from a position on.
    pub(super) fn from(&self, position: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.pairs[position..]
            .iter()
            .map(|pair| ((pair >> 32) as usize, (pair & HALF) as usize))
    }

    /// How many of the sorted pairs belong to a group before this one.
    pub(super) fn before(&self, group: usize) -> usize {
        self.pairs
            .partition_point(|pair| ((pair >> 32) as usize) < group)
    }

    /// Forgets all pairs.
    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    /// The bytes in use.
    pub(super) fn size(&self) -> usize {
        self.pairs.capacity() * size_of::<Member>()
    }
}
