//! `head`, `tail` and `sample`: the same rows however they are cut.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use serde_json::{Value, json};

use super::{joined, table, validated};
use crate::ValidationReport;

/// `rows` numbers from 0 on in batches of `size`, dealt to partitions one after another.
fn numbers(rows: i64, size: usize, partitions: usize) -> Vec<Vec<RecordBatch>> {
    let all = table(vec![(
        "n",
        Arc::new(Int64Array::from_iter_values(0..rows)) as ArrayRef,
    )]);
    let batches: Vec<_> = (0..all.num_rows())
        .step_by(size)
        .map(|start| all.slice(start, size.min(all.num_rows() - start)))
        .collect();
    batches
        .chunks(batches.len().div_ceil(partitions))
        .map(<[RecordBatch]>::to_vec)
        .collect()
}

/// All checked rows violate the rule and are told.
async fn checked(
    rows: Vec<Vec<RecordBatch>>,
    mut policy: Value,
) -> (ValidationReport, BTreeSet<u64>) {
    policy["rules"] = json!([
        {"kind": "range", "column": "n", "max": -1},
        {"kind": "unique", "columns": ["n"]},
    ]);
    let report = validated(rows, &policy, None).await.unwrap();
    let mut told = BTreeSet::new();
    for example in &report.rules[0].examples {
        let row = example.row.unwrap();
        // The number is the value.
        assert_eq!(example.values["n"], json!(row));
        told.insert(row);
    }
    (report, told)
}

#[tokio::test]
async fn head_and_tail_are_the_first_and_last_rows_of_all_partitions() {
    for (size, partitions) in [(1, 1), (3, 4), (7, 2), (100, 1)] {
        let rows = || numbers(100, size, partitions);
        let (report, told) = checked(rows(), json!({"head": 3})).await;
        assert_eq!(report.rows_checked, 3);
        assert_eq!(told, BTreeSet::from([0, 1, 2]));
        let (report, told) = checked(rows(), json!({"head": 2, "tail": 2})).await;
        assert_eq!(report.rows_checked, 4);
        assert_eq!(told, BTreeSet::from([0, 1, 98, 99]));
        let (report, _) = checked(rows(), json!({"head": 60, "tail": 60})).await;
        assert_eq!(report.rows_checked, 100);
        // Each row once, so that it is unique.
        assert_eq!(report.rules[1].violations, 0);
        let (report, _) = checked(rows(), json!({"head": 0})).await;
        assert_eq!((report.rows_checked, report.passed), (0, true));
    }
}

#[tokio::test]
async fn a_sample_does_not_depend_on_how_rows_are_cut() {
    let mut samples = BTreeSet::new();
    for (size, partitions) in [(1, 1), (3, 4), (500, 1), (1000, 1)] {
        let (report, told) = checked(numbers(1000, size, partitions), json!({"sample": 5})).await;
        assert_eq!(report.rows_checked, 5);
        samples.insert(told);
    }
    assert_eq!(samples.len(), 1);
}

#[tokio::test]
async fn no_rows_pass() {
    let rows = joined(&numbers(1, 1, 1)[0]).slice(0, 0);
    for policy in [
        json!({}),
        json!({"tail": 3}),
        json!({"sample": 3}),
        json!({"head": 1}),
    ] {
        let (report, _) = checked(vec![vec![rows.clone()]], policy).await;
        assert_eq!((report.rows_checked, report.passed), (0, true));
        assert_eq!(report.rules[0].fraction, None);
    }
}
