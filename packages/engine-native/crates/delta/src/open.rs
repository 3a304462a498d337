//! Opens a table at a version.

use chrono::{DateTime, SecondsFormat, Utc};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::logstore::commit_uri_from_version;
use deltalake_core::{DeltaTable, DeltaTableError};
use object_store::ObjectStoreExt as _;

use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// Opens the table at `location`, and loads the version that `pin` means.
///
/// # Errors
///
/// - `delta-table-not-found`: nothing is there, or what is there is no Delta table.
/// - `delta-version-not-found`: the table has no such version, or did not exist at that time.
/// - `delta-protocol-unsupported`: the table needs a reader feature that the engine lacks.
/// - `delta-table-unreadable`: the log is damaged, or the store refuses to be read.
pub async fn open_table(location: &TableLocation, pin: &TablePin) -> Result<DeltaTable> {
    let mut table = unloaded(location)?;
    // Asked first, because what loads a log of no table says so in many ways, of which one ends the thread.
    if !is_table(location, &table).await? {
        return Err(not_found(location));
    }
    let loaded = match pin {
        TablePin::Latest => table.load().await,
        TablePin::Version(version) => table.load_version(*version).await,
        TablePin::Timestamp(timestamp) => table.load_with_datetime(*timestamp).await,
    };
    if let Err(error) = loaded {
        return Err(match pin {
            TablePin::Version(version) => version_error(location, &error, *version).await,
            _ => location.error(&error),
        });
    }
    if let TablePin::Timestamp(timestamp) = pin {
        check_age(location, &table, *timestamp).await?;
    }
    Ok(table)
}

/// Whether there is a table at the location.
pub async fn table_exists(location: &TableLocation) -> Result<bool> {
    is_table(location, &unloaded(location)?).await
}

fn unloaded(location: &TableLocation) -> Result<DeltaTable> {
    let table = location.builder()?.build();
    table.map_err(|error| location.error(&error))
}

async fn is_table(location: &TableLocation, table: &DeltaTable) -> Result<bool> {
    if location.local_path().is_some_and(|path| path.is_file()) {
        return Ok(false);
    }
    let exists = table.verify_deltatable_existence().await;
    exists.map_err(|error| location.error(&error))
}

/// Delta takes the first version for a time before it; there were no rows then.
async fn check_age(
    location: &TableLocation,
    table: &DeltaTable,
    timestamp: DateTime<Utc>,
) -> Result<()> {
    let failed = |error| location.error(&error);
    let store = table.log_store().object_store(None);
    let commit = store
        .head(&commit_uri_from_version(table.version()))
        .await
        .map_err(|error| failed(error.into()))?;
    let committed = commit.last_modified;
    if committed.timestamp_millis() <= timestamp.timestamp_millis() {
        return Ok(());
    }
    let text = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
    Err(EngineError::new(
        ErrorCode::DeltaVersionNotFound,
        format!(
            "the table {} has no version as old as {}; the oldest is of {}",
            location.name(),
            text(timestamp),
            text(committed)
        ),
    )
    .with_detail("location", location.url().to_string())
    .with_hint("delta_history('…') lists the versions with their timestamps"))
}

/// Says whether the version is missing, or something else is wrong.
async fn version_error(
    location: &TableLocation,
    error: &DeltaTableError,
    version: u64,
) -> EngineError {
    let Ok(mut latest) = unloaded(location) else {
        return location.error(error);
    };
    let Some(newest) = latest.load().await.ok().and_then(|()| latest.version()) else {
        return location.error(error);
    };
    let store = latest.log_store().object_store(None);
    let commit = store.head(&commit_uri_from_version(Some(version))).await;
    let why = match commit {
        _ if version > newest => format!("the latest is {newest}"),
        Err(object_store::Error::NotFound { .. }) => {
            "its log has been cleaned up that far".to_owned()
        }
        _ => return location.error(error),
    };
    EngineError::new(
        ErrorCode::DeltaVersionNotFound,
        format!(
            "the table {} has no version {version}: {why}",
            location.name()
        ),
    )
    .with_detail("location", location.url().to_string())
    .with_detail("version", version.to_string())
    .with_detail("latest", newest.to_string())
    .with_hint("delta_history('…') lists the versions")
}

fn not_found(location: &TableLocation) -> EngineError {
    let (what, hint) = match location.local_path() {
        Some(path) if path.is_file() => (
            "is a file",
            "pass the directory of the table, which holds its _delta_log",
        ),
        Some(path) if path.is_dir() => (
            "has no _delta_log with commits in it",
            "pass the directory of the table itself, not one above or below it",
        ),
        Some(_) => (
            "does not exist",
            "check the path; a relative one starts at the current directory",
        ),
        None => (
            "has no _delta_log with commits in it",
            "check the URL, and that the credentials may list it",
        ),
    };
    EngineError::new(
        ErrorCode::DeltaTableNotFound,
        format!("there is no Delta table: {} {what}", location.name()),
    )
    .with_detail("location", location.url().to_string())
    .with_hint(hint)
}
