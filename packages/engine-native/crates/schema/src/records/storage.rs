//! Options of a store, which hold secrets.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::value::json_schema::inline_schema;

/// What a store is opened with, by names such as `aws_region`. The values are shown in no error, log or `Debug` text.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct StorageOptions(BTreeMap<String, String>);

impl StorageOptions {
    /// Names and values; the values are secrets.
    #[must_use]
    pub const fn reveal(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The same names with empty values.
    pub(super) fn without_values(&self) -> Self {
        Self(
            self.names()
                .map(|name| (name.to_owned(), String::new()))
                .collect(),
        )
    }

    /// The names alone.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_map()
            .entries(self.names().map(|name| (name, "…")))
            .finish()
    }
}

/// A value that errors do not repeat.
#[derive(Deserialize)]
#[serde(untagged)]
enum Secret {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl<'de> Deserialize<'de> for StorageOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stated: BTreeMap<String, Secret> = BTreeMap::deserialize(deserializer)?;
        stated
            .into_iter()
            .map(|(name, value)| match value {
                Secret::Text(text) => Ok((name, text)),
                Secret::Other(_) => Err(serde::de::Error::custom(format_args!(
                    "the value of '{name}' is no text"
                ))),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

inline_schema!(StorageOptions, |generator| {
    BTreeMap::<String, String>::json_schema(generator)
});
