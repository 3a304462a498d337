//! Columns of lists and maps of texts.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ListBuilder, MapBuilder, MapFieldNames, StringBuilder, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use arrow::error::ArrowError;
use codeanatomy_errors::{EngineError, ErrorCode};

/// The type of a column of lists of texts.
pub(super) fn text_list() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
}

/// The type of a column of maps from texts to texts or NULL.
pub(super) fn text_map() -> DataType {
    let entry = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ]);
    DataType::Map(
        Arc::new(Field::new("entries", DataType::Struct(entry), false)),
        false,
    )
}

/// The type of a point in time.
pub(super) fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// A column of points in time, in milliseconds since 1970.
pub(super) fn times(values: impl IntoIterator<Item = Option<i64>>) -> ArrayRef {
    let values: TimestampMillisecondArray = values.into_iter().collect();
    Arc::new(values.with_timezone("UTC"))
}

/// A column of lists.
pub(super) fn lists<Text: AsRef<str>>(
    lists: impl IntoIterator<Item = Option<Vec<Text>>>,
) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for list in lists {
        for text in list.iter().flatten() {
            builder.values().append_value(text);
        }
        builder.append(list.is_some());
    }
    Arc::new(builder.finish())
}

/// A column of maps.
pub(super) fn maps<Key: AsRef<str>>(
    maps: impl IntoIterator<Item = Option<Vec<(Key, Option<String>)>>>,
) -> Result<ArrayRef, ArrowError> {
    let names = MapFieldNames {
        entry: "entries".to_owned(),
        key: "key".to_owned(),
        value: "value".to_owned(),
    };
    let mut builder = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
    for map in maps {
        for (key, value) in map.iter().flatten() {
            builder.keys().append_value(key);
            builder.values().append_option(value.as_ref());
        }
        builder.append(map.is_some())?;
    }
    Ok(Arc::new(builder.finish()))
}

/// Columns that don't make a table are a fault of this library.
#[expect(clippy::needless_pass_by_value, reason = "the signature of map_err")]
pub(super) fn unexpected(error: ArrowError) -> EngineError {
    EngineError::new(ErrorCode::InternalError, error.to_string())
}
