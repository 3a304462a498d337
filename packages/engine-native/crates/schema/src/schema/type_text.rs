//! Arrow's types in Arrow's own text form, such as `Int64`, `Utf8View` or `List(non-null Int32)`.

use arrow::datatypes::DataType;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::value::json_schema::inline_schema;

/// How deep a type may nest. Arrow's parser recurses, so it is not handed a text that nests deeper.
const MOST_LEVELS: usize = 32;

/// A type that its text form tells whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypeText(DataType);

impl TypeText {
    /// The type; `None` if its text form does not tell all of it, for example metadata of a nested field.
    pub(super) fn of(data_type: &DataType) -> Option<Self> {
        let written = data_type.to_string();
        parse(&written)
            .is_ok_and(|read| read == *data_type)
            .then(|| Self(data_type.clone()))
    }

    pub(super) const fn data_type(&self) -> &DataType {
        &self.0
    }
}

fn parse(text: &str) -> Result<DataType, String> {
    let problem = || {
        format!(
            "'{}' given; it takes a type of Arrow, such as Int64, Utf8 or List(Int32)",
            crate::json::shortened(text)
        )
    };
    let mut level = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => level += 1,
            b')' => level = level.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(level);
    }
    if deepest > MOST_LEVELS {
        return Err(format!(
            "a type that nests {deepest} levels deep given; it takes {MOST_LEVELS} at most"
        ));
    }
    text.parse().map_err(|_| problem())
}

impl Serialize for TypeText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TypeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).map(Self).map_err(D::Error::custom)
    }
}

inline_schema!(TypeText);
