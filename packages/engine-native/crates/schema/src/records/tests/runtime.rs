//! The six methods and the JSON Schemas.

use serde_json::{Value, json};

use crate::{
    apply_delta_scan_policy_json, apply_scan_policy_json, dataset_contract_json, dataset_name,
    dataset_policy_json, dataset_schema_json, json_schema, record_names, resolve_options_json,
    scan_policy_of_format_json,
};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn parts_of_a_spec() {
    let schema = json!({"fields": [{"name": "id", "type": "Int64"}]});
    let spec = json!({
        "name": "orders",
        "table_spec": {"schema": schema},
        "policies": {"validation": {"enabled": false}},
        "contract_spec": {"name": "c", "table_schema": schema},
    })
    .to_string();
    assert_eq!(dataset_name(&spec).unwrap(), "orders");
    assert_eq!(
        value(&dataset_schema_json(&spec).unwrap()),
        json!({"schema": schema})
    );
    assert_eq!(
        value(&dataset_policy_json(&spec).unwrap()),
        json!({"validation": {"enabled": false}})
    );
    assert_eq!(
        value(&dataset_contract_json(&spec).unwrap()),
        json!({"name": "c", "table_schema": schema})
    );
    for part in [
        dataset_schema_json,
        dataset_policy_json,
        dataset_contract_json,
    ] {
        assert_eq!(part(r#"{"name": "orders"}"#).unwrap(), "null");
        assert!(part("{}").is_err());
    }
}

#[test]
fn options_stand_over_defaults() {
    let merged = apply_scan_policy_json(
        r#"{"cache": false, "collect_statistics": null}"#,
        r#"{"cache": true, "collect_statistics": true, "list_files_cache_ttl": "1h"}"#,
    )
    .unwrap();
    let expected =
        json!({"cache": false, "collect_statistics": null, "list_files_cache_ttl": "1h"});
    assert_eq!(value(&merged), expected);
    assert_eq!(apply_scan_policy_json(&merged, &merged).unwrap(), merged);
    let merged = apply_delta_scan_policy_json(
        r#"{"enable_parquet_pushdown": true}"#,
        r#"{"enable_parquet_pushdown": false, "file_column_name": "f"}"#,
    )
    .unwrap();
    assert_eq!(
        value(&merged),
        json!({"enable_parquet_pushdown": true, "file_column_name": "f"})
    );
    let error = apply_delta_scan_policy_json("{}", "[").unwrap_err();
    assert_eq!(error.details()["argument"], "defaults_json");
    // Each is sound, both together are not.
    let error = apply_delta_scan_policy_json(
        r#"{"schema": {"fields": [{"name": "f", "type": "Int8"}]}}"#,
        r#"{"file_column_name": "f"}"#,
    )
    .unwrap_err();
    assert_eq!(error.details()["path"], "$.file_column_name");
}

#[test]
fn formats_choose_the_part_of_a_policy() {
    let policy = r#"{"listing": {"list_files_cache_ttl": "1h"}, "delta_listing": {"list_files_cache_ttl": "5m"}}"#;
    let of = |format| value(&scan_policy_of_format_json(policy, format).unwrap());
    assert_eq!(of("delta"), json!({"list_files_cache_ttl": "5m"}));
    assert_eq!(of("parquet"), json!({"list_files_cache_ttl": "1h"}));
    let error = scan_policy_of_format_json(policy, "parqet").unwrap_err();
    assert!(
        error.message().contains("did you mean 'parquet'?"),
        "{error}"
    );
}

#[test]
fn every_record_has_a_schema_that_closes_it() {
    let mut names: Vec<_> = record_names().collect();
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!(names.len(), record_names().count());
    for name in names {
        let schema = json_schema(name).unwrap();
        assert_eq!(schema["title"], name);
        assert_eq!(schema["type"], "object", "{name}");
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }
    let required = |name| json_schema(name).unwrap()["required"].clone();
    assert_eq!(required("DatasetSpec"), json!(["name"]));
    assert_eq!(required("DatasetLocation"), json!(["path"]));
}

#[test]
fn unknown_records_are_told() {
    let error = json_schema("DatasetSpecs").unwrap_err();
    assert_eq!(error.code().as_str(), "invalid-option");
    assert!(error.message().contains("did you mean 'DatasetSpec'?"));
    let error = resolve_options_json("DatasetSpec", "{}").unwrap_err();
    assert!(error.message().contains("no record of options"));
}
