//! What the declared schema, `strict` and `coerce` ask.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use serde_json::{Value, json};

use super::{table, validated};
use crate::{RuleStatus, ValidationReport};

fn rows() -> RecordBatch {
    table(vec![
        (
            "id",
            Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef,
        ),
        ("text", Arc::new(StringArray::from(vec!["1", "x"]))),
        ("number", Arc::new(Float64Array::from(vec![1.5, 2.0]))),
    ])
}

fn declared(fields: &[(&str, &str, bool)]) -> Value {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, data_type, nullable)| json!({"name": name, "type": data_type, "nullable": nullable}))
        .collect();
    json!({"fields": fields})
}

async fn report(policy: Value, declared: &Value) -> ValidationReport {
    validated(vec![vec![rows()]], &policy, Some(declared))
        .await
        .unwrap()
}

fn told(report: &ValidationReport) -> Vec<(&str, RuleStatus, u64)> {
    report
        .rules
        .iter()
        .map(|rule| (rule.rule.as_str(), rule.status, rule.violations))
        .collect()
}

#[tokio::test]
async fn layouts_of_one_type_are_the_same_type() {
    let schema = declared(&[
        ("id", "Int64", false),
        ("text", "Utf8View", true),
        ("number", "Float64", true),
    ]);
    let report = report(json!({"strict": true}), &schema).await;
    assert_eq!(
        told(&report),
        [
            ("declared_columns", RuleStatus::Passed, 0),
            ("undeclared_columns", RuleStatus::Passed, 0),
            ("column_types", RuleStatus::Passed, 0),
            ("not_null(id)", RuleStatus::Failed, 1),
        ]
    );
    assert!(!report.passed);
    assert_eq!(report.rules[3].examples[0].row, Some(1));
}

#[tokio::test]
async fn missing_undeclared_and_wrong_columns_are_violations_and_their_rules_are_skipped() {
    let schema = declared(&[
        ("id", "Utf8", false),
        ("gone", "Int64", false),
        ("text", "Utf8", true),
    ]);
    let policy = json!({"strict": true, "rules": [
        {"kind": "range", "column": "gone", "min": 1},
        {"kind": "predicate", "name": "long", "sql": "length(id) > 1"},
        {"kind": "required_columns", "columns": ["text", "gone", "number"]},
        {"kind": "not_null", "column": "number"},
    ]});
    let report = report(policy, &schema).await;
    assert_eq!(
        told(&report),
        [
            ("declared_columns", RuleStatus::Failed, 1),
            ("undeclared_columns", RuleStatus::Failed, 1),
            ("column_types", RuleStatus::Failed, 1),
            ("not_null(id)", RuleStatus::Skipped, 0),
            ("not_null(gone)", RuleStatus::Skipped, 0),
            ("range(gone)", RuleStatus::Skipped, 0),
            ("long", RuleStatus::Skipped, 0),
            (
                "required_columns(text, gone, number)",
                RuleStatus::Failed,
                1
            ),
            ("not_null(number)", RuleStatus::Passed, 0),
        ]
    );
    assert_eq!(
        report.rules[2].message.as_deref(),
        Some("of another type: 'id' is Int64 instead of Utf8")
    );
}

#[tokio::test]
async fn undeclared_columns_are_dropped_unless_they_may_pass() {
    let schema = declared(&[("id", "Int64", true)]);
    let rule = json!([{"kind": "not_null", "column": "text"}]);
    let refused = validated(vec![vec![rows()]], &json!({"rules": rule}), Some(&schema)).await;
    let error = refused.unwrap_err();
    assert!(error.message().contains("'strict' drops it"), "{error}");
    let passed = report(json!({"rules": rule, "strict": false}), &schema).await;
    assert!(passed.passed);
    let ids = report(
        json!({"rules": [{"kind": "not_null", "column": "id"}]}),
        &schema,
    )
    .await;
    let values = Value::from(ids.rules[2].examples[0].values.clone());
    assert_eq!(values, json!({"id": null}));
}

#[tokio::test]
async fn a_cast_that_loses_something_is_a_violation() {
    let schema = declared(&[
        ("id", "Utf8", true),
        ("text", "Int64", true),
        ("number", "Int32", false),
    ]);
    let policy = json!({"coerce": true, "rules": [
        {"kind": "range", "column": "number", "min": 2},
        {"kind": "range", "column": "id", "min": "2"},
        {"kind": "unique", "columns": ["number"]},
    ]});
    let report = report(policy, &schema).await;
    assert_eq!(
        told(&report),
        [
            ("declared_columns", RuleStatus::Passed, 0),
            ("column_types", RuleStatus::Passed, 0),
            ("coercion(id)", RuleStatus::Passed, 0),
            ("coercion(text)", RuleStatus::Failed, 1),
            ("coercion(number)", RuleStatus::Failed, 1),
            ("not_null(number)", RuleStatus::Passed, 0),
            ("range(number)", RuleStatus::Failed, 1),
            ("range(id)", RuleStatus::Failed, 1),
            ("unique(number)", RuleStatus::Passed, 0),
        ]
    );
    assert_eq!(report.rules[4].examples[0].values["number"], json!(1.5));
}

#[tokio::test]
async fn a_policy_that_is_not_enabled_checks_nothing() {
    let policy = json!({"enabled": false, "rules": [{"kind": "not_null", "column": "nowhere"}]});
    let report = validated(vec![vec![rows()]], &policy, None).await.unwrap();
    assert!(report.passed);
    assert_eq!(report.rows_checked, 0);
    assert_eq!(report.rules[0].status, RuleStatus::Skipped);
}
