//! The state of a table in one file, so that readers need not read every commit.

use codeanatomy_errors::Result;
use deltalake_core::checkpoints::create_checkpoint;
use serde::Serialize;

use super::error::{existing, failed};
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "checkpoint";

/// What a checkpoint holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointReport {
    /// The version whose state it holds.
    pub version: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// Writes a checkpoint of the table's version.
pub async fn checkpoint(target: &Target) -> Result<CheckpointReport> {
    let started = Stopwatch::start();
    let version = existing(target, OPERATION)?.version();
    create_checkpoint(target.table(), None)
        .await
        .map_err(|error| failed(target, OPERATION, &error))?;
    Ok(CheckpointReport {
        version,
        duration_ms: started.milliseconds(),
    })
}
