//! Makes what is missing at the location of a dataset, and looks at what is there. What is there is never changed, but for the one row of defaults
//! that an empty table gets in seeded mode.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatchIterator;
use arrow::datatypes::SchemaRef;
use codeanatomy_delta::operations::{
    CommitOptions, Source, Target, WriteOptions, append_to, create, snapshot,
};
use codeanatomy_delta::{TableLocation, delta_columns, table_exists};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{DatasetFormat, DatasetLocation, DatasetProvider, ResolvedLocation};
use datafusion::execution::context::SessionContext;

use super::columns::{ColumnDifference, Tolerance, differences, mismatch};
use super::plan::Entry;
use super::report::BootstrapStatus;
use super::request::DatasetRole;
use super::seed::default_row;
use crate::open_delta::table_location;
use crate::resolve::planning;
use crate::write_options::{constraints, write_options};

/// Who creates and seeds, in the log of a table: 0 is the commit that creates it, 1 the one that holds the row of defaults.
const APP_ID: &str = "codeanatomy.bootstrap";
const CREATED: i64 = 0;
const SEEDED: i64 = 1;
/// How often a seed is tried again that others' commits got in the way of.
const SEED_TRIES: usize = 10;

/// What was found or made at a location.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is told of, and they go together in many ways"
)]
pub(super) struct Made {
    /// What the dataset ends as; `None` if it is to be registered.
    pub(super) status: Option<BootstrapStatus>,
    /// Whether it was there before.
    pub(super) existed: bool,
    /// Whether something was made.
    pub(super) created: bool,
    /// Whether this bootstrap wrote the row of defaults.
    pub(super) seeded: bool,
    /// Whether the table has its row of defaults, of this bootstrap or an earlier one.
    pub(super) has_seed: bool,
    /// The version of the Delta table.
    pub(super) version: Option<u64>,
    pub(super) differences: Vec<ColumnDifference>,
    /// Why it ends so.
    pub(super) error: Option<EngineError>,
}

impl Made {
    fn ends(status: BootstrapStatus, error: Option<EngineError>) -> Self {
        Self {
            status: Some(status),
            error,
            ..Self::default()
        }
    }

    fn failed(error: EngineError) -> Self {
        Self::ends(BootstrapStatus::BootstrapFailed, Some(error))
    }
}

/// Makes what the entry plans, as far as it is not there.
pub(super) async fn make(context: &SessionContext, entry: &Entry) -> Made {
    let (Some(request), Some(resolved)) = (&entry.request, &entry.resolved) else {
        return without_location(entry);
    };
    let location = &request.location;
    let made = if location.format != DatasetFormat::Delta {
        make_directory(entry, location)
    } else if resolved.provider.value == Some(DatasetProvider::DeltaCdf) {
        find_changes(entry, location).await
    } else {
        make_table(context, entry, location, resolved).await
    };
    made.unwrap_or_else(Made::failed)
}

fn without_location(entry: &Entry) -> Made {
    if !entry.plan.materialize {
        return schema_only(entry);
    }
    let name = &entry.plan.name;
    Made::ends(
        BootstrapStatus::MissingLocation,
        Some(
            EngineError::new(
                ErrorCode::DatasetNotFound,
                format!("a table is to be made for the dataset '{name}', and nobody says where"),
            )
            .with_detail("dataset", name)
            .with_hint("state its location, or state that it is not materialized"),
        ),
    )
}

/// The dataset is its columns alone.
fn schema_only(entry: &Entry) -> Made {
    match &entry.plan.schema {
        Some(_) => Made::ends(BootstrapStatus::SchemaOnly, None),
        None => Made::failed(undeclared(entry)),
    }
}

fn undeclared(entry: &Entry) -> EngineError {
    let name = &entry.plan.name;
    EngineError::new(
        ErrorCode::DatasetNotFound,
        format!("there is nothing at the location of the dataset '{name}', and nobody declares its columns"),
    )
    .with_detail("dataset", name)
    .with_hint("declare the columns ('schema', or the 'table_spec' of its location), or write the table first")
}

