//! A table made what it was before, by a new version with the files of an old one.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStoreExt as _};
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, Committed, count};
use super::error::{existing, failed};
use super::stopwatch::Stopwatch;
use super::target::Target;
use crate::table_pin::TablePin;

const OPERATION: &str = "restore";

/// Which version comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RestoreOptions {
    /// The number of the version.
    pub version: Option<u64>,
    /// The time at which it was the latest, as RFC 3339.
    pub timestamp: Option<String>,
    /// Restores also if files are gone, without their rows.
    pub ignore_missing_files: bool,
    /// Tells what would come back, and changes nothing.
    pub dry_run: bool,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// What a restore did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// The version whose content the table has, or would have.
    pub restored_version: u64,
    /// How many files come back into the table.
    pub files_restored: u64,
    /// The files that would have to come back, but are gone from the storage.
    pub files_missing: Vec<String>,
    /// The commit; of a dry run, what it would do.
    #[serde(flatten)]
    pub commit: Committed,
    /// How long it took.
    pub duration_ms: u64,
}

/// Restores the table to an earlier version. The versions between stay in its history.
pub async fn restore(target: &Target, options: RestoreOptions) -> Result<RestoreReport> {
    let started = Stopwatch::start();
    existing(target, OPERATION)?;
    let pin = match (options.version, options.timestamp.as_deref()) {
        (Some(version), None) => TablePin::Version(version),
        (None, Some(timestamp)) => TablePin::at(timestamp)?,
        _ => {
            return Err(EngineError::new(
                ErrorCode::InvalidOption,
                "restore needs either a version or a timestamp",
            )
            .with_detail("option", "version")
            .with_hint("the table's history has the version and the time of every commit"));
        }
    };
    let wanted = Target::at(target.location(), &pin).await?;
    let restored_version = wanted.version().unwrap_or_default();
    if Some(restored_version) >= target.version() {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!(
                "{} is at version {restored_version} already",
                target.location().name()
            ),
        )
        .with_detail("option", "version")
        .with_hint("choose an earlier version"));
    }
    let (back, planned) = difference(target, &wanted);
    let files_missing = missing(target, back.keys()).await?;
    if options.dry_run {
        return Ok(RestoreReport {
            dry_run: true,
            restored_version,
            files_restored: count(back.len()),
            files_missing,
            commit: planned,
            duration_ms: started.milliseconds(),
        });
    }
    if let Some(first) = files_missing.first()
        && !options.ignore_missing_files
    {
        return Err(EngineError::new(
            ErrorCode::DeltaTableUnreadable,
            format!(
                "version {restored_version} of {} lacks {} of its files, for example {first}",
                target.location().name(),
                files_missing.len()
            ),
        )
        .with_detail("location", target.location().url().to_string())
        .with_hint("a vacuum removed them: restore a later version, or ignore_missing_files=True to lose their rows"));
    }
    let mut builder = target
        .to_table()
        .restore()
        .with_ignore_missing_files(options.ignore_missing_files)
        .with_commit_properties(options.commit.properties()?);
    builder = match pin {
        TablePin::Timestamp(time) => builder.with_datetime_to_restore(time),
        _ => builder.with_version_to_restore(restored_version),
    };
    let (after, metrics) = builder
        .into_future()
        .await
        .map_err(|error| failed(target, OPERATION, &error))?;
    let (commit, _) = Committed::between(target, &after, OPERATION).await?;
    Ok(RestoreReport {
        dry_run: false,
        restored_version,
        files_restored: count(metrics.num_restored_file),
        files_missing,
        commit,
        duration_ms: started.milliseconds(),
    })
}

/// The files that come back with their sizes, and the commit that would bring them.
fn difference(now: &Target, wanted: &Target) -> (BTreeMap<String, u64>, Committed) {
    let mut files = file_sizes(now);
    let mut back = BTreeMap::new();
    for (path, size) in file_sizes(wanted) {
        if files.remove(&path).is_none() {
            back.insert(path, size);
        }
    }
    let commit = Committed {
        version: now.version().unwrap_or_default(),
        committed: false,
        files_added: count(back.len()),
        files_removed: count(files.len()),
        bytes_added: back.values().sum(),
        bytes_removed: files.values().sum(),
    };
    (back, commit)
}

fn file_sizes(target: &Target) -> BTreeMap<String, u64> {
    let Ok(state) = target.table().snapshot() else {
        return BTreeMap::new();
    };
    state
        .log_data()
        .iter()
        .map(|file| {
            let size = u64::try_from(file.size()).unwrap_or_default();
            (file.object_store_path().to_string(), size)
        })
        .collect()
}

async fn missing(
    target: &Target,
    files: impl Iterator<Item = &String> + Send,
) -> Result<Vec<String>> {
    let store = target.table().object_store();
    let mut missing = Vec::new();
    for file in files {
        let path = Path::parse(file).map_err(|error| failed(target, OPERATION, &error.into()))?;
        match store.head(&path).await {
            Ok(_) => {}
            Err(StoreError::NotFound { .. }) => missing.push(file.clone()),
            Err(error) => return Err(failed(target, OPERATION, &error.into())),
        }
    }
    Ok(missing)
}
