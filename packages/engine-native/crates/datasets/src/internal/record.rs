//! Appends events to internal tables: each call is one commit, or none.

use std::sync::Arc;

use arrow::array::RecordBatchIterator;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::ReaderBuilder;
use codeanatomy_delta::operations::{
    CommitOptions, SchemaMode, Source, Target, WriteOptions, append_to,
};
use codeanatomy_delta::{TableLocation, delta_columns};
use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use codeanatomy_schema::{Record, decode};
use datafusion::execution::context::SessionContext;
use serde::Serialize;
use serde_json::Value;

use super::msgpack::hexadecimal;
use super::table::InternalTable;
use super::{
    CacheInventoryEntry, DeltaMaintenanceArtifact, DeltaMutationArtifact, DeltaScanPlanArtifact,
    DeltaSnapshotArtifact,
};
use crate::bootstrap::plain;
use crate::clock::now_ms;
use crate::resolve::planning;

/// How often one commit is tried again after others that it does not conflict with.
const COMMIT_TRIES: usize = 100;
/// How often the whole append is tried again: after the lost race for the first version, or after others added columns.
const APPEND_TRIES: usize = 10;

/// An event of an internal table.
pub trait Artifact: Record {
    /// The table.
    const TABLE: InternalTable;

    /// The event as a row of the table: its columns by name, binary ones in hexadecimal digits.
    fn row(&self) -> Value;
}

/// What a call recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordedArtifacts {
    /// The table.
    pub table: &'static str,
    /// Where it lies.
    pub path: String,
    /// Its version afterwards.
    pub version: u64,
    /// How many rows were written.
    pub rows: u64,
    /// Whether the table had this write of this application already.
    pub skipped: bool,
}

/// Appends events to their table below `artifacts_root`, which is created if there is none.
///
/// Any number of threads and processes may do so at once. With the `app_id` and `app_version` of `commit`, a call that is repeated writes once;
/// each `app_id` then belongs to one writer, whose numbers grow.
///
/// # Errors
///
/// - `invalid-option`: no events are given, the root is empty, or one of `app_id` and `app_version` is given without the other.
/// - `delta-schema-mismatch`: the table has columns of other types, or others that can't be NULL. It is left as it is.
/// - `delta-table-unreadable`: its log is damaged. It is left as it is.
/// - `delta-commit-conflict`: others wrote without a pause.
pub async fn record_artifacts<A: Artifact>(
    context: &SessionContext,
    artifacts_root: &str,
    artifacts: &[A],
    commit: &CommitOptions,
) -> Result<RecordedArtifacts> {
    let path = A::TABLE.path(artifacts_root)?;
    if artifacts.is_empty() {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            "there is nothing to record: no events are given",
        )
        .with_hint("pass at least one"));
    }
    let location = TableLocation::parse(&path, [])?;
    let now = now_ms();
    let rows: Vec<Value> = artifacts
        .iter()
        .map(|artifact| at(artifact.row(), now))
        .collect();
    let mut tries_left = APPEND_TRIES;
    loop {
        tries_left -= 1;
        match append_once(context, A::TABLE, &location, &rows, commit).await {
            Err(error) if error.code() == ErrorCode::DeltaCommitConflict && tries_left > 0 => {}
            outcome => return outcome,
        }
    }
}

/// [`record_artifacts`] for the table of that name, with the events as JSON.
///
/// # Errors
///
/// Those of [`record_artifacts`] and of [`decode`]; `invalid-option`: there is no such table.
pub async fn record_artifacts_json(
    context: &SessionContext,
    artifacts_root: &str,
    table: &str,
    artifacts: &[String],
    commit: &CommitOptions,
) -> Result<RecordedArtifacts> {
    let known = InternalTable::ALL.into_iter();
    let Some(found) = known.clone().find(|known| known.name() == table) else {
        let names = || known.clone().map(InternalTable::name);
        let meant = nearest_name(table, names())
            .map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!("there is no internal table '{table}'{meant}"),
        )
        .with_detail("option", "table")
        .with_hint(format!(
            "they are {}",
            names().collect::<Vec<_>>().join(", ")
        )));
    };
    macro_rules! record {
        ($artifact:ty) => {{
            let artifacts = artifacts
                .iter()
                .map(|text| decode::<$artifact>(text, "artifact"))
                .collect::<Result<Vec<_>>>()?;
            record_artifacts(context, artifacts_root, &artifacts, commit).await
        }};
    }
    match found {
        InternalTable::CacheInventory => record!(CacheInventoryEntry),
        InternalTable::DeltaSnapshots => record!(DeltaSnapshotArtifact),
        InternalTable::DeltaMutations => record!(DeltaMutationArtifact),
        InternalTable::DeltaScanPlans => record!(DeltaScanPlanArtifact),
        InternalTable::DeltaMaintenance => record!(DeltaMaintenanceArtifact),
    }
}

