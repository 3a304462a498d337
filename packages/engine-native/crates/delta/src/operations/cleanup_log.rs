//! Commits that are older than the table's history has to be, removed from its log.

use chrono::{TimeDelta, Utc};
use codeanatomy_errors::Result;
use deltalake_core::ObjectMeta;
use deltalake_core::checkpoints::cleanup_expired_logs_for;
use deltalake_core::table::config::TablePropertiesExt;
use futures::TryStreamExt;
use object_store::ObjectStore as _;
use serde::{Deserialize, Serialize};

use super::commit::count;
use super::error::{existing, failed};
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "cleanup-log";
const HOUR: u64 = 3600;
/// The digits of a version in the name of a file of the log.
const VERSION_DIGITS: usize = 20;

/// What goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CleanupLogOptions {
    /// Only tells which files would go.
    pub dry_run: bool,
}

impl Default for CleanupLogOptions {
    fn default() -> Self {
        Self { dry_run: true }
    }
}

/// What went, or would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CleanupLogReport {
    /// Whether nothing was removed.
    pub dry_run: bool,
    /// The version of the table, which does not change.
    pub version: u64,
    /// The property `delta.logRetentionDuration` of the table, in hours.
    pub retention_hours: u64,
    /// How many files of the log went or would go.
    pub files: u64,
    /// The size of the files that were found.
    pub bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// Removes commits and checkpoints that are older than the table's log retention and older than a checkpoint that is kept.
pub async fn cleanup_log(target: &Target, options: CleanupLogOptions) -> Result<CleanupLogReport> {
    let started = Stopwatch::start();
    let state = existing(target, OPERATION)?;
    let version = state.version();
    let retention = state.table_config().log_retention_duration();
    // A retention that reaches back before the calendar keeps everything.
    let cutoff = TimeDelta::from_std(retention)
        .ok()
        .and_then(|retention| Utc::now().checked_sub_signed(retention))
        .map_or(i64::MIN, |time| time.timestamp_millis());
    let expired = expired(target, version, cutoff).await?;
    let files = if options.dry_run {
        expired.len()
    } else {
        cleanup_expired_logs_for(version, target.table().log_store().as_ref(), cutoff, None)
            .await
            .map_err(|error| failed(target, OPERATION, &error))?
    };
    Ok(CleanupLogReport {
        dry_run: options.dry_run,
        version,
        retention_hours: retention.as_secs() / HOUR,
        files: count(files),
        bytes: expired.iter().map(|file| file.size).sum(),
        duration_ms: started.milliseconds(),
    })
}

/// The files that Delta's own clean-up removes: those before the latest checkpoint that every version within the retention can start from.
async fn expired(target: &Target, version: u64, cutoff: i64) -> Result<Vec<ObjectMeta>> {
    let log_store = target.table().log_store();
    let files: Vec<ObjectMeta> = log_store
        .object_store(None)
        .list(Some(log_store.log_path()))
        .try_collect()
        .await
        .map_err(|error| failed(target, OPERATION, &error.into()))?;
    let log: Vec<(u64, bool, ObjectMeta)> = files
        .into_iter()
        .filter_map(|file| {
            let (version, is_checkpoint) = parse(file.location.filename()?)?;
            Some((version, is_checkpoint, file))
        })
        .collect();
    let keep = log
        .iter()
        .filter(|(_, _, file)| file.last_modified.timestamp_millis() >= cutoff)
        .map(|(version, ..)| *version)
        .min()
        .map_or(version, |oldest| oldest.min(version));
    let Some(start) = log
        .iter()
        .filter(|(version, is_checkpoint, _)| *is_checkpoint && *version <= keep)
        .map(|(version, ..)| *version)
        .max()
    else {
        return Ok(Vec::new());
    };
    Ok(log
        .into_iter()
        .filter(|(version, _, file)| {
            *version < start && file.last_modified.timestamp_millis() <= cutoff
        })
        .map(|(_, _, file)| file)
        .collect())
}

/// The version of a file of the log, and whether it is a checkpoint.
fn parse(name: &str) -> Option<(u64, bool)> {
    let (digits, kind) = name.split_once('.')?;
    if digits.len() != VERSION_DIGITS {
        return None;
    }
    let version = digits.parse().ok()?;
    if kind == "json" {
        return Some((version, false));
    }
    let part = kind.strip_prefix("checkpoint")?.strip_suffix("parquet")?;
    let part = part.trim_matches('.');
    let is_part = part.bytes().all(|byte| byte.is_ascii_digit());
    is_part.then_some((version, true))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn files_of_the_log_are_told_apart() {
        for (name, expected) in [
            ("00000000000000000007.json", Some((7, false))),
            ("00000000000000000010.checkpoint.parquet", Some((10, true))),
            (
                "00000000000000000010.checkpoint.0000000001.parquet",
                Some((10, true)),
            ),
            (
                "00000000000000000010.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet",
                None,
            ),
            ("00000000000000000007.json.tmp", None),
            ("_last_checkpoint", None),
            ("7.json", None),
        ] {
            assert_eq!(parse(name), expected, "{name}");
        }
    }
}
