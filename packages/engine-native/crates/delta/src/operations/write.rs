//! What `append` and `overwrite` share: options, report, and the write itself.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::num::NonZeroU64;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::common::DFSchema;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use deltalake_core::DeltaTableError;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use deltalake_core::operations::write::{SchemaMode as DeltaSchemaMode, WriteBuilder};
use deltalake_core::protocol::SaveMode;
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, Committed};
use super::error::{failed, is_schema_mismatch, rewritable};
use super::expression::{condition, known_columns, table_columns};
use super::parquet_options::ParquetOptions;
use super::property_names::check_property;
use super::session::{operation_state, shared};
use super::source::Source;
use super::stopwatch::Stopwatch;
use super::stored_types::as_stored;
use super::target::Target;

/// The property of tables whose columns have other names in the files.
const COLUMN_MAPPING: &str = "delta.columnMapping.mode";

/// What happens to columns that the table does not have, or has otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemaMode {
    /// New columns are added to the table; columns that the rows lack are NULL in them.
    Merge,
    /// The table gets the columns of the rows; only with `overwrite`.
    Overwrite,
}

/// How rows are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WriteOptions {
    /// What happens to columns that differ; by default they are refused.
    pub schema_mode: Option<SchemaMode>,
    /// The columns whose values are directories, in order; only for a table that the write creates, or the table's own.
    pub partition_by: Option<Vec<String>>,
    /// The size in bytes above which a data file is closed and the next begun; by default the table's.
    pub target_file_size: Option<NonZeroU64>,
    /// How the data files are encoded; by default as deltalake encodes them.
    pub parquet: Option<ParquetOptions>,
    /// Properties of a table that the write creates.
    pub properties: BTreeMap<String, String>,
    /// The name of a table that the write creates.
    pub name: Option<String>,
    /// The description of a table that the write creates.
    pub description: Option<String>,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// What a write did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WriteReport {
    /// `append` or `overwrite`.
    pub operation: &'static str,
    /// Whether the table had this write of this application already, so that nothing was written.
    pub skipped: bool,
    /// Whether the write created the table.
    pub created: bool,
    /// How many rows were written.
    pub rows: u64,
    /// The commit.
    #[serde(flatten)]
    pub commit: Committed,
    /// How long it took.
    pub duration_ms: u64,
}

/// A write that was done.
#[derive(Debug)]
pub struct Written {
    /// What it did.
    pub report: WriteReport,
    /// The table after it.
    pub target: Target,
}

pub(super) async fn write(
    target: &Target,
    context: &SessionContext,
    source: Source,
    options: WriteOptions,
    replace: Option<Replace>,
) -> Result<Written> {
    let started = Stopwatch::start();
    let operation = if replace.is_some() {
        "overwrite"
    } else {
        "append"
    };
    let state = operation_state(context);
    check_options(target, &source, &options)?;
    let keeps_columns = options.schema_mode != Some(SchemaMode::Overwrite);
    let source = as_stored(target, operation, source, keeps_columns)?;
    let mut properties = options.commit.properties()?;
    let exists = target.version().is_some();
    if !exists {
        // A writer that lost the race for the first version would write its schema into the other's table: it must not try again.
        properties = properties.with_max_retries(0);
    }
    let schema = Arc::clone(source.schema());
    let mut builder = configured(target, &state, source, &options)?
        .with_save_mode(if replace.is_some() {
            SaveMode::Overwrite
        } else {
            SaveMode::Append
        })
        .with_commit_properties(properties);
    if let Some(Replace {
        predicate: Some(sql),
    }) = &replace
    {
        let columns = if exists {
            rewritable(target, operation)?;
            table_columns(target, operation, &state, None).await?
        } else {
            source_columns(target, operation, &schema)?
        };
        builder = builder.with_replace_where(condition(&state, &columns, "replace_where", sql)?);
    }
    let translate = |error| {
        if exists && is_schema_mismatch(&error) {
            schema_mismatch(target, operation, &schema, &error)
        } else {
            failed(target, operation, &error)
        }
    };
    let work = builder.into_future();
    let outcome = options
        .commit
        .once(target, operation, work, translate)
        .await?;
    let Some(written) = outcome else {
        let now = target.reloaded(operation).await?;
        return Ok(Written {
            report: WriteReport {
                operation,
                skipped: true,
                created: false,
                rows: 0,
                commit: Committed::nothing(now.table()),
                duration_ms: started.milliseconds(),
            },
            target: now,
        });
    };
    let (commit, metrics) = Committed::between(target, &written, operation).await?;
    Ok(Written {
        report: WriteReport {
            operation,
            skipped: false,
            created: !exists,
            rows: metrics["num_added_rows"].as_u64().unwrap_or_default(),
            commit,
            duration_ms: started.milliseconds(),
        },
        target: Target::of(target.location().clone(), written),
    })
}

