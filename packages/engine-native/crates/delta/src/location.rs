//! Table locations and the translation of Delta's errors.

use std::path::Path;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::DeltaTableError;
use url::Url;

/// The URL of the table in `directory`.
pub(crate) fn table_url(directory: &Path) -> Result<Url> {
    let absolute = std::path::absolute(directory).map_err(|error| unusable(directory, error))?;
    Url::from_directory_path(&absolute).map_err(|()| {
        EngineError::new(
            ErrorCode::OutputUnusable,
            format!("{} can't be written as a URL", directory.display()),
        )
        .with_detail("path", directory.display().to_string())
        .with_hint("use a directory whose path is absolute")
    })
}

fn unusable(directory: &Path, error: std::io::Error) -> EngineError {
    EngineError::new(
        ErrorCode::OutputUnusable,
        format!("{} can't be used as a table: {error}", directory.display()),
    )
    .with_detail("path", directory.display().to_string())
    .with_source(error)
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

/// An error of reading the table in `directory`.
pub(crate) fn read_failed(directory: &Path, error: DeltaTableError) -> EngineError {
    EngineError::new(
        ErrorCode::GraphUnreadable,
        format!("the table {} can't be read: {error}", directory.display()),
    )
    .with_detail("path", directory.display().to_string())
    .with_hint("build the graph again with 'codeanatomy build'")
    .with_source(error)
}
