//! What a run that is not lazy stops at.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use serde_json::{Value, json};

use super::{table, validated};
use crate::{RuleStatus, ValidationReport};

fn partitions(values: &[&[i64]]) -> Vec<Vec<RecordBatch>> {
    let batch = |values: &[i64]| {
        table(vec![(
            "n",
            Arc::new(Int64Array::from(values.to_vec())) as ArrayRef,
        )])
    };
    values.iter().map(|values| vec![batch(values)]).collect()
}

async fn first(values: &[&[i64]], rules: Value) -> ValidationReport {
    let policy = json!({"lazy": false, "rules": rules});
    validated(partitions(values), &policy, None).await.unwrap()
}

fn statuses(report: &ValidationReport) -> Vec<RuleStatus> {
    report.rules.iter().map(|rule| rule.status).collect()
}

#[tokio::test]
async fn the_first_row_and_of_its_rules_the_first() {
    use RuleStatus::{Failed, Skipped};
    let rules = json!([
        {"kind": "range", "column": "n", "max": 100},
        {"kind": "range", "column": "n", "max": 10},
        {"kind": "range", "column": "n", "max": 9},
        {"kind": "unique", "columns": ["n"]},
    ]);
    for _ in 0..20 {
        let report = first(&[&[1, 2], &[3, 50, 1000], &[1000, 1000]], rules.clone()).await;
        assert_eq!(statuses(&report), [Skipped, Failed, Skipped, Skipped]);
        assert_eq!(report.rules[1].violations, 1);
        assert_eq!(report.rules[1].examples[0].row, Some(3));
        assert_eq!(report.rows_checked, 4);
        assert!(!report.passed);
    }
}

#[tokio::test]
async fn a_warning_ends_nothing() {
    use RuleStatus::{Failed, Passed};
    let rules = json!([
        {"kind": "range", "column": "n", "max": 2, "severity": "warning"},
        {"kind": "range", "column": "n", "max": 10},
    ]);
    let report = first(&[&[1, 2], &[3, 4]], rules).await;
    assert_eq!(statuses(&report), [Failed, Passed]);
    assert_eq!(report.rules[0].violations, 2);
    assert!(report.passed);
}

#[tokio::test]
async fn columns_come_before_rows_and_rows_before_uniqueness() {
    use RuleStatus::{Failed, Passed, Skipped};
    let unique = json!({"kind": "unique", "columns": ["n"]});
    let range = json!({"kind": "range", "column": "n", "min": 2});
    let required = json!({"kind": "required_columns", "columns": ["m"]});
    let report = first(&[&[1, 1]], json!([unique, range, required])).await;
    assert_eq!(statuses(&report), [Skipped, Skipped, Failed]);
    assert_eq!(report.rows_checked, 0);
    let report = first(&[&[1, 1]], json!([unique, range])).await;
    assert_eq!(statuses(&report), [Skipped, Failed]);
    let range = json!({"kind": "range", "column": "n", "min": 1});
    let report = first(&[&[1, 1]], json!([unique, range, unique])).await;
    assert_eq!(statuses(&report), [Failed, Passed, Skipped]);
    assert_eq!(report.rows_checked, 2);
}
