//! What the declarations of internal tables are written with.

use arrow::datatypes::{DataType, Field};

/// A column that every row has a value in.
pub(super) fn required(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

/// A column that may be NULL.
pub(super) fn optional(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

/// A list of texts.
pub(super) fn texts(name: &str) -> Field {
    Field::new_list(name, Field::new("element", DataType::Utf8, true), true)
}

/// Texts by name.
pub(super) fn properties(name: &str) -> Field {
    Field::new_map(
        name,
        "key_value",
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
        false,
        true,
    )
}

/// The columns that all tables about Delta tables begin with.
pub(super) fn delta_columns() -> Vec<Field> {
    vec![
        required("event_time_unix_ms", DataType::Int64),
        optional("run_id", DataType::Utf8),
        optional("dataset_name", DataType::Utf8),
        required("table_uri", DataType::Utf8),
        optional("trace_id", DataType::Utf8),
        optional("span_id", DataType::Utf8),
        optional("delta_version", DataType::Int64),
        optional("min_reader_version", DataType::Int32),
        optional("min_writer_version", DataType::Int32),
        texts("reader_features"),
        texts("writer_features"),
    ]
}

/// A record about a Delta table: its own fields, and those that all of these records have.
macro_rules! delta_artifact {
    ($(#[$attribute:meta])* $name:ident { $($(#[$field_attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// When it happened, in milliseconds since 1970-01-01T00:00:00Z; by default now.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub event_time_unix_ms: Option<i64>,
            /// The run that it belongs to.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub run_id: Option<String>,
            /// The URI of the table, without secrets.
            pub table_uri: codeanatomy_schema::Name,
            /// The trace that it belongs to.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub trace_id: Option<String>,
            /// The span that it belongs to.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub span_id: Option<String>,
            /// The version of the table.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub delta_version: Option<i64>,
            /// What its protocol asks of readers.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub min_reader_version: Option<i32>,
            /// What its protocol asks of writers.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub min_writer_version: Option<i32>,
            /// The features that it asks of readers.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub reader_features: Option<Vec<String>>,
            /// The features that it asks of writers.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub writer_features: Option<Vec<String>>,
            $($(#[$field_attribute])* pub $field: $type,)*
        }

        impl codeanatomy_schema::Record for $name {
            const NAME: &'static str = stringify!($name);
        }
    };
}

pub(super) use delta_artifact;
