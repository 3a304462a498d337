//! The declared columns of a dataset that is read: made of those that its table has, or compared with those of its files.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{DatasetFormat, EvolutionSpec, ResolvedLocation, SchemaDescription};
use datafusion::catalog::TableProvider;
use datafusion::common::DFSchema;
use datafusion::execution::context::SessionContext;

use crate::evolution::{Evolution, Undeclared};
use crate::resolve::planning;

/// The table with the declared columns; the table itself where none are declared, or where it has just those.
///
/// A schema that the scan states is for the scan to apply.
pub(crate) fn of_table(
    context: &SessionContext,
    name: &str,
    table: Arc<dyn TableProvider>,
    resolved: &ResolvedLocation,
) -> Result<Arc<dyn TableProvider>> {
    let scan = &resolved.delta_scan.options;
    let Some(declared) = &resolved.table_spec.value else {
        return Ok(table);
    };
    if scan.schema.value().is_some() {
        return Ok(table);
    }
    let failed = |error| planning(name, error);
    let rows = context.read_table(Arc::clone(&table)).map_err(failed)?;
    let file_column = scan.file_column_name.value().map(|name| name.to_string());
    let beside: Vec<&str> = file_column.as_deref().into_iter().collect();
    let evolved = evolution(name, &declared.schema, &resolved.evolution_spec.options)
        .of(rows.schema(), &beside)?;
    if evolved.is_unchanged {
        return Ok(table);
    }
    Ok(rows.select(evolved.columns).map_err(failed)?.into_view())
}

/// Whether the spec refuses anything, so that files have to be looked at; whatever it allows, a listing does by itself.
pub(crate) fn refuses(spec: &EvolutionSpec) -> bool {
    [&spec.allow_missing, &spec.allow_extra, &spec.allow_casts]
        .into_iter()
        .any(|allowed| allowed.value() == Some(&false))
}

/// Compares the columns of files with the declared ones. Text has no types of its own: they are what it is read as.
pub(crate) fn check_files(
    name: &str,
    format: DatasetFormat,
    files: SchemaRef,
    declared: SchemaRef,
    spec: &EvolutionSpec,
) -> Result<()> {
    let internal = |problem: String| EngineError::new(ErrorCode::InternalError, problem);
    let declared = SchemaDescription::of(declared).map_err(internal)?;
    let files = DFSchema::try_from(files).map_err(|error| planning(name, error))?;
    Evolution {
        defers_casts: matches!(format, DatasetFormat::Csv | DatasetFormat::Json),
        ..evolution(name, &declared, spec)
    }
    .of(&files, &[])
    .map(drop)
}

fn evolution<'a>(
    name: &str,
    declared: &'a SchemaDescription,
    spec: &'a EvolutionSpec,
) -> Evolution<'a> {
    Evolution {
        subject: format!("the files of the dataset '{name}'"),
        code: ErrorCode::DatasetFormatMismatch,
        declared,
        spec,
        undeclared: Undeclared::LeftOut,
        defers_casts: false,
    }
}
