//! Makes the extracted tables queryable in a session.

use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_extract::{Extraction, SYMBOLS, StagedTable};
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::execution::context::SessionContext;

/// Registers the extracted tables of `extraction`.
pub(crate) fn register(context: &SessionContext, extraction: &Extraction) -> Result<()> {
    register_all(context, extraction).map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("the extracted tables can't be read: {error}"),
        )
        .with_source(error)
    })
}

fn register_all(
    context: &SessionContext,
    extraction: &Extraction,
) -> datafusion::error::Result<()> {
    for table in &extraction.tables {
        register_staged(context, table)?;
    }
    let symbols = &extraction.symbols;
    let memory = MemTable::try_new(symbols.schema(), vec![vec![symbols.clone()]])?;
    context.register_table(SYMBOLS, Arc::new(memory))?;
    Ok(())
}

fn register_staged(context: &SessionContext, table: &StagedTable) -> datafusion::error::Result<()> {
    if table.files.is_empty() {
        let empty = EmptyTable::new(Arc::clone(&table.schema));
        context.register_table(table.name, Arc::new(empty))?;
        return Ok(());
    }
    let urls = table
        .files
        .iter()
        .map(|path| ListingTableUrl::parse(path.to_string_lossy()))
        .collect::<datafusion::error::Result<Vec<_>>>()?;
    let options = ListingOptions::new(Arc::new(ArrowFormat)).with_file_extension(".arrow");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(Arc::clone(&table.schema));
    context.register_table(table.name, Arc::new(ListingTable::try_new(config)?))?;
    Ok(())
}
