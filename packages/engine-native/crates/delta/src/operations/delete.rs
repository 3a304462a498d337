//! Rows taken out of a table.

use std::future::IntoFuture;

use codeanatomy_errors::Result;
use datafusion::execution::context::SessionContext;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, Committed, count};
use super::error::{failed, rewritable};
use super::expression::{condition, table_columns};
use super::session::{operation_state, shared};
use super::stopwatch::Stopwatch;
use super::target::Target;
use super::update::selected_rows;

const OPERATION: &str = "delete";

/// Which rows are taken out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteOptions {
    /// The rows for which it holds, in SQL over the table's columns.
    pub predicate: Option<String>,
    /// Takes all rows out; without it, a delete without a predicate is refused.
    pub all_rows: bool,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// What a delete did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeleteReport {
    /// Whether the table had this delete of this application already.
    pub skipped: bool,
    /// How many rows were taken out; not known if whole files went that do not say how many they have.
    pub rows_deleted: Option<u64>,
    /// How many rows were written again because they stood in a file with deleted ones.
    pub rows_copied: u64,
    /// The commit.
    #[serde(flatten)]
    pub commit: Committed,
    /// How long it took.
    pub duration_ms: u64,
}

/// Deletes the rows that `options` select.
pub async fn delete(
    target: &Target,
    context: &SessionContext,
    options: DeleteOptions,
) -> Result<DeleteReport> {
    let started = Stopwatch::start();
    rewritable(target, OPERATION)?;
    let predicate = selected_rows(OPERATION, options.predicate.as_deref(), options.all_rows)?;
    let state = operation_state(context);
    let mut builder = target
        .to_table()
        .delete()
        .with_session_state(shared(&state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_commit_properties(options.commit.properties()?);
    if let Some(sql) = predicate {
        let columns = table_columns(target, OPERATION, &state, None).await?;
        builder = builder.with_predicate(condition(&state, &columns, "predicate", sql)?);
    }
    let outcome = options
        .commit
        .once(target, OPERATION, builder.into_future(), |error| {
            failed(target, OPERATION, &error)
        })
        .await?;
    let Some((after, metrics)) = outcome else {
        return Ok(DeleteReport {
            skipped: true,
            rows_deleted: Some(0),
            rows_copied: 0,
            commit: Committed::nothing(target.table()),
            duration_ms: started.milliseconds(),
        });
    };
    let (commit, _) = Committed::between(target, &after, OPERATION).await?;
    Ok(DeleteReport {
        skipped: false,
        rows_deleted: metrics.num_deleted_rows.map(count),
        rows_copied: count(metrics.num_copied_rows),
        commit,
        duration_ms: started.milliseconds(),
    })
}
