//! Descriptions of schemas: both forms, round trips, and input that is none.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, IntervalUnit, Schema, TimeUnit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::{hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{FieldDescription, SchemaDescription, ipc};

fn data_type() -> impl Strategy<Value = DataType> {
    let leaf = prop_oneof![
        Just(DataType::Null),
        Just(DataType::Boolean),
        Just(DataType::Int8),
        Just(DataType::UInt64),
        Just(DataType::Float16),
        Just(DataType::Float64),
        Just(DataType::Utf8),
        Just(DataType::LargeUtf8),
        Just(DataType::Utf8View),
        Just(DataType::BinaryView),
        Just(DataType::Date32),
        Just(DataType::Interval(IntervalUnit::MonthDayNano)),
        (1_i32..64).prop_map(DataType::FixedSizeBinary),
        Just(DataType::Decimal128(38, 10)),
        Just(DataType::Time64(TimeUnit::Nanosecond)),
        option::of("[A-Za-z]{1,8}/[A-Za-z]{1,8}")
            .prop_map(|zone| { DataType::Timestamp(TimeUnit::Microsecond, zone.map(Arc::from)) }),
        Just(DataType::Dictionary(
            Box::new(DataType::Int32),
            Box::new(DataType::Utf8)
        )),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (any::<bool>(), inner.clone()).prop_map(|(nullable, of)| DataType::List(Arc::new(
                Field::new_list_field(of, nullable)
            ))),
            ("[ -~]{0,5}", inner.clone())
                .prop_map(|(name, of)| DataType::LargeList(Arc::new(Field::new(name, of, true)))),
            vec(("[ -~é]{1,6}", inner, any::<bool>(), metadata()), 0..3).prop_map(|fields| {
                let fields: Fields = fields
                    .into_iter()
                    .map(|(name, of, nullable, metadata)| {
                        Field::new(name, of, nullable).with_metadata(metadata)
                    })
                    .collect();
                DataType::Struct(fields)
            }),
        ]
    })
}

fn metadata() -> impl Strategy<Value = HashMap<String, String>> {
    hash_map("[a-z]{1,4}", ".{0,6}", 0..2)
}

fn schema() -> impl Strategy<Value = Schema> {
    let field = (data_type(), any::<bool>(), metadata());
    (hash_map(".{0,8}", field, 0..5), metadata()).prop_map(|(fields, metadata)| {
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, (of, nullable, metadata))| {
                Field::new(name, of, nullable).with_metadata(metadata)
            })
            .collect();
        Schema::new_with_metadata(fields, metadata)
    })
}

proptest! {
    #[test]
    fn every_schema_comes_back(schema in schema()) {
        let description = SchemaDescription::of(Arc::new(schema.clone())).unwrap();
        let text = serde_json::to_string(&description).unwrap();
        let read: SchemaDescription = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&**read.arrow(), &schema);
        // The other form is the same description and is written alike.
        let other = json!({"ipc": ipc::encode(&schema)}).to_string();
        let other: SchemaDescription = serde_json::from_str(&other).unwrap();
        prop_assert_eq!(&other, &read);
        prop_assert_eq!(serde_json::to_string(&other).unwrap(), text);
    }

    #[test]
    fn damaged_messages_are_errors(schema in schema(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = STANDARD.decode(ipc::encode(&schema)).unwrap();
        let position = at.index(bytes.len());
        bytes[position] = byte;
        let cut = at.index(bytes.len());
        for damaged in [&bytes[..], &bytes[..cut]] {
            if let Err(problem) = ipc::decode(&STANDARD.encode(damaged)) {
                prop_assert!(problem.contains("'ipc'"));
            }
        }
    }

    #[test]
    fn any_text_is_a_type_or_an_error(text in "[A-Za-z(){}<>\", :0-9-]{0,40}") {
        let field = json!({"name": "a", "type": text});
        let _: Result<FieldDescription, _> = serde_json::from_value(field);
    }
}

#[test]
fn simple_schemas_are_readable() {
    let schema = Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("names", DataType::new_list(DataType::Utf8View, true), true)
            .with_metadata(HashMap::from([("unit".to_owned(), "name".to_owned())])),
    ]);
    let description = SchemaDescription::of(Arc::new(schema)).unwrap();
    let written: Value = serde_json::to_value(&description).unwrap();
    let expected = json!({"fields": [
        {"name": "id", "type": "Int64", "nullable": false},
        {"name": "names", "type": "List(Utf8View)", "metadata": {"unit": "name"}},
    ]});
    assert_eq!(written, expected);
}

#[test]
fn what_the_text_form_does_not_tell_goes_as_a_message() {
    let nested = Field::new("a", DataType::Int8, true)
        .with_metadata(HashMap::from([("k".to_owned(), "v".to_owned())]));
    let schema = Schema::new(vec![Field::new(
        "s",
        DataType::Struct(vec![nested].into()),
        true,
    )]);
    let description = SchemaDescription::of(Arc::new(schema)).unwrap();
    let written: Value = serde_json::to_value(&description).unwrap();
    assert!(written["ipc"].is_string());
    assert!(written.get("fields").is_none());
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let text = r#"{"fields": [{"name": "a", "type": "Int8"}, {"name": "a", "type": "Utf8"}]}"#;
    let error = serde_json::from_str::<SchemaDescription>(text).unwrap_err();
    assert!(error.to_string().contains("two columns are called 'a'"));
}
