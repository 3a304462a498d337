//! The graph build's view of a table: a directory, and errors about the graph in it.

use std::path::Path;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::DeltaTableError;
use url::Url;

use crate::table_location::TableLocation;

/// The URL of the table in `directory`.
pub(crate) fn table_url(directory: &Path) -> Result<Url> {
    let location = TableLocation::directory(directory).map_err(|error| {
        EngineError::new(ErrorCode::OutputUnusable, error.message())
            .with_detail("path", directory.display().to_string())
            .with_hint("use a directory whose path is absolute")
    })?;
    Ok(location.url().clone())
}

/// An error of writing the table in `directory`.
pub(crate) fn write_failed(directory: &Path, error: DeltaTableError) -> EngineError {
    EngineError::new(
        ErrorCode::WriteFailed,
        format!(
            "the table {} can't be written: {error}",
            directory.display()
        ),
    )
    .with_detail("path", directory.display().to_string())
    .with_hint("check the free space and the permissions of the output directory")
    .with_source(error)
}
