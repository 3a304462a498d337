//! Writes of a table by SQL statements, through Delta's own operations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::catalog::Session;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::Result as QueryResult;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::provider_as_source;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::dml::{InsertOp, MergeIntoAction, MergeIntoClauseKind};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, MergeIntoOp};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use deltalake_core::delta_datafusion::planner::DeltaPlanner;
use deltalake_core::operations::merge::{InsertBuilder, MergeBuilder, UpdateBuilder};
use deltalake_core::protocol::SaveMode;
use deltalake_core::{DeltaTable, DeltaTableError};
use futures::StreamExt;

use super::provider::DeltaTableProvider;
use super::snapshot::TableSnapshot;
use super::statement::{CapturedStatement, MERGE_SOURCE, MERGE_TARGET};
use super::write_plan::{DeltaWriteExec, Write};
use crate::damaged_log::blocked_commit;
use crate::external::external;
use crate::operations::is_conflict;

/// A table that may be written, with the session that writes it.
#[derive(Clone)]
pub(super) struct WriteTarget {
    table: DeltaTableProvider,
    state: Arc<SessionState>,
}

/// Refuses a table that is pinned.
pub(super) fn check_writable(table: &DeltaTableProvider) -> Result<()> {
    if table.pin().is_fixed() {
        return Err(EngineError::new(
            ErrorCode::QueryInvalid,
            format!(
                "the table {} is open at {}, and can't be written there",
                table.location().name(),
                table.pin()
            ),
        )
        .with_hint("register it once more, without a version or timestamp, and write that"));
    }
    if table.inner.config.files.is_some() {
        return Err(EngineError::new(
            ErrorCode::QueryInvalid,
            format!(
                "some files of the table {} are open, and can't be written without the others",
                table.location().name()
            ),
        )
        .with_hint("open the whole table, and write that"));
    }
    Ok(())
}

/// Refuses rows of a statement for a table that promises something about its rows.
pub(super) fn check_unbound(table: &DeltaTableProvider, statement: &str) -> Result<()> {
    let Some(obligation) = &table.inner.config.obligation else {
        return Ok(());
    };
    Err(EngineError::new(
        ErrorCode::QueryInvalid,
        format!(
            "{statement} of {} would not keep what is promised: {}",
            table.location().name(),
            obligation.promise
        ),
    )
    .with_hint(obligation.hint.clone()))
}

/// The table for a write.
///
/// # Errors
///
/// `query-invalid`: the table is pinned, or the session is not one that Delta can plan in.
pub(super) fn write_target(
    table: &DeltaTableProvider,
    session: &dyn Session,
) -> Result<WriteTarget> {
    check_writable(table)?;
    let state = session
        .as_any()
        .downcast_ref::<SessionState>()
        .ok_or_else(|| {
            EngineError::new(
                ErrorCode::QueryInvalid,
                "a Delta table can't be written in the session of another library",
            )
            .with_hint("write it in a session of codeanatomy.connect()")
        })?;
    Ok(WriteTarget {
        table: table.clone(),
        state: Arc::new(writing_state(state)),
    })
}

/// The session with what Delta's operations need: its planner knows their nodes. They read partition columns as dictionaries, on which a join
/// panics when DataFusion pushes a list of its keys into the scan.
fn writing_state(state: &SessionState) -> SessionState {
    let mut state = SessionStateBuilder::new_from_existing(state.clone())
        .with_query_planner(DeltaPlanner::new())
        .build();
    let optimizer = &mut state.config_mut().options_mut().optimizer;
    optimizer.hash_join_inlist_pushdown_max_size = 0;
    optimizer.hash_join_inlist_pushdown_max_distinct_values = 0;
    state
}

/// The refusal of a statement whose conditions nobody captured.
pub(super) fn not_captured(table: &DeltaTableProvider, statement: &str) -> EngineError {
    EngineError::new(
        ErrorCode::QueryInvalid,
        format!(
            "{statement} of {} needs the runtime's analyzer rule, which this session lacks",
            table.location().name()
        ),
    )
    .with_hint("install the runtime into the session, or use one of codeanatomy.connect()")
}

