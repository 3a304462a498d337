//! Registers a finished graph in a session.

use std::path::Path;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;

use crate::manifest::read_manifest;

/// Registers the tables of the graph in `directory`, at the versions that its manifest pins, and returns their names.
///
/// The tables keep these versions: a later build of the same directory is seen by registering again.
pub async fn register_graph(context: &SessionContext, directory: &Path) -> Result<Vec<String>> {
    let manifest = read_manifest(directory)?;
    let mut names = Vec::with_capacity(manifest.tables.len());
    for (name, entry) in &manifest.tables {
        let table = codeanatomy_delta::open(context, &directory.join(name), entry.version).await?;
        // A table of the same name is replaced: the graph that was opened last counts.
        context
            .deregister_table(name.as_str())
            .and_then(|_| context.register_table(name.as_str(), table.provider))
            .map_err(|error| {
                EngineError::new(
                    ErrorCode::GraphUnreadable,
                    format!("the table '{name}' can't be registered: {error}"),
                )
                .with_source(error)
            })?;
        names.push(name.clone());
    }
    Ok(names)
}
