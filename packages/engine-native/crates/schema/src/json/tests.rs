//! Strictness: paths, nearest names, refusals, depth, duplicates, fingerprints.

use codeanatomy_errors::EngineError;
use serde_json::json;

use super::{REFUSED, canonical::write_canonical, decode};
use crate::{
    DataFusionScanOptions, DatasetLocation, DatasetSpec, ScanPolicyConfig, dataset_name,
    fingerprint, fingerprint_json, json_schema, record_names,
};

fn error_of<R: crate::Record>(text: &str) -> EngineError {
    decode::<R>(text, "spec_json")
        .err()
        .unwrap_or_else(|| panic!("{text} is accepted"))
}

fn assert_error(error: &EngineError, code: &str, path: &str, part: &str) {
    assert_eq!(error.code().as_str(), code, "{error}");
    assert_eq!(error.details()["path"], path, "{error}");
    assert!(error.message().contains(part), "{error}");
    assert_eq!(error.details()["argument"], "spec_json");
}

#[test]
fn unknown_fields_are_told_with_path_and_nearest_name() {
    let error = error_of::<DatasetSpec>(
        r#"{"name": "x", "policies": {"delta": {"scan": {"enable_parquet_pushdwn": true}}}}"#,
    );
    assert_error(
        &error,
        "schema-field-unknown",
        "$.policies.delta.scan",
        "did you mean 'enable_parquet_pushdown'?",
    );
    assert_eq!(error.details()["field"], "enable_parquet_pushdwn");
    let error = error_of::<DatasetSpec>(
        r#"{"name": "x", "policies": {"validation": {"rules": [{"kind": "not_null", "column": "a"}, {"kind": "unique", "columms": ["a"]}]}}}"#,
    );
    assert_error(
        &error,
        "schema-field-unknown",
        "$.policies.validation.rules[1]",
        "did you mean 'columns'?",
    );
    let error = error_of::<DatasetSpec>(
        r#"{"name": "x", "policies": {"validation": {"rules": [{"kind": "not_nul", "column": "a"}]}}}"#,
    );
    assert_error(
        &error,
        "schema-value-invalid",
        "$.policies.validation.rules[0].kind",
        "did you mean 'not_null'?",
    );
    let error = error_of::<ScanPolicyConfig>(r#"{"listing": {"zzzzzz": 1}}"#);
    assert!(!error.message().contains("did you mean"));
    assert!(error.hint().unwrap().contains("collect_statistics"));
}

#[test]
fn every_refused_field_is_refused_with_its_reason() {
    for (record, field, reason) in REFUSED {
        assert!(record_names().any(|name| name == *record), "{record}");
        let properties = &json_schema(record).unwrap()["properties"];
        assert!(properties.get(field).is_none(), "{record}.{field}");
        let text = json!({*field: null}).to_string();
        let error = fingerprint_json(record, &text).unwrap_err();
        assert_eq!(error.code().as_str(), "schema-field-refused");
        assert_eq!(error.details()["field"], *field);
        assert_eq!(error.details()["reason"], *reason);
    }
    assert!(REFUSED.len() > 10);
}

#[test]
fn values_are_checked_where_they_stand() {
    let scan = |field: &str, value: serde_json::Value| {
        error_of::<DataFusionScanOptions>(&json!({field: value}).to_string())
    };
    for (field, value, path, part) in [
        (
            "collect_statistics",
            json!("yes"),
            "$.collect_statistics",
            "a boolean",
        ),
        (
            "meta_fetch_concurrency",
            json!(0),
            "$.meta_fetch_concurrency",
            "0 given",
        ),
        (
            "meta_fetch_concurrency",
            json!(1.5),
            "$.meta_fetch_concurrency",
            "1.5 given",
        ),
        (
            "list_files_cache_ttl",
            json!("5 parsecs"),
            "$.list_files_cache_ttl",
            "length of time",
        ),
        (
            "list_files_cache_ttl",
            json!("0s"),
            "$.list_files_cache_ttl",
            "above zero",
        ),
        (
            "list_files_cache_limit",
            json!("64 potatoes"),
            "$.list_files_cache_limit",
            "64MiB",
        ),
        (
            "list_files_cache_limit",
            json!(-1),
            "$.list_files_cache_limit",
            "-1 given",
        ),
        (
            "projection_exprs",
            json!(["id", " "]),
            "$.projection_exprs[1]",
            "it takes SQL",
        ),
        (
            "partition_cols",
            json!([{"name": "a", "type": "Int33"}]),
            "$.partition_cols[0].type",
            "Int33",
        ),
        (
            "partition_cols",
            json!(["a"]),
            "$.partition_cols[0]",
            "the text 'a' given",
        ),
        (
            "file_sort_order",
            json!([{"column": "a", "order": "up"}]),
            "$.file_sort_order[0].order",
            "descending",
        ),
        (
            "table_schema_contract",
            json!({"file_schema": {}}),
            "$.table_schema_contract.file_schema",
            "either",
        ),
    ] {
        assert_error(&scan(field, value), "schema-value-invalid", path, part);
    }
    let error = error_of::<DataFusionScanOptions>("[1, 2]");
    assert_error(&error, "schema-value-invalid", "$", "a list given");
    let error = error_of::<DatasetSpec>(r#"{"name": "x", "table_spec": {}}"#);
    assert_error(&error, "schema-field-missing", "$.table_spec", "'schema'");
}

#[test]
fn a_spec_needs_a_name() {
    for text in ["{}", r#"{"name": ""}"#, r#"{"name": " "}"#] {
        let error = dataset_name(text).unwrap_err();
        assert_eq!(error.code().as_str(), "dataset-name-missing", "{error}");
        assert_eq!(error.details()["argument"], "spec_json");
    }
    let nested = error_of::<DatasetLocation>(r#"{"path": "p", "dataset_spec": {}}"#);
    assert_error(
        &nested,
        "dataset-name-missing",
        "$.dataset_spec",
        "no 'name'",
    );
}

#[test]
fn text_that_is_no_json_is_told_with_its_place() {
    let error = error_of::<DatasetSpec>("{\"name\": \"x\",\n  nope}");
    assert_eq!(error.code().as_str(), "schema-json-invalid");
    assert_eq!(error.details()["line"], "2");
    assert_eq!(error.details()["column"], "3");
    let twice = error_of::<DatasetSpec>(r#"{"name": "x", "name": "y"}"#);
    assert_eq!(twice.code().as_str(), "schema-json-invalid");
    assert!(twice.message().contains("'name' is stated twice"));
}

#[test]
fn a_megabyte_of_nesting_is_an_error() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let levels = (1 << 20) / open.len();
        let whole = format!("{}1{}", open.repeat(levels), close.repeat(levels));
        for text in [
            whole.clone(),
            format!(r#"{{"listing": {whole}}}"#),
            open.repeat(levels),
        ] {
            let error = error_of::<ScanPolicyConfig>(&text);
            assert_eq!(error.code().as_str(), "schema-json-invalid");
            assert!(error.to_string().len() < 400, "{error}");
        }
    }
    // A type nests in its text.
    let levels = 1 << 18;
    let deep = format!("{}Int8{}", "List(".repeat(levels), ")".repeat(levels));
    let text = json!({"partition_cols": [{"name": "a", "type": deep}]}).to_string();
    let error = error_of::<DataFusionScanOptions>(&text);
    assert_error(
        &error,
        "schema-value-invalid",
        "$.partition_cols[0].type",
        "levels deep",
    );
}

#[test]
fn errors_repeat_little_and_no_secret() {
    let long = "x".repeat(1 << 20);
    let error = error_of::<DataFusionScanOptions>(&json!({"cache": long}).to_string());
    assert!(error.to_string().len() < 300);
    let error = error_of::<DataFusionScanOptions>(&json!({long.as_str(): 1}).to_string());
    assert!(error.message().len() < 300);
    let text = r#"{"path": "s3://b/t", "storage_options": {"aws_secret_access_key": 90210}}"#;
    let error = error_of::<DatasetLocation>(text);
    assert_error(
        &error,
        "schema-value-invalid",
        "$.storage_options",
        "aws_secret_access_key",
    );
    assert!(!format!("{error} {error:?}").contains("90210"));
    let text = r#"{"path": "s3://b/t", "storage_options": {"aws_secret_access_key": "hunter2"}}"#;
    let location: DatasetLocation = decode(text, "location").unwrap();
    assert!(!format!("{location:?}").contains("hunter2"));
    assert_eq!(
        location.storage_options.reveal()["aws_secret_access_key"],
        "hunter2"
    );
    let other: DatasetLocation = decode(&text.replace("hunter2", "hunter3"), "location").unwrap();
    assert_eq!(
        fingerprint(&location).unwrap(),
        fingerprint(&other).unwrap()
    );
}

#[test]
fn fingerprints_are_over_canonical_json() {
    let text = r#"{"listing": {"meta_fetch_concurrency": 8, "collect_statistics": null}}"#;
    let canonical = r#"{"listing":{"collect_statistics":null,"meta_fetch_concurrency":8}}"#;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&16_u64.to_le_bytes());
    hasher.update(b"ScanPolicyConfig");
    hasher.update(canonical.as_bytes());
    let expected = &hasher.finalize().to_hex()[..32];
    assert_eq!(
        fingerprint_json("ScanPolicyConfig", text).unwrap(),
        expected
    );
    // Stored by users: changing it is a change of the contract.
    assert_eq!(expected, "d68f7eb70471f83fb3cfb7d92f4879b7");
    let differ = [
        r"{}",
        r#"{"listing": {"collect_statistics": null}}"#,
        r#"{"listing": {"collect_statistics": true}}"#,
        r#"{"delta_listing": {"collect_statistics": true}}"#,
    ]
    .map(|text| fingerprint_json("ScanPolicyConfig", text).unwrap());
    let distinct: std::collections::BTreeSet<_> = differ.iter().collect();
    assert_eq!(distinct.len(), differ.len());
}

#[test]
fn canonical_json_sorts_keys_at_every_level() {
    let value = json!({"b": [{"z": 1, "a": "\u{e9}\n"}], "a": 1.5});
    let mut text = String::new();
    write_canonical(&value, &mut text);
    assert_eq!(text, "{\"a\":1.5,\"b\":[{\"a\":\"é\\n\",\"z\":1}]}");
}