/// The write of rows with the options that nothing has to be asked for.
pub(super) fn configured(
    target: &Target,
    state: &SessionState,
    source: Source,
    options: &WriteOptions,
) -> Result<WriteBuilder> {
    let table = target.table();
    let snapshot = table.snapshot().ok();
    let snapshot = snapshot.map(|state| state.snapshot().clone());
    let schema = Arc::clone(source.schema());
    let properties = options.properties.iter();
    let mut builder = WriteBuilder::new(table.log_store(), snapshot)
        .with_input_plan(source.into_plan())
        .with_session_state(shared(state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_configuration(properties.map(|(name, value)| (name, Some(value))));
    if let Some(mode) = options.schema_mode {
        builder = builder.with_schema_mode(match mode {
            SchemaMode::Merge => DeltaSchemaMode::Merge,
            SchemaMode::Overwrite => DeltaSchemaMode::Overwrite,
        });
    }
    if let Some(columns) = &options.partition_by {
        builder = builder.with_partition_columns(columns);
    }
    if let Some(bytes) = options.target_file_size {
        builder = builder.with_target_file_size(Some(bytes));
    }
    if let Some(parquet) = &options.parquet {
        let columns = names_of(&schema);
        let writer = parquet.properties(&columns, is_mapped(target, &options.properties))?;
        builder = builder.with_writer_properties(writer);
    }
    if let Some(name) = &options.name {
        builder = builder.with_table_name(name);
    }
    if let Some(description) = &options.description {
        builder = builder.with_description(description);
    }
    Ok(builder)
}

/// Which rows an overwrite replaces.
#[derive(Debug)]
pub(super) struct Replace {
    /// The rows for which it holds; all of them without one.
    pub(super) predicate: Option<String>,
}

pub(super) fn names_of(schema: &SchemaRef) -> Vec<&str> {
    let fields = schema.fields().iter();
    fields.map(|field| field.name().as_str()).collect()
}

/// Whether the columns have other names in the files than in the table; `of_new` are the properties of a table to come.
pub(super) fn is_mapped(target: &Target, of_new: &BTreeMap<String, String>) -> bool {
    let mode = match target.table().snapshot() {
        Ok(state) => state
            .metadata()
            .configuration()
            .get(COLUMN_MAPPING)
            .cloned(),
        Err(_) => of_new.get(COLUMN_MAPPING).cloned(),
    };
    mode.is_some_and(|mode| mode != "none")
}

pub(super) fn source_columns(
    target: &Target,
    operation: &'static str,
    schema: &SchemaRef,
) -> Result<DFSchema> {
    DFSchema::try_from(Arc::clone(schema)).map_err(|error| failed(target, operation, &error.into()))
}

fn check_options(target: &Target, source: &Source, options: &WriteOptions) -> Result<()> {
    for (name, value) in &options.properties {
        check_property(name, value, false)?;
    }
    let names = names_of(source.schema());
    let Some(wanted) = &options.partition_by else {
        return keeps_partitions(target, options, &names);
    };
    known_columns("partition_by names", wanted, &names)?;
    let Ok(state) = target.table().snapshot() else {
        return Ok(());
    };
    let actual = state.metadata().partition_columns();
    if wanted == actual || options.schema_mode == Some(SchemaMode::Overwrite) {
        return Ok(());
    }
    Err(EngineError::new(
        ErrorCode::InvalidOption,
        format!(
            "partition_by is [{}], and {} is partitioned by [{}]",
            wanted.join(", "),
            target.location().name(),
            actual.join(", ")
        ),
    )
    .with_detail("option", "partition_by")
    .with_hint("leave partition_by out; only an overwrite with schema_mode 'overwrite' changes it"))
}

/// Refuses rows that replace the table's columns, but lack one that it stays partitioned by.
fn keeps_partitions(target: &Target, options: &WriteOptions, names: &[&str]) -> Result<()> {
    let Ok(state) = target.table().snapshot() else {
        return Ok(());
    };
    let partitions = state.metadata().partition_columns();
    let lost = partitions
        .iter()
        .find(|column| !names.contains(&column.as_str()));
    match lost {
        Some(column) if options.schema_mode == Some(SchemaMode::Overwrite) => {
            Err(EngineError::new(
                ErrorCode::InvalidOption,
                format!(
                    "the rows lack the column '{column}', by which {} is partitioned",
                    target.location().name()
                ),
            )
            .with_detail("option", "partition_by")
            .with_hint(
                "partition_by says by which columns the table is partitioned then; [] is by none",
            ))
        }
        _ => Ok(()),
    }
}

/// The error of rows whose columns are not the table's, with the names of those that differ.
fn schema_mismatch(
    target: &Target,
    operation: &'static str,
    rows: &SchemaRef,
    error: &DeltaTableError,
) -> EngineError {
    let Ok(state) = target.table().snapshot() else {
        return failed(target, operation, error);
    };
    let columns = state.snapshot().arrow_schema();
    let new: Vec<&str> = rows
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .filter(|name| columns.field_with_name(name).is_err())
        .collect();
    let missing: Vec<&str> = columns
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .filter(|name| rows.field_with_name(name).is_err())
        .collect();
    if new.is_empty() && missing.is_empty() {
        return failed(target, operation, error);
    }
    let place = target.location().name();
    let mut difference = Vec::new();
    if !new.is_empty() {
        difference.push(format!("the rows also have {}", new.join(", ")));
    }
    if !missing.is_empty() {
        difference.push(format!("the rows lack {}", missing.join(", ")));
    }
    EngineError::new(
        ErrorCode::DeltaSchemaMismatch,
        format!(
            "the columns are not those of {place}: {}",
            difference.join("; ")
        ),
    )
    .with_detail("location", place)
    .with_detail("new", new.join(", "))
    .with_detail("missing", missing.join(", "))
    .with_hint("schema_mode 'merge' adds new columns and fills missing ones with NULL")
}
