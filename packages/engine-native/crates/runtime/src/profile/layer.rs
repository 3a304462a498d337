//! Where settings are stated: the caller, the environment, and the nearest configuration files.

use std::path::Path;

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use toml_edit::{Document, Item, TableLike};

use super::scan_policy::{DeclaredScanPolicy, declare, json_of};
use super::setting::{SCAN_POLICIES, setting_descriptions, variable};
use super::value::Raw;

/// The variables of the same prefix that are no settings.
const OTHER_VARIABLES: &[&str] = &["CODEANATOMY_DEBUG"];
const PREFIX: &str = "CODEANATOMY_";
const OWN_FILE: &str = "codeanatomy.toml";
const PROJECT_FILE: &str = "pyproject.toml";

/// Settings from one place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layer {
    entries: Vec<Entry>,
    scan_policies: Vec<(String, DeclaredScanPolicy)>,
}

/// A stated setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) raw: Raw,
    pub(super) origin: String,
}

impl Layer {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn scan_policies(&self) -> &[(String, DeclaredScanPolicy)] {
        &self.scan_policies
    }

    /// Settings as a JSON object with an object for each section; `null` states nothing, but in `scan_policies`, whose members are
    /// [`ScanPolicyConfig`](codeanatomy_schema::ScanPolicyConfig)s.
    pub fn from_json(origin: &str, text: &str) -> Result<Self> {
        let value: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| unreadable(origin, &format!("not JSON: {error}")))?;
        let serde_json::Value::Object(mut members) = value else {
            return Err(unreadable(origin, "not an object"));
        };
        let mut layer = Self::default();
        if let Some(policies) = members.remove(SCAN_POLICIES) {
            layer.scan_policies = declare(origin, policies)?;
        }
        layer.add_members(origin, "", members);
        Ok(layer)
    }

    fn add_members(
        &mut self,
        origin: &str,
        prefix: &str,
        members: serde_json::Map<String, serde_json::Value>,
    ) {
        for (name, value) in members {
            let key = format!("{prefix}{name}");
            let raw = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::Object(inner) => {
                    self.add_members(origin, &format!("{key}."), inner);
                    continue;
                }
                serde_json::Value::Bool(flag) => Raw::Flag(flag),
                serde_json::Value::Number(number) => number
                    .as_i64()
                    .map_or_else(|| Raw::Text(number.to_string()), Raw::Integer),
                serde_json::Value::String(text) => Raw::Text(text),
                serde_json::Value::Array(members) => {
                    let texts = members.into_iter().map(|member| match member {
                        serde_json::Value::String(text) => Some(text),
                        _ => None,
                    });
                    names(texts)
                }
            };
            self.add(origin, key, raw);
        }
    }

    /// Settings from environment variables; those without the prefix are left alone.
    ///
    /// # Errors
    ///
    /// `invalid-option`: a variable has the prefix and is no setting.
    pub fn from_environment<'v>(
        variables: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) -> Result<Self> {
        let settings = setting_descriptions();
        let mut layer = Self::default();
        for (name, value) in variables {
            if !name.starts_with(PREFIX) || OTHER_VARIABLES.contains(&name) {
                continue;
            }
            let known = settings
                .iter()
                .find(|setting| !setting.variable.is_empty() && setting.variable == name);
            let Some(setting) = known else {
                let names = settings.iter().map(|setting| setting.variable.as_str());
                let meant = nearest_name(name, names)
                    .map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
                return Err(unreadable(
                    "the environment",
                    &format!("there is no setting {name}{meant}"),
                ));
            };
            layer.add(
                &variable(&setting.key),
                setting.key.clone(),
                Raw::Text(value.to_owned()),
            );
        }
        Ok(layer)
    }

    /// Settings from a TOML text; `table` is where they are in it.
    pub fn from_toml(origin: &str, text: &str, table: &[&str]) -> Result<Self> {
        let document =
            Document::parse(text).map_err(|error| unreadable(origin, &error.to_string()))?;
        let mut layer = Self::default();
        let mut place: &Item = document.as_item();
        for name in table {
            let Some(inner) = place.get(name) else {
                return Ok(layer);
            };
            place = inner;
        }
        match place.as_table_like() {
            Some(members) => {
                if let Some(policies) = members.get(SCAN_POLICIES) {
                    layer.scan_policies = declare(origin, json_of(policies))?;
                }
                layer.add_table(origin, "", members);
            }
            None => {
                return Err(unreadable(
                    origin,
                    &format!("'{}' is not a table", table.join(".")),
                ));
            }
        }
        Ok(layer)
    }

    fn add_table(&mut self, origin: &str, prefix: &str, table: &dyn TableLike) {
        for (name, item) in table.iter() {
            let key = format!("{prefix}{name}");
            if key == SCAN_POLICIES {
                continue;
            }
            if let Some(inner) = item.as_table_like() {
                self.add_table(origin, &format!("{key}."), inner);
                continue;
            }
            let raw = if let Some(flag) = item.as_bool() {
                Raw::Flag(flag)
            } else if let Some(integer) = item.as_integer() {
                Raw::Integer(integer)
            } else if let Some(text) = item.as_str() {
                Raw::Text(text.to_owned())
            } else if let Some(number) = item.as_float() {
                Raw::Text(number.to_string())
            } else if let Some(members) = item.as_array() {
                names(
                    members
                        .iter()
                        .map(|member| member.as_str().map(str::to_owned)),
                )
            } else {
                Raw::Other(item.type_name())
            };
            self.add(origin, key, raw);
        }
    }

    fn add(&mut self, origin: &str, key: String, raw: Raw) {
        self.entries.push(Entry {
            key,
            raw,
            origin: origin.to_owned(),
        });
    }
}

/// The layers of the configuration files that are nearest to `directory`, in it or above it: `codeanatomy.toml`, then `pyproject.toml`.
pub fn configuration_layers(directory: &Path) -> Result<Vec<Layer>> {
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let mut layers = Vec::new();
    for (name, table) in [
        (OWN_FILE, &[][..]),
        (PROJECT_FILE, &["tool", "codeanatomy"][..]),
    ] {
        for folder in directory.ancestors() {
            let path = folder.join(name);
            if !path.is_file() {
                continue;
            }
            let origin = path.display().to_string();
            let text = std::fs::read_to_string(&path)
                .map_err(|error| unreadable(&origin, &error.to_string()))?;
            layers.push(Layer::from_toml(&origin, &text, table)?);
            break;
        }
    }
    Ok(layers)
}

/// A list, of which settings only accept one of texts.
fn names(members: impl Iterator<Item = Option<String>>) -> Raw {
    match members.collect() {
        Some(names) => Raw::Names(names),
        None => Raw::Other("list"),
    }
}

fn unreadable(origin: &str, message: &str) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, format!("{origin}: {message}"))
        .with_detail("origin", origin.to_owned())
        .with_hint("'codeanatomy config init' writes a file with every setting")
}
