//! A new graph of a selection without Python: its tables are made by the zero-row bootstrap of datasets, as those of any pipeline.

use std::path::Path;
use std::sync::Arc;

use codeanatomy_datasets::{
    BootstrapDataset, BootstrapReport, BootstrapRequest, DatasetRole, bootstrap_datasets,
};
use codeanatomy_delta::{PendingTable, TableLocation};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{DatasetLocation, Name, SchemaDescription, decode};
use datafusion::execution::context::SessionContext;
use serde_json::json;

use crate::manifest::MANIFEST;
use crate::output::Output;
use crate::record::ARTIFACTS;
use crate::report::FileReport;
use crate::verify::Written;
use crate::views::{GraphTable, Layer, TABLES};

/// The status of files that no table but `repo_files` and `cpg_nodes` tells of.
const NOT_PYTHON: &str = "not_python";

/// Whether the output holds no finished graph, and nothing that is selected is Python.
pub(crate) fn is_new_and_empty(output: &Output, files: &FileReport) -> bool {
    let is_new = !output.directory().join(MANIFEST).exists();
    is_new && files.by_status.keys().all(|status| status == NOT_PYTHON)
}

/// Makes the tables that are not there, each without rows, and registers them in `session`.
///
/// A table that a stopped build left is not touched: what is written later makes its content right. Without `strict`, such a table is in
/// the report, and no reason to fail.
pub(crate) async fn bootstrap(
    session: &SessionContext,
    directory: &Path,
    written: &Written,
) -> Result<BootstrapReport> {
    let datasets = TABLES
        .iter()
        .filter_map(|table| Some((table, written.tables.get(table.name)?)))
        .map(|(table, pending)| dataset(directory, table, pending))
        .collect::<Result<Vec<_>>>()?;
    let request = BootstrapRequest {
        strict: false,
        // The one that a graph has is made by the first event in it.
        include_internal_tables: false,
        ..BootstrapRequest::of(datasets, &directory.join(ARTIFACTS).display().to_string())
    };
    bootstrap_datasets(session, &request).await
}

fn dataset(
    directory: &Path,
    table: &GraphTable,
    pending: &PendingTable,
) -> Result<BootstrapDataset> {
    let invalid = |problem: String| EngineError::new(ErrorCode::InternalError, problem);
    let place = TableLocation::directory(&directory.join(table.name))?;
    let location = json!({"path": place.url().as_str()}).to_string();
    Ok(BootstrapDataset {
        name: Name::try_from(table.name.to_owned()).map_err(invalid)?,
        role: match table.layer {
            Layer::Python => DatasetRole::SemanticInput,
            Layer::Graph => DatasetRole::SemanticOutput,
        },
        location: Some(decode::<DatasetLocation>(&location, "location")?),
        schema: Some(SchemaDescription::of(Arc::clone(pending.schema())).map_err(invalid)?),
        required: true,
        materialize: true,
    })
}
