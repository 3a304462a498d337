//! What the layers of a location come to.

use serde_json::{Value, json};

use crate::options::tests::samples::samples;
use crate::{
    DatasetSpec, DeltaScanPolicyDefaults, Options, ScanPolicyDefaults, ValidationRule, decode,
    resolve_location_json,
};

fn report(request: &Value) -> Value {
    let text = resolve_location_json(&request.to_string())
        .unwrap_or_else(|error| panic!("{request}: {error}"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_bare_location_has_the_defaults() {
    let report = report(&json!({"location": {"path": "/data/t"}}));
    assert_eq!(
        report["provider"],
        json!({"value": "delta", "origin": "default"})
    );
    assert_eq!(
        report["table_spec"],
        json!({"value": null, "origin": "default"})
    );
    let scan = &report["delta_scan"];
    for (field, value) in [
        ("file_column_name", json!(null)),
        ("enable_parquet_pushdown", json!(true)),
        ("schema_force_view_types", json!(true)),
        ("wrap_partition_values", json!(false)),
        ("schema", json!(null)),
    ] {
        assert_eq!(
            scan[field],
            json!({"value": value, "origin": "default"}),
            "{field}"
        );
    }
    assert_eq!(report["validation"]["strict"]["value"], "filter");
}

#[test]
fn every_field_of_a_scan_policy_reaches_its_scan() {
    let mut seen = 0;
    for (format, part) in [
        ("parquet", "listing"),
        ("csv", "listing"),
        ("delta", "delta_listing"),
    ] {
        for field in ScanPolicyDefaults::FIELDS {
            let [value, other] = samples("ScanPolicyDefaults", field.name);
            let wrong = if part == "listing" {
                "delta_listing"
            } else {
                "listing"
            };
            let report = report(&json!({
                "location": {"path": "/data/t", "format": format},
                "policy": {part: {field.name: value}, wrong: {field.name: other}},
            }));
            let expected = json!({"value": value, "origin": "policy"});
            assert_eq!(report["datafusion_scan"][field.name], expected);
            seen += 1;
        }
    }
    for field in DeltaScanPolicyDefaults::FIELDS {
        let [value, _] = samples("DeltaScanPolicyDefaults", field.name);
        let report = report(&json!({
            "location": {"path": "/data/t"},
            "policy": {"delta_scan": {field.name: value}},
        }));
        let expected = json!({"value": value, "origin": "policy"});
        assert_eq!(report["delta_scan"][field.name], expected);
        seen += 1;
    }
    assert_eq!(seen, 3 * 4 + 4);
}

#[test]
fn layers_decide_in_their_order() {
    let mut request = json!({
        "call": {"delta": {"scan": {"file_column_name": "of_call"}}},
        "location": {
            "path": "/data/t",
            "overrides": {"delta": {"scan": {"file_column_name": "of_override"}}},
            "dataset_spec": {
                "name": "t",
                "policies": {"delta": {"scan": {"file_column_name": "of_dataset"}}},
            },
        },
        "policy": {"delta_scan": {"file_column_name": "of_policy"}},
        "session": {"delta_scan": {"file_column_name": "of_session"}},
    });
    let found = |request: &Value| report(request)["delta_scan"]["file_column_name"].clone();
    for (origin, pointer) in [
        ("call", "/call/delta/scan"),
        ("override", "/location/overrides/delta/scan"),
        ("dataset", "/location/dataset_spec/policies/delta/scan"),
        ("policy", "/policy/delta_scan"),
        ("session", "/session/delta_scan"),
    ] {
        let value = format!("of_{origin}");
        assert_eq!(found(&request), json!({"value": value, "origin": origin}));
        *request.pointer_mut(pointer).unwrap() = json!({"file_column_name": null});
        assert_eq!(found(&request), json!({"value": null, "origin": origin}));
        *request.pointer_mut(pointer).unwrap() = json!({});
    }
    assert_eq!(found(&request)["origin"], "default");
}

#[test]
fn contracts_stand_below_the_policies_of_their_spec() {
    let mut request = json!({"location": {"path": "/data/t", "dataset_spec": {
        "name": "t",
        "contract_spec": {
            "name": "t",
            "table_schema": {"fields": [{"name": "id", "type": "Int64"}]},
            "canonical_sort": [{"column": "id", "order": "ascending"}],
            "constraints": [{"name": "positive", "sql": "id > 0"}],
            "validation": {"lazy": false},
        },
    }}});
    let first = report(&request);
    let order = json!([{"column": "id", "order": "ascending"}]);
    assert_eq!(
        first["datafusion_scan"]["file_sort_order"],
        json!({"value": order, "origin": "dataset"})
    );
    assert_eq!(
        first["validation"]["lazy"],
        json!({"value": false, "origin": "dataset"})
    );
    assert_eq!(first["constraints"]["origin"], "dataset");
    assert_eq!(
        first["table_spec"]["value"]["schema"]["fields"][0]["name"],
        "id"
    );
    request["location"]["dataset_spec"]["policies"] = json!({
        "datafusion_scan": {"file_sort_order": null},
        "validation": {"lazy": true},
        "delta": {"constraints": null},
    });
    let second = report(&request);
    assert_eq!(
        second["datafusion_scan"]["file_sort_order"],
        json!({"value": null, "origin": "dataset"})
    );
    assert_eq!(second["validation"]["lazy"]["value"], true);
    assert_eq!(
        second["constraints"],
        json!({"value": null, "origin": "dataset"})
    );
}

#[test]
fn the_provider_follows_what_is_asked_for() {
    let cdf = json!({"cdf_policy": {"required": true}});
    for (location, value, origin) in [
        (json!({"format": "parquet"}), "listing", "default"),
        (json!({"datafusion_provider": "delta"}), "delta", "override"),
        (
            json!({"delta_cdf_options": {"starting_version": 0}}),
            "delta_cdf",
            "override",
        ),
        (
            json!({"overrides": {"delta": cdf}}),
            "delta_cdf",
            "override",
        ),
        (
            json!({"dataset_spec": {"name": "t", "policies": {"delta": cdf}}}),
            "delta_cdf",
            "dataset",
        ),
        (
            json!({"dataset_spec": {"name": "t", "dataset_kind": "delta_cdf"}}),
            "delta_cdf",
            "dataset",
        ),
    ] {
        let mut location = location;
        location["path"] = json!("/data/t");
        let report = report(&json!({"location": location}));
        assert_eq!(
            report["provider"],
            json!({"value": value, "origin": origin}),
            "{location}"
        );
    }
}

#[test]
fn no_partitioning_states_that_there_are_no_partition_columns() {
    let report =
        report(&json!({"location": {"path": "p", "format": "parquet", "partitioning": "none"}}));
    let scan = &report["datafusion_scan"];
    assert_eq!(
        scan["partition_cols"],
        json!({"value": [], "origin": "override"})
    );
    assert_eq!(
        scan["listing_table_factory_infer_partitions"]["value"],
        false
    );
}

#[test]
fn the_options_of_changes_decide_before_the_policies() {
    let report = report(&json!({"location": {
        "path": "p",
        "delta_cdf_options": {"allow_out_of_range": false},
        "overrides": {"delta": {"cdf_policy": {"allow_out_of_range": true}}},
        "dataset_spec": {"name": "t", "evolution_spec": {"allow_casts": false}},
    }}));
    let cdf = &report["cdf_policy"]["allow_out_of_range"];
    assert_eq!(*cdf, json!({"value": false, "origin": "override"}));
    let evolution = &report["evolution_spec"];
    assert_eq!(
        evolution["allow_casts"],
        json!({"value": false, "origin": "dataset"})
    );
    assert_eq!(
        evolution["allow_extra"],
        json!({"value": true, "origin": "default"})
    );
}

#[test]
fn specs_imply_rules() {
    let schema =
        json!({"fields": [{"name": "id", "type": "Int64"}, {"name": "n", "type": "Int8"}]});
    let spec: DatasetSpec = decode(
        &json!({
            "name": "t",
            "table_spec": {"schema": schema, "key_fields": ["id"], "required_non_null": ["n"]},
            "contract_spec": {"name": "t", "table_schema": schema},
        })
        .to_string(),
        "spec",
    )
    .unwrap();
    let mut rules = spec.table_spec.unwrap().implied_rules();
    rules.push(spec.contract_spec.unwrap().implied_rule());
    let labels: Vec<_> = rules.iter().map(ValidationRule::label).collect();
    assert_eq!(
        labels,
        ["unique(id)", "not_null(n)", "required_columns(id, n)"]
    );
}
