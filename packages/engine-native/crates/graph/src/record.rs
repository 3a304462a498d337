//! What a build leaves in the internal tables: an event for each commit that it made to a table.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use codeanatomy_datasets::{DeltaMutationArtifact, record_artifacts};
use codeanatomy_delta::TableLocation;
use codeanatomy_delta::operations::CommitOptions;
use codeanatomy_errors::Result;
use codeanatomy_schema::decode;
use datafusion::execution::context::SessionContext;
use serde_json::{Value, json};

use crate::report::BuildReport;

/// Where in a graph directory the internal tables are.
pub(crate) const ARTIFACTS: &str = ".artifacts";

/// Appends the events to `datafusion_delta_mutations_v2`, all in one commit: `bootstrap` for a table that was made without rows, `overwrite` for
/// one that got its rows. The events of a build have one `run_id`; a build that changed nothing has none.
pub(crate) async fn record_build(
    context: &SessionContext,
    directory: &Path,
    report: &BuildReport,
    committed: &BTreeSet<&str>,
) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_millis());
    let event = |name: &str, version: u64, operation: &str, metrics: Value| {
        let event = json!({
            "run_id": format!("build-{now}"),
            "dataset_name": name,
            "table_uri": TableLocation::directory(&directory.join(name))?.url().as_str(),
            "delta_version": version,
            "operation": operation,
            "metrics": metrics,
        });
        decode::<DeltaMutationArtifact>(&event.to_string(), "event")
    };
    let bootstrap = report.bootstrap.iter().flat_map(|made| &made.events);
    let made = bootstrap
        .filter(|made| made.created)
        .filter_map(|made| Some((made.name.as_str(), made.version?)))
        .map(|(name, version)| {
            let nothing = json!({"rows": 0, "bytes": 0, "files": 0});
            event(name, version, "bootstrap", nothing)
        });
    let written = report
        .tables
        .iter()
        .filter(|(name, _)| committed.contains(name.as_str()))
        .map(|(name, entry)| {
            let metrics = json!({"rows": entry.rows, "bytes": entry.bytes, "files": entry.files});
            event(name, entry.version, "overwrite", metrics)
        });
    let events = made.chain(written).collect::<Result<Vec<_>>>()?;
    if events.is_empty() {
        return Ok(());
    }
    let root = TableLocation::directory(&directory.join(ARTIFACTS))?;
    record_artifacts(
        context,
        root.url().as_str(),
        &events,
        &CommitOptions::default(),
    )
    .await?;
    Ok(())
}
