//! Profiles: what one session may use of the machine, and how its functions and policies are set.
//!
//! A profile is resolved from layers: what the caller states, the environment, a file `codeanatomy.toml`, the table `[tool.codeanatomy]` of
//! `pyproject.toml`, and the defaults of its class. Each value keeps where it came from.

mod apply;
mod class;
mod layer;
mod scan_policy;
mod setting;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use serde::Serialize;

pub use class::Class;
pub use layer::{Layer, configuration_layers};
pub use scan_policy::{DeclaredScanPolicy, SessionScanPolicy, session_scan_policy};
use setting::{CLASS, Setting};
pub use setting::{SettingDescription, setting_descriptions};
pub use value::Value;

/// A resolved profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// The class whose defaults fill what no layer states.
    pub class: Class,
    /// Every setting by its key, for example `execution.batch_size`.
    pub settings: BTreeMap<String, ResolvedSetting>,
    /// The scan policies that `scan_policy` can name. Of two that have one name, the strongest layer's counts, as a whole.
    pub scan_policies: BTreeMap<String, DeclaredScanPolicy>,
    /// Identifies all settings but paths, and what the chosen scan policy states: 32 hexadecimal digits of BLAKE3.
    pub profile_hash: String,
    /// Identifies the options that a session of the profile gets, but paths, and its scan policy: 32 hexadecimal digits of BLAKE3. Two profiles
    /// with one hash give sessions that answer alike.
    pub settings_hash: String,
}

/// A setting with its value and where that came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedSetting {
    /// The value; `None` where there is none.
    pub value: Option<Value>,
    /// `argument`, the name of an environment variable, a file, `class NAME`, or `default`.
    pub origin: String,
}

impl Profile {
    /// Resolves a profile from layers, the strongest first.
    ///
    /// # Errors
    ///
    /// `invalid-option`: a layer has an unknown key, or a value that its setting does not accept; the text names the layer and the nearest key;
    /// or the settings of asynchronous functions do not go together; or no layer declares the scan policy that is named.
    ///
    /// ```
    /// use codeanatomy_runtime::{Layer, Profile};
    ///
    /// let argument = Layer::from_json("argument", r#"{"profile": "small", "execution": {"batch_size": 1024}}"#)?;
    /// let profile = Profile::resolve(&[argument])?;
    /// assert_eq!(profile.count("execution.batch_size"), Some(1024));
    /// assert_eq!(profile.settings["execution.target_partitions"].origin, "class small");
    /// # Ok::<(), codeanatomy_errors::EngineError>(())
    /// ```
    pub fn resolve(layers: &[Layer]) -> Result<Self> {
        let mut stated: BTreeMap<String, ResolvedSetting> = BTreeMap::new();
        for layer in layers {
            for entry in layer.entries() {
                let value = setting::accept(&entry.key, &entry.raw)
                    .map_err(|message| invalid(&entry.key, &entry.origin, &message))?;
                stated
                    .entry(entry.key.clone())
                    .or_insert_with(|| ResolvedSetting {
                        value,
                        origin: entry.origin.clone(),
                    });
            }
        }
        let class = stated.remove(CLASS);
        let class = match class.and_then(|stated| stated.value) {
            Some(Value::Text(name)) => Class::from_name(&name).unwrap_or_default(),
            _ => Class::default(),
        };
        for Setting { key, .. } in setting::all() {
            stated.entry(key.clone()).or_insert_with(|| {
                let (value, is_of_class) = setting::default_of(&key, class);
                let origin = if is_of_class {
                    format!("class {class}")
                } else {
                    "default".to_owned()
                };
                ResolvedSetting { value, origin }
            });
        }
        let mut profile = Self {
            class,
            settings: stated,
            scan_policies: scan_policy::strongest(layers),
            profile_hash: String::new(),
            settings_hash: String::new(),
        };
        profile.check_scan_policy()?;
        profile.profile_hash = profile.hash_of_settings()?;
        profile.settings_hash = profile.hash_of_options()?;
        profile.policy()?;
        Ok(profile)
    }

    /// The value of a setting that is a number; `None` where it has none.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<u64> {
        match self.settings.get(key)?.value {
            Some(Value::Count(count)) => Some(count),
            _ => None,
        }
    }

    fn flag(&self, key: &str) -> Option<bool> {
        match self.settings.get(key)?.value {
            Some(Value::Flag(flag)) => Some(flag),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match self.settings.get(key)?.value.as_ref()? {
            Value::Text(text) => Some(text),
            Value::Count(_) | Value::Flag(_) | Value::Names(_) => None,
        }
    }

    fn names(&self, key: &str) -> Option<&[String]> {
        match self.settings.get(key)?.value.as_ref()? {
            Value::Names(names) => Some(names),
            Value::Count(_) | Value::Flag(_) | Value::Text(_) => None,
        }
    }

    fn hash_of_settings(&self) -> Result<String> {
        let settings = self
            .settings
            .iter()
            .filter(|(key, _)| !setting::is_path(key))
            .filter_map(|(key, setting)| Some(format!("{key}={}", setting.value.as_ref()?)));
        Ok(hash_of(settings.chain(self.scan_policy_line()?)))
    }
}

/// Hashes lines, each with its length, so that no two lists of lines have one hash.
fn hash_of(lines: impl Iterator<Item = String>) -> String {
    let mut hasher = blake3::Hasher::new();
    for line in lines {
        hasher.update(&(line.len() as u64).to_le_bytes());
        hasher.update(line.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn invalid(key: &str, origin: &str, message: &str) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, format!("{origin}: {message}"))
        .with_detail("option", key.to_owned())
        .with_detail("origin", origin.to_owned())
        .with_hint(
            "'codeanatomy config show' lists every setting with its value and where it came from",
        )
}
