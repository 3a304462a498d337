//! What is wrong with a log that deltalake would not notice, or not say.

use std::path::PathBuf;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::table::state::DeltaTableState;
use url::Url;

use crate::table_location::TableLocation;

/// Refuses files whose size is below zero, because the sizes are added up where files are shared out, and files of another store than the
/// table's, which nothing is registered for. It asks each file, which a log of ten thousand takes tens of milliseconds for.
///
/// # Errors
///
/// `delta-table-unreadable`: there is one.
pub(crate) fn check_files(location: &TableLocation, state: &DeltaTableState) -> Result<()> {
    let files = state.snapshot().try_log_data();
    let files = files.map_err(|error| location.error(&error))?;
    let table = location.url();
    let is_elsewhere = |path: &str| {
        path.contains("://")
            && Url::parse(path).is_ok_and(|url| {
                url.scheme() != table.scheme() || url.host_str() != table.host_str()
            })
    };
    for file in files {
        if file.size() < 0 {
            return Err(unreadable(
                location,
                &format!("the file {} has {} bytes", file.path(), file.size()),
                "the log is damaged: restore the table to a version before, or repair it with the engine that wrote it",
            ));
        }
        let path = file.path();
        if is_elsewhere(&path) {
            return Err(unreadable(
                location,
                &format!("the file {path} lies in another store"),
                "read the table with the engine that wrote it, and write a copy there whose files lie in the table",
            ));
        }
    }
    Ok(())
}

/// The error of a commit that has no place: where its file has to be, there is a directory. To deltalake that looks like the commit of another
/// writer, however often it tries.
pub(crate) fn blocked_commit(location: &TableLocation) -> Option<EngineError> {
    let directory = commit_directory(location)?;
    Some(unreadable(
        location,
        &format!(
            "{} is a directory, and has to be the file of a commit",
            directory.display()
        ),
        "nothing can be committed as long as it is there: move it out of the log",
    ))
}

fn commit_directory(location: &TableLocation) -> Option<PathBuf> {
    let log = location.local_path()?.join("_delta_log");
    let mut paths = log
        .read_dir()
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()));
    paths.find(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
            && path.is_dir()
    })
}

fn unreadable(location: &TableLocation, what: &str, hint: &str) -> EngineError {
    EngineError::new(
        ErrorCode::DeltaTableUnreadable,
        format!("the table {} can't be used: {what}", location.name()),
    )
    .with_detail("location", location.url().to_string())
    .with_hint(hint)
}