/// The plan of `TRUNCATE`.
pub(super) fn replace_all(
    table: &DeltaTableProvider,
    session: &dyn Session,
) -> Result<Arc<dyn ExecutionPlan>> {
    Ok(write_target(table, session)?.plan("TRUNCATE", |target, _| {
        Box::pin(async move { target.delete(None).await })
    }))
}

impl WriteTarget {
    fn plan(
        &self,
        operation: &'static str,
        write: impl Fn(
            Self,
            Option<Arc<dyn ExecutionPlan>>,
        ) -> futures::future::BoxFuture<'static, Result<u64>>
        + Send
        + Sync
        + 'static,
    ) -> Arc<dyn ExecutionPlan> {
        self.plan_with(operation, None, write)
    }

    fn plan_with(
        &self,
        operation: &'static str,
        input: Option<Arc<dyn ExecutionPlan>>,
        write: impl Fn(
            Self,
            Option<Arc<dyn ExecutionPlan>>,
        ) -> futures::future::BoxFuture<'static, Result<u64>>
        + Send
        + Sync
        + 'static,
    ) -> Arc<dyn ExecutionPlan> {
        let target = self.clone();
        let write: Write = Arc::new(move |input| write(target.clone(), input));
        let name = self.table.location().name();
        Arc::new(DeltaWriteExec::new(operation, name, input, write))
    }

    /// The plan of an `INSERT` of what `input` gives.
    pub(super) fn insert(
        &self,
        input: Arc<dyn ExecutionPlan>,
        operation: InsertOp,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        let (name, mode) = match operation {
            InsertOp::Append => ("INSERT INTO", SaveMode::Append),
            InsertOp::Overwrite => ("INSERT OVERWRITE", SaveMode::Overwrite),
            InsertOp::Replace => {
                return Err(external(
                    EngineError::new(
                        ErrorCode::QueryInvalid,
                        "REPLACE INTO needs a key, which a Delta table does not have",
                    )
                    .with_hint("use MERGE INTO with the key in its ON condition"),
                ));
            }
        };
        Ok(self.plan_with(name, Some(input), move |target, input| {
            Box::pin(async move {
                match input {
                    Some(input) => target.write(input, mode).await,
                    None => Ok(0),
                }
            })
        }))
    }

    /// The plan of a captured statement.
    pub(super) fn statement(&self, statement: &CapturedStatement) -> Arc<dyn ExecutionPlan> {
        match statement.clone() {
            CapturedStatement::Delete { predicate } => self.plan("DELETE", move |target, _| {
                let predicate = predicate.clone();
                Box::pin(async move { target.delete(Some(predicate)).await })
            }),
            CapturedStatement::Update {
                assignments,
                predicate,
            } => self.plan("UPDATE", move |target, _| {
                let assignments = assignments.clone();
                let predicate = predicate.clone();
                Box::pin(async move { target.update(assignments, predicate).await })
            }),
            CapturedStatement::Merge { source, operation } => {
                self.plan("MERGE INTO", move |target, _| {
                    let source = source.as_ref().clone();
                    let operation = operation.clone();
                    Box::pin(async move { target.merge(source, *operation).await })
                })
            }
        }
    }

    async fn latest(&self) -> Result<DeltaTable> {
        Ok(self.table.snapshot().await?.table.clone())
    }

    fn session(&self) -> Arc<dyn Session> {
        Arc::clone(&self.state) as Arc<dyn Session>
    }

