//! Sorts the values of each set.

use arrow::array::{Array, DynComparator, make_comparator};
use arrow::compute::SortOptions;
use datafusion::common::Result;

/// The order of values in a set: that of ORDER BY, ascending, with NULL last in structs and lists as well.
pub(crate) const ASCENDING: SortOptions = SortOptions {
    descending: false,
    nulls_first: false,
};

/// Sorts the numbers of each set by the values that they stand for. The sets lie one after the other; `ends` says where each ends.
pub(super) fn sort_sets(values: &dyn Array, ends: &[usize], numbers: &mut [u32]) -> Result<()> {
    let compare = make_comparator(values, values, ASCENDING)?;
    if ranking_is_cheaper(values.len(), ends.len(), numbers.len()) {
        sort_by_rank(&compare, values.len(), ends, numbers);
    } else {
        for_each_set(ends, numbers, |set| {
            set.sort_unstable_by(|left, right| compare(*left as usize, *right as usize));
        });
    }
    Ok(())
}

/// Whether sorting all values once and comparing their ranks takes fewer comparisons than sorting each set by itself.
fn ranking_is_cheaper(values: usize, sets: usize, members: usize) -> bool {
    let sorting = |count: usize, size: usize| count.saturating_mul(size.max(1).ilog2() as usize);
    // A member costs one more look-up when it is ranked, and comparisons of ranks are several times cheaper than those of values.
    sorting(values, values).saturating_add(members) < sorting(members, 2 * members / sets.max(1))
}

fn sort_by_rank(compare: &DynComparator, values: usize, ends: &[usize], numbers: &mut [u32]) {
    let mut order: Vec<u32> = (0..).take(values).collect();
    order.sort_unstable_by(|left, right| compare(*left as usize, *right as usize));
    let mut ranks = vec![0; values];
    for (rank, number) in (0..).zip(&order) {
        ranks[*number as usize] = rank;
    }
    for_each_set(ends, numbers, |set| {
        for number in &mut *set {
            *number = ranks[*number as usize];
        }
        set.sort_unstable();
        for number in set {
            *number = order[*number as usize];
        }
    });
}

fn for_each_set(ends: &[usize], mut numbers: &mut [u32], mut sort: impl FnMut(&mut [u32])) {
    let mut start = 0;
    for end in ends {
        let (set, rest) = numbers.split_at_mut(end - start);
        sort(set);
        numbers = rest;
        start = *end;
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, Int64Array};
    use proptest::prelude::*;

    use super::{ASCENDING, for_each_set, make_comparator, ranking_is_cheaper, sort_by_rank};

    #[test]
    fn few_values_in_large_sets_are_ranked() {
        assert!(ranking_is_cheaper(100, 10, 100_000));
        assert!(!ranking_is_cheaper(100_000, 50_000, 100_000));
        assert!(!ranking_is_cheaper(0, 0, 0));
    }

    proptest! {
        #[test]
        fn both_ways_sort_the_same(
            values in prop::collection::vec(prop::option::of(-5_i64..5), 1..20),
            sets in prop::collection::vec(prop::collection::vec(0_u32..1000, 0..6), 0..6),
        ) {
            let values = Int64Array::from(values);
            let compare = make_comparator(&values, &values, ASCENDING).unwrap();
            let mut numbers = Vec::new();
            let mut ends = Vec::new();
            for set in &sets {
                numbers.extend(set.iter().map(|number| number % u32::try_from(values.len()).unwrap()));
                ends.push(numbers.len());
            }
            let mut ranked = numbers.clone();
            sort_by_rank(&compare, values.len(), &ends, &mut ranked);
            for_each_set(&ends, &mut numbers, |set| {
                // NULL is last, as the sort says.
                set.sort_by_key(|number| {
                    let number = *number as usize;
                    (values.is_null(number), values.value(number))
                });
            });
            let shown = |numbers: &[u32]| -> Vec<_> {
                numbers.iter().map(|number| {
                    let number = *number as usize;
                    values.is_valid(number).then(|| values.value(number))
                }).collect()
            };
            prop_assert_eq!(shown(&ranked), shown(&numbers));
        }
    }
}
