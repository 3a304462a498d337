//! JSON Schemas of values that are written as a text, a number, or either.

use schemars::schema::{InstanceType, NumberValidation, Schema, SchemaObject, SubschemaValidation};

/// A value of that type.
pub(crate) fn of_type(kind: InstanceType) -> Schema {
    SchemaObject {
        instance_type: Some(kind.into()),
        ..SchemaObject::default()
    }
    .into()
}

/// An integer that is not negative.
pub(crate) fn natural() -> Schema {
    SchemaObject {
        instance_type: Some(InstanceType::Integer.into()),
        number: Some(Box::new(NumberValidation {
            minimum: Some(0.0),
            ..NumberValidation::default()
        })),
        ..SchemaObject::default()
    }
    .into()
}

/// One of these texts.
pub(crate) fn one_of(texts: &[&str]) -> Schema {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        enum_values: Some(texts.iter().map(|text| (*text).into()).collect()),
        ..SchemaObject::default()
    }
    .into()
}

/// What any of the schemas accepts.
pub(crate) fn any_of(schemas: Vec<Schema>) -> Schema {
    SchemaObject {
        subschemas: Some(Box::new(SubschemaValidation {
            any_of: Some(schemas),
            ..SubschemaValidation::default()
        })),
        ..SchemaObject::default()
    }
    .into()
}

/// Gives a type a schema that stands where the type is used, instead of one that is referred to.
macro_rules! inline_schema {
    ($type:ident, |$generator:ident| $schema:expr) => {
        impl schemars::JsonSchema for $type {
            fn is_referenceable() -> bool {
                false
            }

            fn schema_name() -> String {
                stringify!($type).to_owned()
            }

            fn json_schema(
                $generator: &mut schemars::r#gen::SchemaGenerator,
            ) -> schemars::schema::Schema {
                $schema
            }
        }
    };
    ($type:ident, $schema:expr) => {
        $crate::value::json_schema::inline_schema!($type, |_generator| $schema);
    };
    ($type:ident) => {
        $crate::value::json_schema::inline_schema!(
            $type,
            $crate::value::json_schema::of_type(schemars::schema::InstanceType::String)
        );
    };
}

pub(crate) use inline_schema;
