//! The output directory of a build: checks it, locks it, and keeps what is unfinished apart.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use tempfile::TempDir;

use crate::manifest::MANIFEST;
use crate::record::ARTIFACTS;

const LOCK: &str = ".codeanatomy-lock";
const STAGE_PREFIX: &str = ".codeanatomy-stage-";

/// A graph directory that one build owns until it is dropped.
#[derive(Debug)]
pub(crate) struct Output {
    directory: PathBuf,
    /// Where extracted rows wait for the linker; removed on drop, before the lock is given up.
    stage: TempDir,
    _lock: File,
}

impl Output {
    /// Takes the directory for a build. It must not exist, be empty, or hold a graph.
    pub(crate) fn acquire(output: &Path) -> Result<Self> {
        let failed = |what: &str, error: std::io::Error| {
            unusable(output, &format!("{what}: {error}")).with_source(error)
        };
        if output.exists() && !output.is_dir() {
            return Err(unusable(output, "it is a file"));
        }
        std::fs::create_dir_all(output).map_err(|error| failed("it can't be created", error))?;
        let directory =
            std::fs::canonicalize(output).map_err(|error| failed("it can't be found", error))?;
        check_content(&directory, output)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(directory.join(LOCK))
            .map_err(|error| failed("it can't be written", error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(unusable(output, "another build is writing to it")
                    .with_hint("wait for the other build, or choose another output directory"));
            }
            Err(TryLockError::Error(error)) => return Err(failed("it can't be locked", error)),
        }
        remove_old_stages(&directory);
        let stage = tempfile::Builder::new()
            .prefix(STAGE_PREFIX)
            .tempdir_in(&directory)
            .map_err(|error| failed("it can't be written", error))?;
        Ok(Self {
            directory,
            stage,
            _lock: lock,
        })
    }

    /// The directory, absolute and without links.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A directory for what is not finished.
    pub(crate) fn stage(&self) -> &Path {
        self.stage.path()
    }
}

fn unusable(output: &Path, why: &str) -> EngineError {
    EngineError::new(
        ErrorCode::OutputUnusable,
        format!("{} can't be used as the output: {why}", output.display()),
    )
    .with_detail("path", output.display().to_string())
    .with_hint("choose a directory that does not exist yet, is empty, or holds an earlier graph")
}

/// Refuses a directory with other people's files.
fn check_content(directory: &Path, output: &Path) -> Result<()> {
    if directory.join(MANIFEST).exists() {
        return Ok(());
    }
    let entries = std::fs::read_dir(directory)
        .map_err(|error| unusable(output, &format!("it can't be listed: {error}")))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // A first build that was killed may have left tables without a manifest.
        let is_ours = name == LOCK
            || name == ARTIFACTS
            || name.starts_with(STAGE_PREFIX)
            || crate::views::TABLES
                .iter()
                .any(|table| *table.name == *name);
        if !is_ours {
            return Err(unusable(output, &format!("it holds '{name}' and no graph")));
        }
    }
    Ok(())
}

/// What a killed build left behind; the lock says that no build is running.
fn remove_old_stages(directory: &Path) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(STAGE_PREFIX)
        {
            // Only waste is left if it can't be removed.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
