//! Settings that a table carries with it.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::DeltaTable;
use serde::{Deserialize, Serialize};

use super::commit::CommitOptions;
use super::error::{existing, failed};
use super::property_names::check_property;
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "set-properties";

/// Which properties get which values.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetPropertiesOptions {
    /// The values by name, for example `delta.logRetentionDuration`.
    pub properties: BTreeMap<String, String>,
    /// Also sets names that begin with `delta.` and that Delta does not know, and values that it does not understand.
    pub allow_unknown: bool,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// The properties of a table after an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PropertiesReport {
    /// The version of the table after the operation.
    pub version: u64,
    /// Every property that is set.
    pub properties: BTreeMap<String, String>,
    /// How long it took.
    pub duration_ms: u64,
}

/// Sets properties in one commit.
pub async fn set_properties(
    target: &Target,
    options: SetPropertiesOptions,
) -> Result<PropertiesReport> {
    let started = Stopwatch::start();
    existing(target, OPERATION)?;
    if options.properties.is_empty() {
        return Err(
            EngineError::new(ErrorCode::InvalidOption, "there is no property to set")
                .with_detail("option", "properties")
                .with_hint("give at least one name with its value"),
        );
    }
    for (name, value) in &options.properties {
        check_property(name, value, options.allow_unknown)?;
    }
    let after = target
        .to_table()
        .set_tbl_properties()
        .with_properties(options.properties.into_iter().collect())
        .with_raise_if_not_exists(false)
        .with_commit_properties(options.commit.properties()?)
        .into_future()
        .await
        .map_err(|error| failed(target, OPERATION, &error))?;
    Ok(PropertiesReport {
        version: after.version().unwrap_or_default(),
        properties: properties(&after),
        duration_ms: started.milliseconds(),
    })
}

/// The properties that a table has.
pub(super) fn properties(table: &DeltaTable) -> BTreeMap<String, String> {
    table.snapshot().map_or_else(
        |_| BTreeMap::new(),
        |state| {
            state
                .metadata()
                .configuration()
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        },
    )
}
