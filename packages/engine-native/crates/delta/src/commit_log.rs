//! What the commits of a table say about themselves, read from its log.
//!
//! Deltalake takes an action that it does not know for damage. The protocol has readers ignore it.

use std::io::BufRead;
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::DeltaTable;
use deltalake_core::logstore::{
    LogStore as _, commit_uri_from_version, extract_version_from_filename,
};
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStoreExt as _};
use serde_json::{Map, Value};

use crate::table_location::TableLocation;

/// Commits that are read at one time.
const CONCURRENCY: usize = 16;

/// A commit whose file the log still has.
pub(crate) struct Commit {
    pub(crate) version: u64,
    /// When its file was written, in milliseconds since 1970.
    pub(crate) committed: i64,
    /// What it says about itself.
    pub(crate) info: Option<Map<String, Value>>,
}

/// The commits up to the version of `table`, the latest first, and at most `limit` of them.
///
/// # Errors
///
/// `delta-table-unreadable`: the log can't be read, or what a commit says about itself is no JSON.
pub(crate) async fn commits(
    location: &TableLocation,
    table: &DeltaTable,
    limit: Option<usize>,
) -> Result<Vec<Commit>> {
    let failed = |error: object_store::Error| location.error(&error.into());
    let log_store = table.log_store();
    let store = log_store.object_store(None);
    let files: Vec<ObjectMeta> = store
        .list(Some(log_store.log_path()))
        .try_collect()
        .await
        .map_err(failed)?;
    let newest = table.version();
    let mut commits: Vec<_> = files
        .into_iter()
        .filter_map(|file| {
            let version = extract_version_from_filename(file.location.as_ref())?;
            let is_commit = file.location == commit_uri_from_version(Some(version));
            (is_commit && Some(version) <= newest).then_some((version, file))
        })
        .collect();
    commits.sort_unstable_by_key(|(version, _)| std::cmp::Reverse(*version));
    commits.truncate(limit.unwrap_or(usize::MAX));
    futures::stream::iter(commits)
        .map(|(version, file)| {
            let store = Arc::clone(&store);
            async move {
                let failed = |error: object_store::Error| location.error(&error.into());
                let content = store.get(&file.location).await.map_err(failed)?;
                let content = content.bytes().await.map_err(failed)?;
                let info = commit_info(&content)
                    .map_err(|error| damaged(location, &file, &error.to_string()))?;
                Ok(Commit {
                    version,
                    committed: file.last_modified.timestamp_millis(),
                    info,
                })
            }
        })
        .buffered(CONCURRENCY)
        .try_collect()
        .await
}

/// What a commit says about itself. It has a line for each action, of which there may be many, and this is mostly the first or the last one.
fn commit_info(content: &[u8]) -> std::result::Result<Option<Map<String, Value>>, std::io::Error> {
    for line in content.lines() {
        let line = line?;
        if !line.contains("\"commitInfo\"") {
            continue;
        }
        let Value::Object(mut action) = serde_json::from_str(&line)? else {
            continue;
        };
        if let Some(Value::Object(info)) = action.remove("commitInfo") {
            return Ok(Some(info));
        }
    }
    Ok(None)
}

fn damaged(location: &TableLocation, file: &ObjectMeta, why: &str) -> EngineError {
    EngineError::new(
        ErrorCode::DeltaTableUnreadable,
        format!(
            "the history of the table {} can't be read: {} is damaged: {why}",
            location.name(),
            file.location
        ),
    )
    .with_detail("location", location.url().to_string())
}
