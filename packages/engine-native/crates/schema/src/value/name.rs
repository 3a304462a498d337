//! Texts that must not be just any text.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// Declares a text that a check has to accept.
macro_rules! checked_text {
    ($(#[doc = $doc:literal])+ $name:ident, $check:expr, $accepts:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let accepted: fn(&str) -> bool = $check;
                if accepted(&text) {
                    Ok(Self(text))
                } else {
                    Err(format!("'{}' given; it takes {}", crate::json::shortened(&text), $accepts))
                }
            }
        }

        $crate::value::json_schema::inline_schema!($name);

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }
    };
}

checked_text!(
    /// The name of a column, as the schema has it: case counts.
    ColumnName,
    |text| !text.is_empty(),
    "the name of a column"
);

checked_text!(
    /// The name of a dataset, view, contract, constraint or rule.
    Name,
    |text| !text.trim().is_empty(),
    "a name"
);

checked_text!(
    /// The name of a column that a scan adds for the file a row is from.
    LineageColumn,
    |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
    "letters, digits and underscores of ASCII"
);

checked_text!(
    /// SQL that a session plans when the dataset is opened. That it is planned is not checked here.
    SqlText,
    |text| !text.trim().is_empty(),
    "SQL"
);

impl ColumnName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
