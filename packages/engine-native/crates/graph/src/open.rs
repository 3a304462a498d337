//! Registers a finished graph in a session.

use std::path::Path;

use codeanatomy_datasets::{DatasetResolutionRequest, register_datasets};
use codeanatomy_delta::TableLocation;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::decode;
use datafusion::execution::context::SessionContext;
use serde_json::json;

use crate::manifest::{Manifest, read_manifest};

/// Registers the tables of the graph in `directory` as datasets, at the versions that its manifest pins, and returns their names.
///
/// Tables of the same names are replaced: the graph that was opened last counts. They keep these versions: a later build of the same
/// directory is seen by registering again. All are registered, or none.
///
/// # Errors
///
/// `graph-unreadable`: there is no graph, or a table of it is damaged.
pub async fn register_graph(context: &SessionContext, directory: &Path) -> Result<Vec<String>> {
    let manifest = read_manifest(directory)?;
    let requests = datasets(&manifest, directory)?;
    register_datasets(context, &requests, true)
        .await
        .map_err(|error| {
            EngineError::new(ErrorCode::GraphUnreadable, error.message())
                .with_detail("path", directory.display().to_string())
                .with_hint("build the graph again with 'codeanatomy build'")
                .with_source(error)
        })?;
    Ok(manifest.tables.into_keys().collect())
}

/// The tables as datasets: each a Delta table of its name in the directory, at its version.
fn datasets(manifest: &Manifest, directory: &Path) -> Result<Vec<DatasetResolutionRequest>> {
    let tables = manifest.tables.iter();
    tables
        .map(|(name, entry)| {
            let location = TableLocation::directory(&directory.join(name))?;
            let request = json!({
                "name": name,
                "location": {"path": location.url().as_str(), "delta_version": entry.version},
            });
            decode(&request.to_string(), "request")
        })
        .collect()
}