    async fn write(&self, input: Arc<dyn ExecutionPlan>, mode: SaveMode) -> Result<u64> {
        let table = self.latest().await?;
        let rows = Arc::new(AtomicU64::new(0));
        let plan = rows_of(&input, &rows).map_err(|error| self.failed("INSERT", &error.into()))?;
        let written = table
            .write(Vec::new())
            .with_input_plan(plan)
            .with_save_mode(mode)
            .with_session_state(self.session())
            .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState);
        Box::pin(written.into_future())
            .await
            .map_err(|error| self.failed("INSERT", &error))?;
        Ok(rows.load(Ordering::Acquire))
    }

    async fn delete(&self, predicate: Option<Expr>) -> Result<u64> {
        let snapshot = self.table.snapshot().await?;
        let mut delete = snapshot
            .table
            .clone()
            .delete()
            .with_session_state(self.session())
            .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState);
        if let Some(predicate) = &predicate {
            delete = delete.with_predicate(predicate.clone());
        }
        let (_, metrics) = Box::pin(delete.into_future())
            .await
            .map_err(|error| self.failed("DELETE", &error))?;
        let rows = match metrics.num_deleted_rows {
            Some(rows) => rows,
            // Whole files went whose number of rows the log does not say; they are still there to be counted.
            None => count(&self.state, &snapshot, predicate)
                .await
                .map_err(|error| self.failed("DELETE", &error.into()))?,
        };
        Ok(rows as u64)
    }

    async fn update(&self, assignments: Vec<(String, Expr)>, predicate: Expr) -> Result<u64> {
        let table = self.latest().await?;
        let mut update = table
            .update()
            .with_predicate(predicate)
            .with_session_state(self.session())
            .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState);
        for (column, value) in assignments {
            update = update.with_update(column_named(column), value);
        }
        let (_, metrics) = Box::pin(update.into_future())
            .await
            .map_err(|error| self.failed("UPDATE", &error))?;
        Ok(metrics.num_updated_rows as u64)
    }

    async fn merge(&self, source: LogicalPlan, operation: MergeIntoOp) -> Result<u64> {
        let table = self.latest().await?;
        let source = DataFrame::new(self.state.as_ref().clone(), source);
        let columns = Arc::clone(&self.table.current().schema);
        let merge = table
            .merge(source, operation.on)
            .with_source_alias(MERGE_SOURCE)
            .with_target_alias(MERGE_TARGET)
            .with_session_state(self.session())
            .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState);
        let merge = operation
            .clauses
            .into_iter()
            .try_fold(merge, |merge, clause| {
                with_clause(
                    merge,
                    clause.kind,
                    clause.predicate,
                    clause.action,
                    &columns,
                )
            })
            .map_err(|error| self.failed("MERGE", &error))?;
        let (_, metrics) = Box::pin(merge.into_future())
            .await
            .map_err(|error| self.failed("MERGE", &error))?;
        let rows = metrics.num_target_rows_inserted
            + metrics.num_target_rows_updated
            + metrics.num_target_rows_deleted;
        Ok(rows as u64)
    }

    fn failed(&self, statement: &str, error: &DeltaTableError) -> EngineError {
        let location = self.table.location();
        if is_conflict(error)
            && let Some(blocked) = blocked_commit(location)
        {
            return blocked;
        }
        let failure = location.error(error);
        if failure.code() != ErrorCode::DeltaTableUnreadable {
            return failure;
        }
        let said = location
            .storage_options()
            .redact(&crate::failure::text_of(error));
        EngineError::new(
            ErrorCode::QueryFailed,
            format!("{statement} of {} failed: {said}", location.name()),
        )
        .with_detail("location", location.url().to_string())
    }
}

/// The number of rows of a version that the condition holds for.
async fn count(
    state: &SessionState,
    snapshot: &TableSnapshot,
    predicate: Option<Expr>,
) -> QueryResult<usize> {
    let source = provider_as_source(Arc::new(snapshot.scan.clone()));
    let mut rows = LogicalPlanBuilder::scan("t", source, None)?;
    if let Some(predicate) = predicate {
        rows = rows.filter(predicate)?;
    }
    let rows = DataFrame::new(state.clone(), rows.build()?);
    Box::pin(rows.count()).await
}

fn column_named(name: String) -> datafusion::common::Column {
    datafusion::common::Column::new_unqualified(name)
}

