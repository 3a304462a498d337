//! Each option × {unset, explicit, explicit default, null} × {call, override, dataset, policy, session}, all combinations of layers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::samples::samples;
use crate::{json_schema, option_fields, record_names, resolve_options_json};

const LAYERS: [&str; 5] = ["call", "override", "dataset", "policy", "session"];

/// What the layers may say about an option, in JSON; `None` is unset.
fn states(record: &str, field: &str, default: &Value) -> [Option<Value>; 4] {
    let explicit = samples(record, field)
        .into_iter()
        .find(|value| value != default)
        .unwrap_or_else(|| panic!("{record}.{field}: no sample differs from the default"));
    [
        None,
        Some(explicit),
        Some(default.clone()),
        Some(Value::Null),
    ]
}

fn resolved(record: &str, layers: &Value) -> Value {
    let report = resolve_options_json(record, &layers.to_string())
        .unwrap_or_else(|error| panic!("{record} {layers}: {error}"));
    serde_json::from_str(&report).unwrap()
}

/// The names of the records that `resolve_options_json` decides on.
fn records_of_options() -> Vec<&'static str> {
    record_names()
        .filter(|name| !option_fields(name).unwrap().is_empty())
        .collect()
}

#[test]
fn every_option_in_every_state_in_every_layer() {
    let mut seen = 0;
    for record in records_of_options() {
        let defaults = resolved(record, &json!({}));
        for field in option_fields(record).unwrap() {
            let name = field.name;
            let default = &defaults[name]["value"];
            assert_eq!(defaults[name]["origin"], "default", "{record}.{name}");
            let states = states(record, name, default);
            for combination in 0..4_usize.pow(5) {
                let chosen: Vec<_> = (0..5)
                    .map(|layer| &states[combination >> (2 * layer) & 3])
                    .collect();
                let mut layers = Map::new();
                for (layer, state) in LAYERS.iter().zip(&chosen) {
                    if let Some(value) = state {
                        layers.insert((*layer).to_owned(), json!({name: value}));
                    }
                }
                // The oracle: the first layer that says anything.
                let (value, origin) = LAYERS
                    .iter()
                    .zip(&chosen)
                    .find_map(|(layer, state)| Some((state.as_ref()?, *layer)))
                    .unwrap_or((default, "default"));
                let layers = Value::Object(layers);
                let report = resolved(record, &layers);
                let expected = json!({"value": value, "origin": origin});
                assert_eq!(report[name], expected, "{record}.{name} of {layers}");
                seen += 1;
                // No other option is touched.
                for other in option_fields(record).unwrap() {
                    if other.name != name {
                        assert_eq!(report[other.name], defaults[other.name]);
                    }
                }
            }
        }
    }
    assert!(seen > 60 * 1024, "{seen} combinations");
}

#[test]
fn an_option_is_declared_documented_and_told() {
    for record in records_of_options() {
        let schema = json_schema(record).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        let fields = option_fields(record).unwrap();
        let declared: BTreeSet<_> = fields.iter().map(|field| field.name).collect();
        assert!(properties.keys().map(String::as_str).eq(declared));
        for field in fields {
            let description = properties[field.name]["description"].as_str().unwrap();
            assert!(description.contains(field.applied_to), "{description}");
            assert!(properties[field.name].get("default").is_none());
            let [left, right] = samples(record, field.name);
            assert_ne!(left, right);
        }
        assert!(schema.get("required").is_none(), "{record}");
        assert_eq!(schema["additionalProperties"], false);
    }
}
