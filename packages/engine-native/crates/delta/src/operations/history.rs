//! The commits of a table.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use codeanatomy_errors::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::existing;
use super::target::Target;
use crate::commit_log::{Commit, commits};

const OPERATION: &str = "history";

/// How much is told.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryOptions {
    /// How many commits at most, from the latest on; all by default.
    pub limit: Option<usize>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// The version that it made.
    pub version: u64,
    /// When, as RFC 3339: as the commit says, or when its file was written.
    pub timestamp: Option<String>,
    /// What was done, as the writer calls it.
    pub operation: Option<String>,
    /// With which parameters.
    pub parameters: BTreeMap<String, Value>,
    /// What came of it, in the writer's own figures.
    pub metrics: Value,
    /// Which program wrote it.
    pub engine: Option<String>,
    /// Anything else that the commit carries.
    pub metadata: BTreeMap<String, Value>,
}

/// Fields of a commit that are told elsewhere, or say nothing about what was done.
const TOLD: &[&str] = &[
    "engineInfo",
    "inCommitTimestamp",
    "isBlindAppend",
    "isolationLevel",
    "operation",
    "readVersion",
    "timestamp",
    "userId",
    "userMetadata",
    "userName",
];

/// Lists the commits of the table that its log still has, the latest first.
pub async fn history(target: &Target, options: &HistoryOptions) -> Result<Vec<HistoryEntry>> {
    existing(target, OPERATION)?;
    let commits = commits(target.location(), target.table(), options.limit).await?;
    Ok(commits.into_iter().map(entry).collect())
}

fn entry(commit: Commit) -> HistoryEntry {
    let mut info = commit.info.unwrap_or_default();
    let text = |name: &str| Some(info.get(name)?.as_str()?.to_owned());
    let (operation, engine) = (text("operation"), text("engineInfo"));
    let time = |name: &str| info.get(name)?.as_i64();
    let timestamp = time("inCommitTimestamp")
        .or_else(|| time("timestamp"))
        .unwrap_or(commit.committed);
    let parameters = match info.remove("operationParameters") {
        Some(Value::Object(parameters)) => parameters.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    let metrics = info.remove("operationMetrics").unwrap_or_default();
    info.retain(|name, _| !TOLD.contains(&name.as_str()));
    HistoryEntry {
        version: commit.version,
        timestamp: DateTime::<Utc>::from_timestamp_millis(timestamp)
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true)),
        operation,
        parameters,
        metrics,
        engine,
        metadata: info.into_iter().collect(),
    }
}