fn with_clause(
    merge: MergeBuilder,
    kind: MergeIntoClauseKind,
    predicate: Option<Expr>,
    action: MergeIntoAction,
    columns: &SchemaRef,
) -> Result<MergeBuilder, DeltaTableError> {
    let kind = kind.canonical();
    match (kind, action) {
        (MergeIntoClauseKind::Matched, MergeIntoAction::Update(assignments)) => {
            merge.when_matched_update(|update| set(update, predicate, assignments))
        }
        (MergeIntoClauseKind::Matched, MergeIntoAction::Delete) => {
            merge.when_matched_delete(|delete| match predicate {
                Some(predicate) => delete.predicate(predicate),
                None => delete,
            })
        }
        (MergeIntoClauseKind::NotMatchedBySource, MergeIntoAction::Update(assignments)) => {
            merge.when_not_matched_by_source_update(|update| set(update, predicate, assignments))
        }
        (MergeIntoClauseKind::NotMatchedBySource, MergeIntoAction::Delete) => merge
            .when_not_matched_by_source_delete(|delete| match predicate {
                Some(predicate) => delete.predicate(predicate),
                None => delete,
            }),
        (
            MergeIntoClauseKind::NotMatchedByTarget,
            MergeIntoAction::Insert {
                columns: named,
                values,
            },
        ) => merge.when_not_matched_insert(|mut insert: InsertBuilder| {
            if let Some(predicate) = predicate {
                insert = insert.predicate(predicate);
            }
            let named = if named.is_empty() {
                columns
                    .fields()
                    .iter()
                    .map(|field| field.name().clone())
                    .collect()
            } else {
                named
            };
            named
                .into_iter()
                .zip(values)
                .fold(insert, |insert, (column, value)| {
                    insert.set(column_named(column), value)
                })
        }),
        (kind, action) => Err(DeltaTableError::generic(format!(
            "a clause WHEN {kind:?} can't have the action {action:?}"
        ))),
    }
}

fn set(
    mut update: UpdateBuilder,
    predicate: Option<Expr>,
    assignments: Vec<(String, Expr)>,
) -> UpdateBuilder {
    if let Some(predicate) = predicate {
        update = update.predicate(predicate);
    }
    assignments
        .into_iter()
        .fold(update, |update, (column, value)| {
            update.update(column_named(column), value)
        })
}

/// A logical plan of what the physical one gives; `rows` counts it.
fn rows_of(input: &Arc<dyn ExecutionPlan>, rows: &Arc<AtomicU64>) -> QueryResult<LogicalPlan> {
    let schema = input.schema();
    let partitions = (0..input.output_partitioning().partition_count())
        .map(|partition| {
            Arc::new(PlannedPartition {
                plan: Arc::clone(input),
                partition,
                schema: Arc::clone(&schema),
                rows: Arc::clone(rows),
            }) as Arc<dyn PartitionStream>
        })
        .collect();
    let table = StreamingTable::try_new(schema, partitions)?;
    LogicalPlanBuilder::scan("rows", provider_as_source(Arc::new(table)), None)?.build()
}

/// One partition of a physical plan.
#[derive(Debug)]
struct PlannedPartition {
    plan: Arc<dyn ExecutionPlan>,
    partition: usize,
    schema: SchemaRef,
    rows: Arc<AtomicU64>,
}

impl PartitionStream for PlannedPartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        match self.plan.execute(self.partition, context) {
            Ok(stream) => {
                let rows = Arc::clone(&self.rows);
                let counted = stream.inspect(move |batch| {
                    let count = batch.as_ref().map_or(0, |batch| batch.num_rows() as u64);
                    rows.fetch_add(count, Ordering::AcqRel);
                });
                Box::pin(RecordBatchStreamAdapter::new(schema, counted))
            }
            Err(error) => {
                let failed = futures::stream::once(std::future::ready(Err(error)));
                Box::pin(RecordBatchStreamAdapter::new(schema, failed))
            }
        }
    }
}
