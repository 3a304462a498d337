//! Which rows are checked: the first, the last, a sample, or all three together.

use std::ops::Range;

use twox_hash::XxHash3_64;

/// Of the sample: the same rows for the same number of rows, on every machine and in every version.
const SEED: u64 = 0;

/// Rows by their number, ascending, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    ranges: Vec<Range<u64>>,
    /// How many selected rows come before each range.
    before: Vec<u64>,
}

impl Selection {
    /// The first `head`, the last `tail` and a sample of `sample` of `rows` rows.
    pub(crate) fn of(rows: u64, head: u64, tail: u64, sample: u64) -> Self {
        let mut ranges = vec![0..head.min(rows), rows.saturating_sub(tail)..rows];
        ranges.extend(reservoir(rows, sample).into_iter().map(|row| row..row + 1));
        ranges.retain(|range| !range.is_empty());
        ranges.sort_unstable_by_key(|range| range.start);
        let mut joined: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        let mut selected = 0;
        let before = joined
            .iter()
            .map(|range| {
                let before = selected;
                selected += range.end - range.start;
                before
            })
            .collect();
        Self {
            ranges: joined,
            before,
        }
    }

    /// The row after the last one.
    pub(crate) fn end(&self) -> u64 {
        self.ranges.last().map_or(0, |range| range.end)
    }

    /// The number of the row that is selected after `position` others.
    pub(crate) fn number(&self, position: u64) -> Option<u64> {
        let range = self.before.partition_point(|before| *before <= position);
        let range = range.checked_sub(1)?;
        let number = self.ranges[range].start + (position - self.before[range]);
        (number < self.ranges[range].end).then_some(number)
    }

    /// How many rows of so many are selected.
    pub(crate) fn len_of(&self, rows: u64) -> u64 {
        let ranges = self.ranges.iter();
        ranges
            .map(|range| range.end.min(rows).saturating_sub(range.start))
            .sum()
    }

    /// The selected part of the rows from `start` to `end`, counted from `start`.
    pub(crate) fn within(&self, start: u64, end: u64) -> impl Iterator<Item = Range<u64>> {
        let first = self.ranges.partition_point(|range| range.end <= start);
        self.ranges[first..]
            .iter()
            .take_while(move |range| range.start < end)
            .map(move |range| range.start.max(start) - start..range.end.min(end) - start)
    }
}

/// Chooses `sample` of `rows` rows: each further row takes the place of a chosen one by a hash of its number (Vitter's algorithm R).
fn reservoir(rows: u64, sample: u64) -> Vec<u64> {
    let mut chosen: Vec<u64> = (0..sample.min(rows)).collect();
    if chosen.is_empty() {
        return chosen;
    }
    for row in sample..rows {
        let random = XxHash3_64::oneshot_with_seed(SEED, &row.to_le_bytes());
        // The high half of the product is uniform below row + 1.
        let place = (u128::from(random) * u128::from(row + 1)) >> 64;
        if let Some(place) = usize::try_from(place)
            .ok()
            .and_then(|place| chosen.get_mut(place))
        {
            *place = row;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::{Selection, reservoir};

    fn rows(selection: &Selection) -> Vec<u64> {
        (0..)
            .map_while(|position| selection.number(position))
            .collect()
    }

    #[test]
    fn head_and_tail_meet_without_a_row_twice() {
        assert_eq!(rows(&Selection::of(10, 2, 3, 0)), [0, 1, 7, 8, 9]);
        assert_eq!(rows(&Selection::of(4, 3, 3, 0)), [0, 1, 2, 3]);
        assert_eq!(rows(&Selection::of(0, 3, 3, 3)), [0; 0]);
        assert_eq!(rows(&Selection::of(2, 9, 9, 9)), [0, 1]);
    }

    #[test]
    fn a_batch_sees_its_part() {
        let selection = Selection::of(10, 2, 3, 0);
        assert_eq!(selection.within(1, 8).collect::<Vec<_>>(), [0..1, 6..7]);
        assert_eq!(selection.within(2, 7).count(), 0);
        assert_eq!(selection.len_of(8), 3);
        assert_eq!(selection.end(), 10);
    }

    #[test]
    fn a_sample_is_even_and_the_same_each_time() {
        let sample = reservoir(100_000, 10_000);
        assert_eq!(sample, reservoir(100_000, 10_000));
        let mut distinct = sample.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 10_000);
        for tenth in 0..10 {
            let part = distinct
                .iter()
                .filter(|row| **row / 10_000 == tenth)
                .count();
            // Six standard deviations of a tenth of the sample.
            assert!((820..=1180).contains(&part), "{tenth}: {part}");
        }
    }
}