fn unsupported(entry: &Entry, problem: &str, hint: &str) -> Made {
    let name = &entry.plan.name;
    Made::ends(
        BootstrapStatus::UnsupportedFormat,
        Some(
            EngineError::new(
                ErrorCode::DatasetFormatMismatch,
                format!("the dataset '{name}' {problem}"),
            )
            .with_detail("dataset", name)
            .with_hint(hint),
        ),
    )
}

/// A dataset of files: a directory is enough, because its columns are declared.
fn make_directory(entry: &Entry, location: &DatasetLocation) -> Result<Made> {
    if entry.seed {
        return Ok(unsupported(
            entry,
            "is no Delta table, so that it can't get a row of defaults",
            "leave it out of seeded_datasets, or state the format 'delta'",
        ));
    }
    let root = table_location(location)?;
    // An object store has no directories: a listing of nothing is empty.
    let Some(path) = root.local_path() else {
        return Ok(Made::default());
    };
    if path.exists() {
        return Ok(Made {
            existed: true,
            ..Made::default()
        });
    }
    if entry.plan.schema.is_none() {
        return Err(undeclared(entry));
    }
    if !entry.plan.materialize {
        return Ok(schema_only(entry));
    }
    // A path with an ending means a file, which can't be made without rows.
    if path.extension().is_some() {
        return Ok(Made::default());
    }
    create_directory(entry, &path)?;
    Ok(Made {
        created: true,
        ..Made::default()
    })
}

fn create_directory(entry: &Entry, path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| {
        EngineError::new(
            ErrorCode::WriteFailed,
            format!(
                "the directory of the dataset '{}' can't be made: {}: {error}",
                entry.plan.name,
                path.display()
            ),
        )
        .with_hint("check the permissions of the directory above it")
    })
}

/// The changes of a table come from the table.
async fn find_changes(entry: &Entry, location: &DatasetLocation) -> Result<Made> {
    if table_exists(&table_location(location)?).await? && !entry.seed {
        return Ok(Made {
            existed: true,
            ..Made::default()
        });
    }
    Ok(unsupported(
        entry,
        "is the changes of a Delta table, which can't be made by themselves",
        "bootstrap the table itself, with the feature 'change_data_feed', before its changes",
    ))
}

async fn make_table(
    context: &SessionContext,
    entry: &Entry,
    location: &DatasetLocation,
    resolved: &ResolvedLocation,
) -> Result<Made> {
    let place = table_location(location)?;
    let target = Target::open_or_new(&place).await?;
    if target.version().is_some() {
        return look_at(context, entry, location, target, resolved).await;
    }
    let is_pinned = location.delta_version.is_some() || location.delta_timestamp.is_some();
    // What registers the dataset says that the version is not there.
    if is_pinned {
        return Ok(Made::default());
    }
    let Some(schema) = &entry.plan.schema else {
        return Err(undeclared(entry));
    };
    if !entry.plan.materialize {
        return Ok(schema_only(entry));
    }
    let columns = delta_columns(schema.arrow())?;
    let constraints = constraints(resolved);
    let made = if constraints.is_empty() {
        make_plain(context, entry, &target, &columns, resolved).await
    } else {
        make_constrained(context, entry, &place, &columns, &constraints, resolved).await
    };
    if matches!(&made, Ok(made) if made.created) {
        return made;
    }
    // Another bootstrap was faster: its table is as good.
    let target = Target::open_or_new(&place).await?;
    if target.version().is_none() {
        return made;
    }
    look_at(context, entry, location, target, resolved).await
}

/// Makes a table with the rows that it starts with, unless somebody else did.
async fn make_plain(
    context: &SessionContext,
    entry: &Entry,
    target: &Target,
    columns: &SchemaRef,
    resolved: &ResolvedLocation,
) -> Result<Made> {
    let options = WriteOptions {
        // An existing table is never changed, so that there is nothing to merge.
        schema_mode: None,
        commit: commit(if entry.seed { SEEDED } else { CREATED }),
        ..write_options(resolved)?
    };
    let written = append_to(target, context, rows(entry, columns)?, options).await?;
    let created = written.report.created;
    Ok(Made {
        created,
        seeded: created && entry.seed,
        has_seed: created && entry.seed,
        version: written.target.version(),
        ..Made::default()
    })
}