async fn append_once(
    context: &SessionContext,
    table: InternalTable,
    location: &TableLocation,
    rows: &[Value],
    commit: &CommitOptions,
) -> Result<RecordedArtifacts> {
    let declared = delta_columns(&table.schema())?;
    let target = Target::open_or_new(location).await?;
    let (columns, schema_mode) = match target.version() {
        Some(_) => columns_of(&target, &declared)?,
        None => (declared, None),
    };
    let failed = |error: ArrowError| unfit(location, &error.to_string());
    let mut decoder = ReaderBuilder::new(Arc::clone(&columns))
        .build_decoder()
        .map_err(failed)?;
    decoder.serialize(rows).map_err(failed)?;
    let batch = decoder.flush().map_err(failed)?;
    let reader = RecordBatchIterator::new(batch.map(Ok), columns);
    let source =
        Source::from_reader(Box::new(reader)).map_err(|error| planning(table.name(), error))?;
    let options = WriteOptions {
        schema_mode,
        commit: CommitOptions {
            max_retries: commit.max_retries.or(Some(COMMIT_TRIES)),
            ..commit.clone()
        },
        ..WriteOptions::default()
    };
    let report = append_to(&target, context, source, options).await?.report;
    Ok(RecordedArtifacts {
        table: table.name(),
        path: location.name(),
        version: report.commit.version,
        rows: report.rows,
        skipped: report.skipped,
    })
}

/// With which columns rows are written to a table that is there: its own, or the declared ones where it lacks some.
fn columns_of(target: &Target, declared: &SchemaRef) -> Result<(SchemaRef, Option<SchemaMode>)> {
    let actual = target.columns()?;
    let mut lacks_some = false;
    for wanted in declared.fields() {
        let Ok(there) = actual.field_with_name(wanted.name()) else {
            lacks_some = true;
            continue;
        };
        if plain(there.data_type()) != plain(wanted.data_type()) {
            let problem = format!(
                "its column '{}' is {}, and has to be {}",
                wanted.name(),
                there.data_type(),
                wanted.data_type()
            );
            return Err(unfit(target.location(), &problem));
        }
    }
    if !lacks_some {
        return Ok((actual, None));
    }
    Ok((evolved(&actual, declared), Some(SchemaMode::Merge)))
}

/// The columns of the table with those that it lacks. The rows that are there have NULL in the new ones, so that they can be NULL.
fn evolved(actual: &SchemaRef, declared: &SchemaRef) -> SchemaRef {
    let new = declared
        .fields()
        .iter()
        .filter(|field| actual.field_with_name(field.name()).is_err())
        .map(|field| Arc::new(field.as_ref().clone().with_nullable(true)));
    Arc::new(Schema::new(
        actual
            .fields()
            .iter()
            .cloned()
            .chain(new)
            .collect::<Vec<_>>(),
    ))
}

fn unfit(location: &TableLocation, problem: &str) -> EngineError {
    EngineError::new(
        ErrorCode::DeltaSchemaMismatch,
        format!(
            "the internal table {} can't take the event: {problem}",
            location.name()
        ),
    )
    .with_detail("location", location.url().to_string())
    .with_hint("the table is as it was: move it away to keep its history, or choose another artifacts_root")
}

/// The row with the time of the event, which is now where nothing else is stated.
fn at(mut row: Value, now: u64) -> Value {
    let time = &mut row["event_time_unix_ms"];
    if time.is_null() {
        *time = Value::from(now);
    }
    row
}

/// The row with a binary column, `…_msgpack`, instead of a field that it has.
pub(super) fn with_msgpack(mut row: Value, field: &str) -> Value {
    if let Value::Object(fields) = &mut row
        && let Some(value) = fields.remove(field)
    {
        fields.insert(format!("{field}_msgpack"), hexadecimal(&value).into());
    }
    row
}
