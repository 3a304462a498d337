//! What a table asks of its readers and writers, and whether it promises what a caller depends on.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::{DeltaResult, DeltaTable};
use serde::{Deserialize, Serialize};

use super::error::failed;
use super::target::Target;

const OPERATION: &str = "check-protocol";

/// What a caller depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckProtocolOptions {
    /// The least version of the reader protocol.
    pub min_reader_version: Option<i32>,
    /// The least version of the writer protocol.
    pub min_writer_version: Option<i32>,
    /// Features that readers have to support.
    pub required_reader_features: Vec<String>,
    /// Features that writers have to support.
    pub required_writer_features: Vec<String>,
}

/// What a table asks of its readers and writers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProtocolReport {
    /// The version of the table.
    pub version: u64,
    /// The least version of the protocol that a reader needs.
    pub min_reader_version: i32,
    /// The least version of the protocol that a writer needs.
    pub min_writer_version: i32,
    /// The features that a reader needs, sorted.
    pub reader_features: Vec<String>,
    /// The features that a writer needs, sorted.
    pub writer_features: Vec<String>,
}

/// Reports the protocol of the table, or refuses it with everything that it lacks.
pub fn check_protocol(target: &Target, options: &CheckProtocolOptions) -> Result<ProtocolReport> {
    let report = protocol(target.table()).map_err(|error| failed(target, OPERATION, &error))?;
    let mut lacks = Vec::new();
    for (kind, least, actual) in [
        (
            "reader",
            options.min_reader_version,
            report.min_reader_version,
        ),
        (
            "writer",
            options.min_writer_version,
            report.min_writer_version,
        ),
    ] {
        if let Some(least) = least.filter(|least| *least > actual) {
            lacks.push(format!("{kind} version {least} (it has {actual})"));
        }
    }
    for (kind, required, actual) in [
        (
            "reader",
            &options.required_reader_features,
            &report.reader_features,
        ),
        (
            "writer",
            &options.required_writer_features,
            &report.writer_features,
        ),
    ] {
        for feature in required {
            if !actual.contains(feature) {
                lacks.push(format!("{kind} feature {feature}"));
            }
        }
    }
    if lacks.is_empty() {
        return Ok(report);
    }
    Err(EngineError::new(
        ErrorCode::DeltaProtocolInsufficient,
        format!("{} lacks {}", target.location().name(), lacks.join(", ")),
    )
    .with_detail("location", target.location().url().to_string())
    .with_detail("lacks", lacks.join(", "))
    .with_hint("add the features to the table, or do not depend on them"))
}

pub(super) fn protocol(table: &DeltaTable) -> DeltaResult<ProtocolReport> {
    let state = table.snapshot()?;
    let protocol = state.protocol();
    Ok(ProtocolReport {
        version: state.version(),
        min_reader_version: protocol.min_reader_version(),
        min_writer_version: protocol.min_writer_version(),
        reader_features: sorted(protocol.reader_features()),
        writer_features: sorted(protocol.writer_features()),
    })
}

fn sorted<Feature: AsRef<str>>(features: Option<&[Feature]>) -> Vec<String> {
    let mut names: Vec<String> = features
        .unwrap_or_default()
        .iter()
        .map(|feature| feature.as_ref().to_owned())
        .collect();
    names.sort_unstable();
    names
}
