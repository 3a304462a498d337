//! Scan policies by name: layers declare them, and the setting `scan_policy` chooses one for the datasets of a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use codeanatomy_schema::{ScanPolicyConfig, decode, fingerprint};
use datafusion::execution::session_state::SessionState;
use serde::Serialize;
use serde_json::Value;
use toml_edit::Item;

use super::layer::Layer;
use super::setting::{SCAN_POLICIES, SCAN_POLICY};
use super::{Profile, invalid};

/// A scan policy that a layer declares.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeclaredScanPolicy {
    /// What it states.
    pub policy: ScanPolicyConfig,
    /// `argument`, or a file.
    pub origin: String,
}

/// The scan policy of a session: what its datasets are scanned by where they state no policy of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionScanPolicy {
    /// The name in the session's profile.
    pub name: String,
    /// What it states.
    pub policy: ScanPolicyConfig,
}

/// The scan policy that the profile of the session names; `None` if it names none, or the session was made without a profile.
///
/// ```
/// use codeanatomy_runtime::{Layer, Profile, new_session, session_scan_policy};
///
/// let text = r#"{"scan_policy": "remote", "scan_policies": {"remote": {"listing": {"list_files_cache_ttl": "5m"}}}}"#;
/// let context = new_session(&Profile::resolve(&[Layer::from_json("argument", text)?])?)?;
/// let policy = session_scan_policy(&context.state());
/// assert_eq!(policy.map(|policy| policy.name.clone()).as_deref(), Some("remote"));
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
#[must_use]
pub fn session_scan_policy(state: &SessionState) -> Option<Arc<SessionScanPolicy>> {
    state.config().get_extension()
}

impl Profile {
    /// The scan policy that a session of the profile gets.
    #[must_use]
    pub fn scan_policy(&self) -> Option<SessionScanPolicy> {
        let name = self.text(SCAN_POLICY)?;
        let declared = self.scan_policies.get(name)?;
        Some(SessionScanPolicy {
            name: name.to_owned(),
            policy: declared.policy.clone(),
        })
    }

    pub(super) fn check_scan_policy(&self) -> Result<()> {
        let (Some(name), Some(setting)) = (self.text(SCAN_POLICY), self.settings.get(SCAN_POLICY))
        else {
            return Ok(());
        };
        if self.scan_policies.contains_key(name) {
            return Ok(());
        }
        let known: Vec<_> = self.scan_policies.keys().map(String::as_str).collect();
        let declared = if known.is_empty() {
            format!("no layer declares one; a table [{SCAN_POLICIES}.{name}] does")
        } else {
            format!("those declared are {}", known.join(", "))
        };
        let meant = nearest_name(name, known.iter().copied());
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
        Err(invalid(
            SCAN_POLICY,
            &setting.origin,
            &format!("there is no scan policy '{name}': {declared}{meant}"),
        ))
    }

    /// What hashes see of the chosen policy: what it states, not its name. One that states nothing is as none.
    pub(super) fn scan_policy_line(&self) -> Result<Option<String>> {
        self.scan_policy()
            .map(|chosen| chosen.policy)
            .filter(|policy| *policy != ScanPolicyConfig::default())
            .map(|policy| Ok(format!("{SCAN_POLICY}.content={}", fingerprint(&policy)?)))
            .transpose()
    }
}

/// The policies of all layers; of two with one name that of the strongest layer, which comes first.
pub(super) fn strongest(layers: &[Layer]) -> BTreeMap<String, DeclaredScanPolicy> {
    let mut strongest = BTreeMap::new();
    for (name, declared) in layers.iter().flat_map(Layer::scan_policies) {
        strongest
            .entry(name.clone())
            .or_insert_with(|| declared.clone());
    }
    strongest
}

/// Reads the policies that a layer declares: an object with a policy a name.
pub(super) fn declare(origin: &str, stated: Value) -> Result<Vec<(String, DeclaredScanPolicy)>> {
    let Value::Object(policies) = stated else {
        return Err(invalid(
            SCAN_POLICIES,
            origin,
            &format!("{SCAN_POLICIES} is {stated}; it takes a table of scan policies by name"),
        ));
    };
    policies
        .into_iter()
        .map(|(name, policy)| {
            let key = format!("{SCAN_POLICIES}.{name}");
            let policy = decode(&policy.to_string(), &format!("{origin}: {key}"))
                .map_err(|error| wrapped(&key, origin, &error))?;
            let origin = origin.to_owned();
            Ok((name, DeclaredScanPolicy { policy, origin }))
        })
        .collect()
}

fn wrapped(key: &str, origin: &str, error: &EngineError) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, error.message())
        .with_detail("option", key.to_owned())
        .with_detail("origin", origin.to_owned())
        .with_detail("cause", error.code().as_str())
        .with_hint("a scan policy has the tables listing, delta_listing and delta_scan, and in them options of scans")
}

/// What a TOML file states, as JSON. It has no null, and no policy accepts a date.
pub(super) fn json_of(item: &Item) -> Value {
    if let Some(table) = item.as_table_like() {
        let members = table.iter();
        return members
            .map(|(name, member)| (name.to_owned(), json_of(member)))
            .collect();
    }
    if let Some(values) = item.as_array() {
        let values = values.iter();
        return values
            .map(|value| json_of(&Item::Value(value.clone())))
            .collect();
    }
    if let Some(flag) = item.as_bool() {
        return flag.into();
    }
    if let Some(integer) = item.as_integer() {
        return integer.into();
    }
    if let Some(number) = item.as_float() {
        return number.into();
    }
    match item.as_str() {
        Some(text) => text.into(),
        None => format!("a value of the kind {}", item.type_name()).into(),
    }
}
