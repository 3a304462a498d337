//! Reads of a table at one version.

use std::path::Path;
use std::sync::Arc;

use codeanatomy_errors::Result;
use datafusion::catalog::TableProvider;
use datafusion::execution::context::SessionContext;
use deltalake_core::table::builder::DeltaTableBuilder;

use crate::location::{read_failed, table_url};

/// A table at one version, ready to be registered in a session.
#[derive(Debug, Clone)]
pub struct PinnedTable {
    /// What a session scans.
    pub provider: Arc<dyn TableProvider>,
    /// The version.
    pub version: u64,
}

/// Opens the table in `directory` at `version`; `context` gives the scan its settings.
pub async fn open(context: &SessionContext, directory: &Path, version: u64) -> Result<PinnedTable> {
    let url = table_url(directory)?;
    let failed = |error| read_failed(directory, error);
    let table = DeltaTableBuilder::from_url(url)
        .map_err(failed)?
        .with_version(version)
        .load()
        .await
        .map_err(failed)?;
    let provider = table
        .table_provider()
        .with_session(Arc::new(context.state()))
        .build()
        .await
        .map_err(|error| failed(error.into()))?;
    Ok(PinnedTable {
        provider: Arc::new(provider),
        version,
    })
}
