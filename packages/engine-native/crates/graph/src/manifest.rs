//! The manifest of a graph directory: which versions of its tables belong together.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use serde::{Deserialize, Serialize};

use crate::report::BuildReport;

/// The name of the manifest in a graph directory.
pub const MANIFEST: &str = "manifest.json";

const SCHEMA: &str = "codeanatomy.graph/1";

/// The tables of a graph at the versions that one build wrote.
///
/// The manifest is replaced last and at once: readers of a graph see the tables of one build, never a mixture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `codeanatomy.graph/1`.
    pub schema: String,
    /// The version of the engine that built the graph.
    pub engine: String,
    /// The tables by name; each is a Delta table in the directory of its name.
    pub tables: BTreeMap<String, TableEntry>,
    /// The report of the build.
    pub build: BuildReport,
}

/// A table at one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// The Delta version.
    pub version: u64,
    /// The number of rows.
    pub rows: u64,
    /// The size of its data files.
    pub bytes: u64,
    /// The number of its data files.
    pub files: u64,
}

impl Manifest {
    /// The manifest of a build.
    #[must_use]
    pub fn new(build: BuildReport) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            tables: build.tables.clone(),
            build,
        }
    }

    /// Replaces the manifest of `directory` at once.
    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(MANIFEST);
        let failed = |error: std::io::Error| {
            EngineError::new(
                ErrorCode::WriteFailed,
                format!("{} can't be written: {error}", path.display()),
            )
            .with_detail("path", path.display().to_string())
            .with_hint("check the free space and the permissions of the output directory")
            .with_source(error)
        };
        let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        file.write_all(&text).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let file = file.persist(&path).map_err(|error| failed(error.error))?;
        make_readable(&file).map_err(failed)
    }
}

/// Temporary files are private to the user; a manifest is read by whoever may read the tables.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// Reads the manifest of a graph directory.
pub fn read_manifest(directory: &Path) -> Result<Manifest> {
    let path = directory.join(MANIFEST);
    let unreadable = |message: String| {
        EngineError::new(ErrorCode::GraphUnreadable, message)
            .with_detail("path", directory.display().to_string())
            .with_hint("pass the --output directory of a finished 'codeanatomy build'")
    };
    let text = std::fs::read(&path).map_err(|error| {
        unreadable(format!(
            "{} is not a graph directory: {MANIFEST}: {error}",
            directory.display()
        ))
        .with_source(error)
    })?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| {
        unreadable(format!("{} is damaged: {error}", path.display())).with_source(error)
    })?;
    if manifest.schema == SCHEMA {
        Ok(manifest)
    } else {
        Err(unreadable(format!(
            "{} has the schema '{}', this engine reads '{SCHEMA}'",
            path.display(),
            manifest.schema
        )))
    }
}
