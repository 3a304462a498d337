//! Rows added to a table.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;

use super::source::Source;
use super::target::Target;
use super::write::{SchemaMode, WriteOptions, WriteReport, Written, write};
use crate::table_location::TableLocation;

/// Adds the rows of `source` to the table, which is created if there is none.
pub async fn append(
    location: &TableLocation,
    context: &SessionContext,
    source: Source,
    options: WriteOptions,
) -> Result<WriteReport> {
    let target = Target::open_or_new(location).await?;
    Ok(append_to(&target, context, source, options).await?.report)
}

/// [`append`] to a table that is opened, or to come; gives the table after it, too.
pub async fn append_to(
    target: &Target,
    context: &SessionContext,
    source: Source,
    options: WriteOptions,
) -> Result<Written> {
    if options.schema_mode == Some(SchemaMode::Overwrite) {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            "append can't have schema_mode 'overwrite': the rows that are there would lose their columns",
        )
        .with_detail("option", "schema_mode")
        .with_hint("use schema_mode 'merge', or overwrite the table"));
    }
    Box::pin(write(target, context, source, options, None)).await
}
