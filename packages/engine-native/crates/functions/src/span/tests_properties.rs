//! The functions of two spans against sets of positions.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array};
use proptest::prelude::*;

use crate::testing::Sql;

/// A span as its arguments and the positions that it has.
#[derive(Debug, Clone)]
struct Sample {
    start: i64,
    end: i64,
    is_exclusive: bool,
    positions: BTreeSet<i64>,
}

fn samples() -> impl Strategy<Value = Option<Sample>> {
    proptest::option::weighted(
        0.9,
        (0_i64..12, 0_i64..8, any::<bool>()).prop_map(|(start, length, is_exclusive)| Sample {
            start,
            end: start + length - i64::from(!is_exclusive),
            is_exclusive,
            positions: (start..start + length).collect(),
        }),
    )
}

fn columns(prefix: &str, samples: &[Option<Sample>]) -> Vec<(String, ArrayRef)> {
    let each = |field: fn(&Sample) -> i64| -> ArrayRef {
        Arc::new(
            samples
                .iter()
                .map(|sample| sample.as_ref().map(field))
                .collect::<Int64Array>(),
        )
    };
    let exclusive: BooleanArray = samples
        .iter()
        .map(|sample| sample.as_ref().map(|sample| sample.is_exclusive))
        .collect();
    vec![
        (format!("{prefix}s"), each(|sample| sample.start)),
        (format!("{prefix}e"), each(|sample| sample.end)),
        (format!("{prefix}x"), Arc::new(exclusive)),
    ]
}

/// The first position and the one behind the last, of what is not empty.
fn bounds(positions: &BTreeSet<i64>) -> Option<(i64, i64)> {
    Some((*positions.first()?, *positions.last()? + 1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn spans_are_sets_of_positions(
        pairs in proptest::collection::vec((samples(), samples()), 0..24),
    ) {
        let (first, second): (Vec<_>, Vec<_>) = pairs.iter().cloned().unzip();
        let columns: Vec<_> = columns("a", &first).into_iter().chain(columns("b", &second)).collect();
        let sql = Sql::with_table(
            columns.iter().map(|(name, column)| (name.as_str(), ArrayRef::clone(column))).collect(),
        );
        let answers = |call: &str| {
            sql.texts(&format!(
                "select {call} from (select span_make(\"as\", ae, 0, 'byte', ax) as a, span_make(bs, be, 0, 'byte', bx) as b from t)"
            ))
        };
        let expected = |answer: &dyn Fn(&Sample, &Sample) -> String| -> Vec<String> {
            pairs
                .iter()
                .map(|pair| match pair {
                    (Some(a), Some(b)) => answer(a, b),
                    _ => "∅".to_owned(),
                })
                .collect()
        };
        prop_assert_eq!(
            answers("span_overlaps(a, b)"),
            expected(&|a, b| (!a.positions.is_disjoint(&b.positions)).to_string())
        );
        // Of empty spans the positions do not tell where they are.
        prop_assert_eq!(
            answers("case when a is not null and b is not null then span_len(b) > 0 and span_contains(a, b) end"),
            expected(&|a, b| {
                (!b.positions.is_empty() && b.positions.is_subset(&a.positions)).to_string()
            })
        );
        prop_assert_eq!(
            answers("span_len(span_intersection(a, b))"),
            expected(&|a, b| {
                let common = a.positions.intersection(&b.positions).count();
                if common == 0 { "∅".to_owned() } else { common.to_string() }
            })
        );
        prop_assert_eq!(
            answers("case when span_len(a) > 0 and span_len(b) > 0 then span_union(a, b)['bstart'] end"),
            expected(&|a, b| match (bounds(&a.positions), bounds(&b.positions)) {
                (Some(a), Some(b)) => a.0.min(b.0).to_string(),
                _ => "∅".to_owned(),
            })
        );
        prop_assert_eq!(
            answers("case when span_len(a) > 0 and span_len(b) > 0 then span_len(span_union(a, b)) end"),
            expected(&|a, b| match (bounds(&a.positions), bounds(&b.positions)) {
                (Some(a), Some(b)) => (a.1.max(b.1) - a.0.min(b.0)).to_string(),
                _ => "∅".to_owned(),
            })
        );
        // Moving both moves what they have in common, and the way back gives the span.
        prop_assert_eq!(
            answers("span_intersection(span_shift(a, 100), span_shift(b, 100))"),
            answers("span_shift(span_intersection(a, b), 100)")
        );
        prop_assert_eq!(answers("span_shift(span_shift(a, 7), -7)"), answers("a"));
    }
}
