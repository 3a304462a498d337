//! Options of a table's store: credentials among them, so that their values are shown nowhere.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Options of an object store by name, for example `region` or `aws_secret_access_key`. Names are matched without regard to case.
///
/// Whatever shows options shows their names only.
///
/// ```
/// use codeanatomy_delta::StorageOptions;
///
/// let options: StorageOptions = [("AWS_SECRET_ACCESS_KEY".to_owned(), "spam".to_owned())].into_iter().collect();
/// assert_eq!(format!("{options:?}"), r#"{"aws_secret_access_key"}"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StorageOptions(BTreeMap<String, String>);

/// Values as short as this say nothing (`true`, a region's number) and would blank out half of a text.
const SHORTEST_SECRET: usize = 4;
const REDACTED: &str = "[redacted]";

impl StorageOptions {
    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of one option. It may be a secret.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// The options with their values, as Delta's builders take them.
    #[must_use]
    pub fn to_map(&self) -> HashMap<String, String> {
        self.0.clone().into_iter().collect()
    }

    /// The text without any option's value: what libraries say may quote one.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut values: Vec<&str> = self
            .0
            .iter()
            .filter(|(name, value)| value.len() > SHORTEST_SECRET || is_secret_name(name))
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
            .collect();
        // A value may be the beginning of another one.
        values.sort_unstable_by_key(|value| std::cmp::Reverse(value.len()));
        values
            .into_iter()
            .fold(text.to_owned(), |text, value| text.replace(value, REDACTED))
    }
}

fn is_secret_name(name: &str) -> bool {
    ["secret", "key", "token", "password", "sas", "credential"]
        .iter()
        .any(|part| name.contains(part))
}

impl FromIterator<(String, String)> for StorageOptions {
    fn from_iter<Options: IntoIterator<Item = (String, String)>>(options: Options) -> Self {
        Self(
            options
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
        )
    }
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::StorageOptions;

    #[test]
    fn values_are_blanked_out_of_texts_longest_first() {
        let options: StorageOptions = [
            ("token", "abcdef"),
            ("secret_key", "abcdefgh"),
            ("password", "pw"),
            ("allow_http", "true"),
            ("empty_key", ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
        assert_eq!(
            options.redact("it is true: abcdefgh is no abcdef, nor pw"),
            "it is true: [redacted] is no [redacted], nor [redacted]"
        );
    }

    #[test]
    fn names_are_matched_without_case() {
        let options: StorageOptions = [("Region".to_owned(), "x".to_owned())]
            .into_iter()
            .collect();
        assert_eq!(options.get("REGION"), Some("x"));
        assert_eq!(options.names().collect::<Vec<_>>(), ["region"]);
    }
}
