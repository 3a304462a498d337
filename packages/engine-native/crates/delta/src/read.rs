//! Reads of a graph's table at one version.

use std::path::Path;
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::catalog::TableProvider;
use datafusion::execution::context::SessionContext;

use crate::table::{DeltaTableProvider, ScanSettings};
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// A table at one version, ready to be registered in a session.
#[derive(Debug, Clone)]
pub struct PinnedTable {
    /// What a session scans.
    pub provider: Arc<dyn TableProvider>,
    /// The version.
    pub version: u64,
}

/// Opens the table in `directory` at `version`; `context` gives the scan its settings. The table can't be written by SQL.
pub async fn open(context: &SessionContext, directory: &Path, version: u64) -> Result<PinnedTable> {
    let table = async {
        let location = TableLocation::directory(directory)?;
        let pin = TablePin::Version(version);
        DeltaTableProvider::open(location, pin, &ScanSettings::default(), &context.state()).await
    };
    let table = table.await.map_err(|error| {
        EngineError::new(ErrorCode::GraphUnreadable, error.message())
            .with_detail("path", directory.display().to_string())
            .with_hint("build the graph again with 'codeanatomy build'")
            .with_source(error)
    })?;
    Ok(PinnedTable {
        provider: Arc::new(table),
        version,
    })
}
