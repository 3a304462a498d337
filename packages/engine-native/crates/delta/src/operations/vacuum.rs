//! Files that no version within the retention needs, removed from the storage.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use chrono::Duration;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::DeltaTable;
use deltalake_core::operations::vacuum::VacuumMode as DeltaVacuumMode;
use deltalake_core::table::config::TablePropertiesExt;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStoreExt as _};
use serde::{Deserialize, Serialize};

use super::commit::CommitOptions;
use super::error::{existing, failed};
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "vacuum";
/// How many files are asked for their size at a time.
const CONCURRENT_SIZES: usize = 16;
const HOUR: u64 = 3600;

/// Which files a vacuum finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VacuumMode {
    /// Files that the log names as removed.
    #[default]
    Lite,
    /// Also files that the log does not name, such as those of a write that was killed.
    Full,
}

/// Which files go.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VacuumOptions {
    /// Only tells which files would go.
    pub dry_run: bool,
    /// For how many hours removed files are kept for readers of older versions; by default the table's.
    pub retention_hours: Option<u64>,
    /// Refuses a retention that is shorter than the table's.
    pub enforce_retention: bool,
    /// Which files are found.
    pub mode: VacuumMode,
    /// Versions whose files stay however old they are.
    pub keep_versions: Vec<u64>,
    /// What the commits carry.
    pub commit: CommitOptions,
}

impl Default for VacuumOptions {
    fn default() -> Self {
        Self {
            dry_run: true,
            retention_hours: None,
            enforce_retention: true,
            mode: VacuumMode::default(),
            keep_versions: Vec::new(),
            commit: CommitOptions::default(),
        }
    }
}

/// Which files went, or would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VacuumReport {
    /// Whether nothing was removed.
    pub dry_run: bool,
    /// The version of the table after the operation: a vacuum commits its start and its end.
    pub version: u64,
    /// The retention that held, in hours.
    pub retention_hours: u64,
    /// The files, relative to the table, sorted.
    pub files: Vec<String>,
    /// Their size.
    pub bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// Removes files that are no longer needed, or tells which these are.
pub async fn vacuum(target: &Target, options: VacuumOptions) -> Result<VacuumReport> {
    let started = Stopwatch::start();
    let state = existing(target, OPERATION)?;
    let least = state
        .table_config()
        .deleted_file_retention_duration()
        .as_secs()
        .div_ceil(HOUR);
    let hours = options.retention_hours.unwrap_or(least);
    if hours < least && options.enforce_retention {
        return Err(EngineError::new(
            ErrorCode::DeltaRetentionTooShort,
            format!(
                "a retention of {hours} hours is shorter than the {least} hours that the table keeps removed files"
            ),
        )
        .with_detail("retention_hours", hours.to_string())
        .with_detail("least", least.to_string())
        .with_hint(
            "give a longer retention, or enforce_retention=False if nobody reads an older version or writes now",
        ));
    }
    let configured = |table: DeltaTable| {
        let mut builder = table
            .vacuum()
            .with_enforce_retention_duration(options.enforce_retention)
            .with_mode(match options.mode {
                VacuumMode::Lite => DeltaVacuumMode::Lite,
                VacuumMode::Full => DeltaVacuumMode::Full,
            });
        if let Some(hours) = options.retention_hours {
            let hours = i64::try_from(hours).unwrap_or(i64::MAX);
            builder =
                builder.with_retention_period(Duration::try_hours(hours).unwrap_or(Duration::MAX));
        }
        if !options.keep_versions.is_empty() {
            builder = builder.with_keep_versions(&options.keep_versions);
        }
        builder
    };
    let fail = |error| failed(target, OPERATION, &error);
    let (_, planned) = configured(target.to_table())
        .with_dry_run(true)
        .into_future()
        .await
        .map_err(fail)?;
    let found = sizes(target, planned.files_deleted).await?;
    let version = if options.dry_run {
        target.version()
    } else {
        let (after, _) = configured(target.to_table())
            .with_dry_run(false)
            .with_commit_properties(options.commit.properties()?)
            .into_future()
            .await
            .map_err(fail)?;
        after.version()
    };
    Ok(VacuumReport {
        dry_run: options.dry_run,
        version: version.unwrap_or_default(),
        retention_hours: hours,
        bytes: found.values().sum(),
        files: found.into_keys().collect(),
        duration_ms: started.milliseconds(),
    })
}

/// The files that are there with their sizes: the log names removed ones for ever, and a vacuum finds each of them again.
async fn sizes(target: &Target, files: Vec<String>) -> Result<BTreeMap<String, u64>> {
    let store = target.table().object_store();
    futures::stream::iter(files)
        .map(|file| {
            let store = &store;
            async move {
                let path =
                    Path::parse(&file).map_err(|error| failed(target, OPERATION, &error.into()))?;
                match store.head(&path).await {
                    Ok(found) => Ok(Some((file, found.size))),
                    Err(StoreError::NotFound { .. }) => Ok(None),
                    Err(error) => Err(failed(target, OPERATION, &error.into())),
                }
            }
        })
        .buffer_unordered(CONCURRENT_SIZES)
        .try_filter_map(|found| async move { Ok(found) })
        .try_collect()
        .await
}
