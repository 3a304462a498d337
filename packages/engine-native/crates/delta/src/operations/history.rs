//! The commits of a table.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use codeanatomy_errors::Result;
use deltalake_core::kernel::CommitInfo;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commit::count;
use super::error::{existing, failed};
use super::target::Target;

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
    /// When, as RFC 3339.
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

/// Lists the commits of the table, the latest first.
pub async fn history(target: &Target, options: &HistoryOptions) -> Result<Vec<HistoryEntry>> {
    let latest = existing(target, OPERATION)?.version();
    let commits: Vec<CommitInfo> = target
        .table()
        .history(options.limit)
        .try_collect()
        .await
        .map_err(|error| failed(target, OPERATION, &error))?;
    Ok(commits
        .into_iter()
        .enumerate()
        .map(|(age, commit)| entry(latest.saturating_sub(count(age)), commit))
        .collect())
}

fn entry(version: u64, mut commit: CommitInfo) -> HistoryEntry {
    let metrics = commit.info.remove("operationMetrics").unwrap_or_default();
    HistoryEntry {
        version,
        timestamp: commit
            .in_commit_timestamp
            .or(commit.timestamp)
            .and_then(DateTime::<Utc>::from_timestamp_millis)
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true)),
        operation: commit.operation,
        parameters: commit
            .operation_parameters
            .unwrap_or_default()
            .into_iter()
            .collect(),
        metrics,
        engine: commit.engine_info,
        metadata: commit.info.into_iter().collect(),
    }
}
