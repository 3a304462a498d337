//! Rows in place of those that a table has, all or some.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;
use serde::Deserialize;

use super::source::Source;
use super::target::Target;
use super::write::{Replace, SchemaMode, WriteOptions, WriteReport, Written, write};
use crate::table_location::TableLocation;

/// How rows replace others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OverwriteOptions {
    /// Replaces only the rows for which it holds; it has to hold for every new row, too.
    pub replace_where: Option<String>,
    /// How the rows are written.
    pub write: WriteOptions,
}

/// Replaces the rows of the table by those of `source`, in one commit; the table is created if there is none.
pub async fn overwrite(
    location: &TableLocation,
    context: &SessionContext,
    source: Source,
    options: OverwriteOptions,
) -> Result<WriteReport> {
    let target = Target::open_or_new(location).await?;
    let written = overwrite_in(&target, context, source, options).await?;
    Ok(written.report)
}

/// [`overwrite`] of a table that is opened, or to come; gives the table after it, too.
pub async fn overwrite_in(
    target: &Target,
    context: &SessionContext,
    source: Source,
    options: OverwriteOptions,
) -> Result<Written> {
    if options.replace_where.is_some() && options.write.schema_mode == Some(SchemaMode::Overwrite) {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            "replace_where can't go with schema_mode 'overwrite': the rows that stay would lose their columns",
        )
        .with_detail("option", "schema_mode")
        .with_hint("use schema_mode 'merge', or replace the whole table"));
    }
    let replace = Replace {
        predicate: options.replace_where,
    };
    Box::pin(write(target, context, source, options.write, Some(replace))).await
}
