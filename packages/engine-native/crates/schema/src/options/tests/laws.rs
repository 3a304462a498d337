//! The laws of the merge, for every record of options.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

use super::samples::samples;
use crate::json::{decode_value, to_value};
use crate::{
    DataFusionScanOptions, DeltaCdfPolicy, DeltaFeatureGate, DeltaMaintenancePolicy,
    DeltaScanOptions, DeltaSchemaPolicy, DeltaWritePolicy, EvolutionSpec, Layers, Options, Setting,
    ValidationPolicySpec, resolve,
};

/// A record whose fields are unset, null or one of the samples.
fn layer<O: Options>() -> impl Strategy<Value = O> {
    let fields: Vec<_> = O::FIELDS
        .iter()
        .map(|field| {
            let [left, right] = samples(O::NAME, field.name);
            let states = vec![None, Some(Value::Null), Some(left), Some(right)];
            select(states).prop_map(move |state| state.map(|value| (field.name.to_owned(), value)))
        })
        .collect();
    fields.prop_filter_map("contradicts itself", |stated| {
        let object: Map<_, _> = stated.into_iter().flatten().collect();
        decode_value(&Value::Object(object), "layer").ok()
    })
}

fn laws<O: Options>(first: &O, second: &O, third: &O) {
    let nothing = O::default();
    assert_eq!(first.clone().over(&nothing), *first);
    assert_eq!(nothing.over(first), *first);
    assert_eq!(first.clone().over(first), *first);
    let left = first.clone().over(second).over(third);
    let right = first.clone().over(&second.clone().over(third));
    assert_eq!(left, right);
    // Resolving is the same merge, ended by the built-in defaults; what it gives decides on everything.
    let resolved = resolve(&Layers {
        call: first.clone(),
        location: second.clone(),
        dataset: third.clone(),
        ..Layers::default()
    });
    assert_eq!(resolved.options, left.over(&O::built_in()));
    assert_eq!(resolved.origins.len(), O::FIELDS.len());
    assert_eq!(resolved.options.clone().over(first), resolved.options);
    // A record comes back from JSON as it was.
    let written = to_value(first).unwrap();
    assert_eq!(O::deserialize(&written).unwrap(), *first);
}

macro_rules! laws_of {
    ($($test:ident: $record:ty,)+) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(128))]
            $(#[test]
            fn $test((first, second, third) in (layer::<$record>(), layer::<$record>(), layer::<$record>())) {
                laws(&first, &second, &third);
            })+
        }
    };
}

laws_of! {
    scan_options: DataFusionScanOptions,
    delta_scan_options: DeltaScanOptions,
    cdf_policy: DeltaCdfPolicy,
    maintenance_policy: DeltaMaintenancePolicy,
    write_policy: DeltaWritePolicy,
    schema_policy: DeltaSchemaPolicy,
    feature_gate: DeltaFeatureGate,
    evolution: EvolutionSpec,
    validation: ValidationPolicySpec,
}

#[test]
fn null_is_a_decision() {
    let call = DeltaScanOptions {
        file_column_name: Setting::Null,
        ..DeltaScanOptions::default()
    };
    let merged = call.over(&DeltaScanOptions::built_in());
    assert_eq!(merged.file_column_name, Setting::Null);
    assert_eq!(merged.enable_parquet_pushdown, Setting::Value(true));
}
