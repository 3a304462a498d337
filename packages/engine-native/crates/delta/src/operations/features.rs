//! Features of the Delta protocol that a table asks of its readers and writers.

use std::future::IntoFuture;

use codeanatomy_errors::nearest_name;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::kernel::TableFeatures;
use serde::Deserialize;

use super::check_protocol::{ProtocolReport, protocol};
use super::commit::CommitOptions;
use super::error::{existing, failed};
use super::target::Target;

const OPERATION: &str = "add-features";

/// The version of the writer protocol from which on a table names its features.
const FEATURE_VERSION: i32 = 7;

/// The names that `TableFeatures` parses.
const NAMES: &[&str] = &[
    "appendOnly",
    "changeDataFeed",
    "checkConstraints",
    "columnMapping",
    "deletionVectors",
    "domainMetadata",
    "generatedColumns",
    "icebergCompatV1",
    "identityColumns",
    "invariants",
    "materializePartitionColumns",
    "rowTracking",
    "timestampNtz",
    "v2Checkpoint",
    "variantShredding-preview",
    "variantType",
    "variantType-preview",
];

/// Which features are added.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AddFeaturesOptions {
    /// Their names, for example `deletionVectors`.
    pub features: Vec<String>,
    /// Raises the versions of the protocol where a feature needs that; older readers and writers are then locked out.
    pub allow_protocol_upgrade: bool,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// Adds features in one commit.
pub async fn add_features(target: &Target, options: AddFeaturesOptions) -> Result<ProtocolReport> {
    let state = existing(target, OPERATION)?;
    if options.features.is_empty() {
        return Err(
            EngineError::new(ErrorCode::InvalidOption, "there is no feature to add")
                .with_detail("option", "features")
                .with_hint(format!("the features are: {}", NAMES.join(", "))),
        );
    }
    let features = options
        .features
        .iter()
        .map(|name| name.parse().map_err(|()| unknown(name)))
        .collect::<Result<Vec<TableFeatures>>>()?;
    if !options.allow_protocol_upgrade && state.protocol().min_writer_version() < FEATURE_VERSION {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!(
                "{} has version {} of the writer protocol, and features need {FEATURE_VERSION}",
                target.location().name(),
                state.protocol().min_writer_version()
            ),
        )
        .with_detail("option", "allow_protocol_upgrade")
        .with_hint(
            "allow_protocol_upgrade=True raises it; older readers and writers are then locked out",
        ));
    }
    let after = target
        .to_table()
        .add_feature()
        .with_features(features)
        .with_allow_protocol_versions_increase(options.allow_protocol_upgrade)
        .with_commit_properties(options.commit.properties()?)
        .into_future()
        .await
        .map_err(|error| failed(target, OPERATION, &error))?;
    protocol(&after).map_err(|error| failed(target, OPERATION, &error))
}

fn unknown(name: &str) -> EngineError {
    let meant = nearest_name(name, NAMES.iter().copied())
        .map_or_else(String::new, |nearest| format!(" (is '{nearest}' meant?)"));
    EngineError::new(
        ErrorCode::InvalidOption,
        format!("there is no table feature '{name}'{meant}"),
    )
    .with_detail("option", "features")
    .with_hint(format!("the features are: {}", NAMES.join(", ")))
}

#[cfg(test)]
mod tests {
    use deltalake_core::kernel::TableFeatures;

    use super::NAMES;

    #[test]
    fn every_name_is_a_feature() {
        for name in NAMES {
            let feature: TableFeatures = name.parse().unwrap();
            assert_eq!(feature.as_ref(), *name);
        }
    }
}
