//! Columns that records name against the columns that are declared.

use serde_json::{Value, json};

use crate::{DatasetLocation, DatasetSpec, decode};

fn spec(parts: &Value) -> Value {
    let mut spec = json!({
        "name": "orders",
        "table_spec": {"schema": {"fields": [
            {"name": "id", "type": "Int64", "nullable": false},
            {"name": "path", "type": "Utf8"},
            {"name": "year", "type": "Int32"},
        ]}},
    });
    for (key, value) in parts.as_object().unwrap() {
        spec[key] = value.clone();
    }
    spec
}

#[test]
fn columns_that_fit_are_accepted() {
    let parts = json!({
        "policies": {
            "datafusion_scan": {
                "partition_cols": [{"name": "year", "type": "Int32"}],
                "file_sort_order": [{"column": "id"}],
            },
            "delta": {
                "scan": {"file_column_name": "source_file"},
                "write_policy": {"partition_by": ["year"], "stats_columns": ["id"]},
                "maintenance_policy": {"z_order_cols": ["path"]},
            },
            "validation": {"rules": [{"kind": "not_null", "column": "name"}]},
        },
        "derived_fields": [{"name": "name", "sql": "path"}],
        "contract_spec": {
            "name": "orders",
            "table_schema": {"fields": [{"name": "id", "type": "Int64"}]},
            "dedupe": {"keys": ["id"], "strategy": "keep_arbitrary"},
            "canonical_sort": [{"column": "id"}],
        },
    });
    decode::<DatasetSpec>(&spec(&parts).to_string(), "spec").unwrap();
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn columns_that_do_not_fit_are_refused() {
    let policies = |what: Value| json!({"policies": what});
    let contract = |what: Value| {
        let mut contract = json!({
            "name": "orders",
            "table_schema": {"fields": [{"name": "id", "type": "Int64"}]},
        });
        for (key, value) in what.as_object().unwrap() {
            contract[key] = value.clone();
        }
        json!({"contract_spec": contract})
    };
    for (parts, path, part) in [
        (
            policies(
                json!({"datafusion_scan": {"partition_cols": [{"name": "yaer", "type": "Int32"}]}}),
            ),
            "$.policies.datafusion_scan.partition_cols[0]",
            "did you mean 'year'?",
        ),
        (
            policies(
                json!({"datafusion_scan": {"partition_cols": [{"name": "year", "type": "Utf8"}]}}),
            ),
            "$.policies.datafusion_scan.partition_cols[0]",
            "declared as Int32 and partitioned as Utf8",
        ),
        (
            policies(
                json!({"datafusion_scan": {"file_sort_order": [{"column": "id"}, {"column": "ID"}]}}),
            ),
            "$.policies.datafusion_scan.file_sort_order[1].column",
            "no column 'ID'",
        ),
        (
            policies(json!({"delta": {"scan": {"file_column_name": "path"}}})),
            "$.policies.delta.scan.file_column_name",
            "has a column 'path' already",
        ),
        (
            policies(json!({"delta": {"write_policy": {"partition_by": ["month"]}}})),
            "$.policies.delta.write_policy.partition_by[0]",
            "no column 'month'",
        ),
        (
            policies(json!({"delta": {
                "write_policy": {"partition_by": ["year"]},
                "maintenance_policy": {"z_order_cols": ["id", "year"]},
            }})),
            "$.policies.delta.maintenance_policy.z_order_cols[1]",
            "partition column",
        ),
        (
            policies(
                json!({"delta": {"write_policy": {"parquet_writer_policy": {"bloom_filter_enabled": ["x"]}}}}),
            ),
            "$.policies.delta.write_policy.parquet_writer_policy.bloom_filter_enabled[0]",
            "no column 'x'",
        ),
        (
            policies(
                json!({"validation": {"rules": [{"kind": "unique", "columns": ["id", "nmae"]}]}}),
            ),
            "$.policies.validation.rules[0]",
            "no column 'nmae'",
        ),
        (
            json!({"derived_fields": [{"name": "id", "sql": "1"}]}),
            "$.derived_fields",
            "has a column 'id' already",
        ),
        (
            json!({"view_specs": [{"name": "v", "sql": "select 1"}, {"name": "v", "sql": "select 2"}]}),
            "$.view_specs[1].name",
            "'v' is the name of another one",
        ),
        (
            json!({"view_specs": [{"name": "orders", "sql": "select 1"}]}),
            "$.view_specs",
            "name of the dataset itself",
        ),
        (
            contract(json!({"dedupe": {"keys": ["id"], "strategy": "keep_first_after_sort"}})),
            "$.contract_spec.dedupe.tie_breakers",
            "nothing to decide by",
        ),
        (
            contract(json!({"dedupe": {"keys": ["key"], "strategy": "keep_arbitrary"}})),
            "$.contract_spec.dedupe.keys[0]",
            "no column 'key'",
        ),
        (
            contract(json!({"canonical_sort": [{"column": "path"}]})),
            "$.contract_spec.canonical_sort[0].column",
            "no column 'path'",
        ),
    ] {
        let text = spec(&parts).to_string();
        let error = decode::<DatasetSpec>(&text, "spec").expect_err(&text);
        assert_eq!(error.code().as_str(), "schema-value-invalid", "{error}");
        assert_eq!(error.details()["path"], path, "{error}");
        assert!(error.message().contains(part), "{error}");
    }
    let mut keys = spec(&json!({}));
    keys["table_spec"]["key_fields"] = json!(["idd"]);
    let error = decode::<DatasetSpec>(&keys.to_string(), "spec").unwrap_err();
    assert_eq!(error.details()["path"], "$.table_spec.key_fields[0]");
}

#[test]
fn lineage_columns_are_plain_names() {
    for name in ["", "a b", "a-b", "a.b", "é", "a;"] {
        let text =
            json!({"name": "x", "policies": {"delta": {"scan": {"file_column_name": name}}}});
        let error = decode::<DatasetSpec>(&text.to_string(), "spec").unwrap_err();
        assert_eq!(
            error.details()["path"],
            "$.policies.delta.scan.file_column_name"
        );
    }
}

#[test]
fn a_location_does_not_contradict_itself() {
    for (location, path) in [
        (
            json!({"format": "parquet", "delta_version": 1}),
            "$.delta_version",
        ),
        (
            json!({"format": "csv", "delta_timestamp": "2026-01-01T00:00:00Z"}),
            "$.delta_timestamp",
        ),
        (
            json!({"delta_version": 1, "delta_timestamp": "2026-01-01T00:00:00Z"}),
            "$.delta_timestamp",
        ),
        (json!({"delta_timestamp": "yesterday"}), "$.delta_timestamp"),
        (
            json!({"format": "parquet", "delta_cdf_options": {}}),
            "$.delta_cdf_options",
        ),
        (
            json!({"delta_cdf_options": {"starting_version": 5, "ending_version": 4}}),
            "$.delta_cdf_options",
        ),
        (
            json!({"delta_cdf_options": {"starting_version": 5, "starting_timestamp": "2026-01-01"}}),
            "$.delta_cdf_options",
        ),
        (
            json!({"datafusion_provider": "listing"}),
            "$.datafusion_provider",
        ),
        (
            json!({"format": "json", "datafusion_provider": "delta_cdf"}),
            "$.datafusion_provider",
        ),
        (
            json!({"format": "parquet", "read_options": {"delimiter": ";"}}),
            "$.read_options",
        ),
        (json!({"format": "orc"}), "$.format"),
        (
            json!({
                "format": "parquet",
                "partitioning": "none",
                "overrides": {"datafusion_scan": {"partition_cols": [{"name": "y", "type": "Int32"}]}},
            }),
            "$.partitioning",
        ),
        (
            json!({"overrides": {
                "table_spec": {"schema": {"fields": [{"name": "id", "type": "Int64"}]}},
                "delta": {"scan": {"file_column_name": "id"}},
            }}),
            "$.overrides.delta.scan.file_column_name",
        ),
    ] {
        let mut text = location;
        text["path"] = json!("/data/orders");
        let error =
            decode::<DatasetLocation>(&text.to_string(), "location").expect_err(&text.to_string());
        assert_eq!(error.code().as_str(), "schema-value-invalid", "{error}");
        assert_eq!(error.details()["path"], path, "{error}");
    }
}
