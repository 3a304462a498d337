//! What a build leaves in the internal tables: an event for each table that it wrote.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use codeanatomy_datasets::{DeltaMutationArtifact, record_artifacts};
use codeanatomy_delta::TableLocation;
use codeanatomy_delta::operations::CommitOptions;
use codeanatomy_errors::Result;
use codeanatomy_schema::decode;
use datafusion::execution::context::SessionContext;
use serde_json::json;

use crate::report::BuildReport;

/// Where in a graph directory the internal tables are.
pub(crate) const ARTIFACTS: &str = ".artifacts";

/// Appends an event for each table to `datafusion_delta_mutations_v2`, all in one commit. The events of a build have one `run_id`.
pub(crate) async fn record_build(
    context: &SessionContext,
    directory: &Path,
    report: &BuildReport,
) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_millis());
    let events = report
        .tables
        .iter()
        .map(|(name, entry)| {
            let event = json!({
                "run_id": format!("build-{now}"),
                "dataset_name": name,
                "table_uri": TableLocation::directory(&directory.join(name))?.url().as_str(),
                "delta_version": entry.version,
                "operation": "overwrite",
                "metrics": {"rows": entry.rows, "bytes": entry.bytes, "files": entry.files},
            });
            decode::<DeltaMutationArtifact>(&event.to_string(), "event")
        })
        .collect::<Result<Vec<_>>>()?;
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
