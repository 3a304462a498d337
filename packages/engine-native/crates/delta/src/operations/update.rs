//! Rows that get other values.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::common::Column;
use datafusion::execution::context::SessionContext;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, Committed, count};
use super::error::{failed, rewritable};
use super::expression::{condition, known_columns, table_columns, value};
use super::session::{operation_state, shared};
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "update";

/// Which rows get which values.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateOptions {
    /// The new value of each column that changes, in SQL over the table's columns.
    pub set: BTreeMap<String, String>,
    /// The rows for which it holds.
    pub predicate: Option<String>,
    /// Changes all rows; without it, an update without a predicate is refused.
    pub all_rows: bool,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// What an update did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateReport {
    /// Whether the table had this update of this application already.
    pub skipped: bool,
    /// How many rows were selected; they count also if their values were the same before.
    pub rows_updated: u64,
    /// How many rows were written again because they stood in a file with changed ones.
    pub rows_copied: u64,
    /// The commit.
    #[serde(flatten)]
    pub commit: Committed,
    /// How long it took.
    pub duration_ms: u64,
}

/// Updates the rows that `options` select.
pub async fn update(
    target: &Target,
    context: &SessionContext,
    options: UpdateOptions,
) -> Result<UpdateReport> {
    let started = Stopwatch::start();
    rewritable(target, OPERATION)?;
    let predicate = selected_rows(OPERATION, options.predicate.as_deref(), options.all_rows)?;
    if options.set.is_empty() {
        return Err(
            EngineError::new(ErrorCode::InvalidOption, "update sets no column")
                .with_detail("option", "set")
                .with_hint("give at least one column with its new value"),
        );
    }
    let state = operation_state(context);
    let columns = table_columns(target, OPERATION, &state, None).await?;
    let names: Vec<&str> = columns
        .fields()
        .iter()
        .map(|column| column.name().as_str())
        .collect();
    known_columns("update sets", options.set.keys(), &names)?;
    let mut builder = target
        .to_table()
        .update()
        .with_session_state(shared(&state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_commit_properties(options.commit.properties()?);
    for (column, sql) in &options.set {
        let new = value(&state, &columns, &format!("the value of '{column}'"), sql)?;
        builder = builder.with_update(Column::from_name(column), new);
    }
    if let Some(sql) = predicate {
        builder = builder.with_predicate(condition(&state, &columns, "predicate", sql)?);
    }
    let outcome = options
        .commit
        .once(target, OPERATION, builder.into_future(), |error| {
            failed(target, OPERATION, &error)
        })
        .await?;
    let Some((after, metrics)) = outcome else {
        return Ok(UpdateReport {
            skipped: true,
            rows_updated: 0,
            rows_copied: 0,
            commit: Committed::nothing(target.table()),
            duration_ms: started.milliseconds(),
        });
    };
    let (commit, _) = Committed::between(target, &after, OPERATION).await?;
    Ok(UpdateReport {
        skipped: false,
        rows_updated: count(metrics.num_updated_rows),
        rows_copied: count(metrics.num_copied_rows),
        commit,
        duration_ms: started.milliseconds(),
    })
}

/// The predicate of an operation that changes rows; none only if all rows are asked for by name.
pub(super) fn selected_rows<'sql>(
    operation: &'static str,
    predicate: Option<&'sql str>,
    all_rows: bool,
) -> Result<Option<&'sql str>> {
    let predicate = predicate.filter(|sql| !sql.trim().is_empty());
    match (predicate, all_rows) {
        (None, false) => Err(EngineError::new(
            ErrorCode::DeltaPredicateMissing,
            format!("{operation} has no predicate, and would change every row"),
        )
        .with_detail("operation", operation)
        .with_hint("give a predicate, or all_rows=True if every row is meant")),
        (Some(sql), true) => Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!("{operation} has all_rows, and the predicate \"{sql}\""),
        )
        .with_detail("option", "all_rows")
        .with_hint("leave one of the two out")),
        (predicate, _) => Ok(predicate),
    }
}