/// Makes a table with constraints. Delta does not write rows into one in the commit that creates it, so that the row of defaults comes after.
async fn make_constrained(
    context: &SessionContext,
    entry: &Entry,
    place: &TableLocation,
    columns: &SchemaRef,
    constraints: &BTreeMap<String, String>,
    resolved: &ResolvedLocation,
) -> Result<Made> {
    let options = WriteOptions {
        commit: commit(CREATED),
        ..write_options(resolved)?
    };
    create(place, context, columns, constraints, &options).await?;
    let target = Target::open(place).await?;
    let mut made = Made {
        created: true,
        version: target.version(),
        ..Made::default()
    };
    if entry.seed
        && let Err(error) = seed(context, entry, target, &mut made).await
    {
        made.status = Some(BootstrapStatus::BootstrapFailed);
        made.error = Some(error);
    }
    Ok(made)
}

fn commit(app_version: i64) -> CommitOptions {
    CommitOptions {
        app_id: Some(APP_ID.to_owned()),
        app_version: Some(app_version),
        ..CommitOptions::default()
    }
}

/// The rows that a table starts with.
fn rows(entry: &Entry, columns: &SchemaRef) -> Result<Source> {
    let failed = |error| planning(&entry.plan.name, error);
    if !entry.seed {
        return Source::empty(Arc::clone(columns)).map_err(failed);
    }
    let row = default_row(columns).map_err(failed)?;
    let reader = RecordBatchIterator::new([Ok(row)], Arc::clone(columns));
    Source::from_reader(Box::new(reader)).map_err(failed)
}

/// Compares a table with what is declared, and seeds it where it is empty and is to be.
async fn look_at(
    context: &SessionContext,
    entry: &Entry,
    location: &DatasetLocation,
    target: Target,
    resolved: &ResolvedLocation,
) -> Result<Made> {
    let mut made = Made {
        existed: true,
        version: target.version(),
        ..Made::default()
    };
    // Columns of an older version are looked at when it is opened.
    if location.delta_version.is_some() || location.delta_timestamp.is_some() {
        return Ok(made);
    }
    if let Some(schema) = &entry.plan.schema {
        let tolerance = if entry.plan.role == DatasetRole::Internal {
            Tolerance::INTERNAL
        } else {
            Tolerance::of(resolved)
        };
        let declared = delta_columns(schema.arrow())?;
        made.differences = differences(&declared, target.columns()?.as_ref(), tolerance);
        if !made.differences.is_empty() {
            made.status = Some(BootstrapStatus::RegisterFailed);
            made.error = Some(mismatch(
                &entry.plan.name,
                &target.location().name(),
                &made.differences,
            ));
            return Ok(made);
        }
    }
    if entry.seed {
        seed(context, entry, target, &mut made).await?;
    }
    Ok(made)
}

/// Gives an empty table its row of defaults, once: the log knows whether it had it, also where it was deleted since.
async fn seed(
    context: &SessionContext,
    entry: &Entry,
    target: Target,
    made: &mut Made,
) -> Result<()> {
    let mut target = target;
    for tries_left in (0..SEED_TRIES).rev() {
        let latest = target.application_version(APP_ID).await?;
        if latest.is_some_and(|latest| latest >= SEEDED) {
            made.has_seed = true;
            return Ok(());
        }
        if snapshot(&target)?.rows != Some(0) {
            return Ok(());
        }
        let options = WriteOptions {
            commit: commit(SEEDED),
            ..WriteOptions::default()
        };
        let columns = target.columns()?;
        match append_to(&target, context, rows(entry, &columns)?, options).await {
            Ok(written) => {
                made.seeded = !written.report.skipped;
                made.has_seed = true;
                made.version = written.target.version();
                return Ok(());
            }
            Err(error) if error.code() == ErrorCode::DeltaCommitConflict && tries_left > 0 => {
                target = Target::open(target.location()).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
