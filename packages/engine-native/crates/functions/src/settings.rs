//! What functions do where a call does not say: the session settings `codeanatomy_udf.*`.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Display;

use datafusion::common::Result;
use datafusion::common::config::{
    ConfigEntry, ConfigExtension, ConfigField, ConfigOptions, ExtensionOptions, Visit,
};
use datafusion::common::config_namespace;

use crate::choice::choice;

choice! {
    /// A normal form of Unicode (UAX #15).
    NormalForm, default Nfkc {
        /// Canonical composition.
        Nfc = "NFC";
        /// Canonical decomposition.
        Nfd = "NFD";
        /// Compatibility composition.
        Nfkc = "NFKC";
        /// Compatibility decomposition.
        Nfkd = "NFKD";
    }
}

choice! {
    /// In what columns of a line are counted.
    ColumnUnit, default Byte {
        /// Bytes of UTF-8.
        Byte = "byte" or "utf8" or "utf-8";
        /// Units of UTF-16, as in the Language Server Protocol.
        Utf16 = "utf16" or "utf-16";
        /// Code points, as in CPython's tracebacks.
        Utf32 = "utf32" or "utf-32" or "codepoint";
    }
}

choice! {
    /// How the keys of a map are spelled.
    KeyCase, default Lower {
        /// Lower case.
        Lower = "lower";
        /// Upper case.
        Upper = "upper";
        /// As they are.
        None = "none";
    }
}

config_namespace! {
    /// The settings of the library's functions in one session.
    pub struct FunctionSettings {
        /// Which normal form utf8_normalize makes: NFC, NFD, NFKC or NFKD.
        pub utf8_normalize_form: NormalForm, default = NormalForm::default()
        /// Whether utf8_normalize folds case.
        pub utf8_normalize_casefold: bool, default = true
        /// Whether utf8_normalize makes one space of each run of white space, and none at the ends.
        pub utf8_normalize_collapse_ws: bool, default = true
        /// The number of the first line in spans that span_make makes.
        pub span_default_line_base: i32, default = 0
        /// The unit of columns in spans that span_make makes, and of col_to_byte and byte_to_col: byte, utf16 or utf32.
        pub span_default_col_unit: ColumnUnit, default = ColumnUnit::default()
        /// Whether the end of a span that span_make makes is the first position behind it.
        pub span_default_end_exclusive: bool, default = true
        /// How map_normalize spells keys: lower, upper or none.
        pub map_normalize_key_case: KeyCase, default = KeyCase::default()
        /// Whether map_normalize sorts entries by key.
        pub map_normalize_sort_keys: bool, default = true
    }
}

impl ConfigExtension for FunctionSettings {
    const PREFIX: &'static str = "codeanatomy_udf";
}

/// By hand, since `extensions_options!` names its entries without their prefix: `SHOW` would not find them, and a library behind a capsule
/// would refuse them and with them the whole session.
impl ExtensionOptions for FunctionSettings {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        // What comes back from behind a capsule has the prefix once more.
        let key = key
            .strip_prefix(Self::PREFIX)
            .and_then(|key| key.strip_prefix('.'))
            .unwrap_or(key);
        ConfigField::set(self, key, value)
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let mut entries = Entries(Vec::new());
        self.visit(&mut entries, Self::PREFIX, "");
        entries.0
    }
}

/// Collects the settings with their full names.
struct Entries(Vec<ConfigEntry>);

impl Visit for Entries {
    fn some<V: Display>(&mut self, key: &str, value: V, description: &'static str) {
        self.0.push(ConfigEntry {
            key: key.to_owned(),
            value: Some(value.to_string()),
            description,
        });
    }

    fn none(&mut self, key: &str, description: &'static str) {
        self.0.push(ConfigEntry {
            key: key.to_owned(),
            value: None,
            description,
        });
    }
}

impl FunctionSettings {
    /// The settings of a session; the built-in ones in a session that has none.
    #[must_use]
    pub fn of(options: &ConfigOptions) -> Self {
        options
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_default()
    }

    /// The built-in values by name, without the prefix.
    #[must_use]
    pub fn defaults() -> BTreeMap<String, String> {
        let name = |key: String| key.rsplit('.').next().map(str::to_owned);
        Self::default()
            .entries()
            .into_iter()
            .filter_map(|entry| Some((name(entry.key)?, entry.value?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sql;

    #[test]
    fn settings_are_read_and_written_by_name() {
        let mut options = ConfigOptions::new();
        assert_eq!(
            FunctionSettings::of(&options).utf8_normalize_form,
            NormalForm::Nfkc
        );
        options.extensions.insert(FunctionSettings::default());
        options
            .set("codeanatomy_udf.utf8_normalize_form", "nfd")
            .unwrap();
        options
            .set("codeanatomy_udf.span_default_line_base", "1")
            .unwrap();
        let settings = FunctionSettings::of(&options);
        assert_eq!(settings.utf8_normalize_form, NormalForm::Nfd);
        assert_eq!(settings.span_default_line_base, 1);
        let error = options
            .set("codeanatomy_udf.map_normalize_key_case", "title")
            .unwrap_err();
        assert!(
            error.to_string().contains("one of lower, upper, none"),
            "{error}"
        );
        assert_eq!(
            FunctionSettings::defaults()["span_default_col_unit"],
            "byte"
        );
    }

    #[test]
    fn settings_are_set_in_sql() {
        let sql = Sql::new();
        sql.run("set codeanatomy_udf.span_default_col_unit = 'utf-16'");
        assert_eq!(
            sql.texts(
                "select value from information_schema.df_settings where name = 'codeanatomy_udf.span_default_col_unit'"
            ),
            ["utf16"]
        );
        assert!(
            sql.error("set codeanatomy_udf.span_default_col_unit = 'ebcdic'")
                .contains("one of byte, utf16, utf32")
        );
        assert!(
            sql.error("set codeanatomy_udf.span_unit = 'byte'")
                .contains("span_unit")
        );
    }

    #[test]
    fn every_setting_that_a_function_reads_exists() {
        let defaults = FunctionSettings::defaults();
        for entry in crate::functions() {
            for setting in entry.settings {
                assert!(
                    defaults.contains_key(*setting),
                    "{}: {setting}",
                    entry.function.name()
                );
            }
        }
    }
}
