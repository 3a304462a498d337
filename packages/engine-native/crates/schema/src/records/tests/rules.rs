//! The rules of a validation policy.

use serde_json::{Value, json};

use crate::{Scalar, Severity, ValidationPolicySpec, ValidationRule, decode};

fn rules(rules: &Value) -> codeanatomy_errors::Result<Vec<ValidationRule>> {
    let text = json!({"rules": rules}).to_string();
    let policy: ValidationPolicySpec = decode(&text, "policy")?;
    Ok(policy.rules.value().cloned().unwrap_or_default())
}

#[test]
fn every_kind_is_read_and_written_alike() {
    let stated = json!([
        {"kind": "not_null", "column": "a"},
        {"kind": "range", "column": "a", "min": -1, "max": 2.5, "inclusive": false},
        {"kind": "range", "column": "a", "max": 18_446_744_073_709_551_615_u64, "inclusive": true, "name": "most", "severity": "warning"},
        {"kind": "unique", "columns": ["a", "b"]},
        {"kind": "required_columns", "columns": ["a"]},
        {"kind": "allowed_values", "column": "a", "values": [true, 1, 1.5, "x"]},
        {"kind": "predicate", "name": "ordered", "sql": "a < b"},
    ]);
    let rules = rules(&stated).unwrap();
    assert_eq!(serde_json::to_value(&rules).unwrap(), stated);
    let labels: Vec<_> = rules.iter().map(ValidationRule::label).collect();
    assert_eq!(
        labels,
        [
            "not_null(a)",
            "range(a)",
            "most",
            "unique(a, b)",
            "required_columns(a)",
            "allowed_values(a)",
            "ordered"
        ]
    );
    assert_eq!(rules[2].severity(), Severity::Warning);
    assert_eq!(rules[6].severity(), Severity::Error);
    let ValidationRule::Range(range) = &rules[2] else {
        panic!("not a range");
    };
    assert_eq!(range.max, Some(Scalar::Unsigned(u64::MAX)));
    assert_eq!(range.min, None);
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    for (rule, part) in [
        (
            json!({"kind": "range", "column": "a"}),
            "'min', 'max' or both",
        ),
        (
            json!({"kind": "range", "column": "a", "min": 2, "max": 1}),
            "above",
        ),
        (
            json!({"kind": "range", "column": "a", "min": 1.5, "max": 1}),
            "above",
        ),
        (
            json!({"kind": "range", "column": "a", "min": "a", "max": 1}),
            "different types",
        ),
        (
            json!({"kind": "range", "column": "a", "min": []}),
            "a boolean, a number or a text",
        ),
        (json!({"kind": "unique", "columns": []}), "empty"),
        (json!({"kind": "required_columns", "columns": []}), "empty"),
        (
            json!({"kind": "allowed_values", "column": "a", "values": []}),
            "empty",
        ),
        (
            json!({"kind": "allowed_values", "column": "a", "values": [null]}),
            "null given",
        ),
        (json!({"kind": "predicate", "name": "p", "sql": ""}), "SQL"),
        (
            json!({"kind": "not_null", "column": ""}),
            "name of a column",
        ),
    ] {
        let error = rules(&json!([rule])).expect_err(&rule.to_string());
        assert_eq!(error.code().as_str(), "schema-value-invalid", "{error}");
        assert_eq!(error.details()["path"], "$.rules[0]");
        assert!(error.message().contains(part), "{error}");
    }
    let error = rules(&json!([{"column": "a"}])).unwrap_err();
    assert_eq!(error.code().as_str(), "schema-field-missing");
    assert_eq!(error.details()["field"], "kind");
}
