//! Counts and checks what a build wrote, before it is published.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type};
use codeanatomy_delta::PendingTable;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::context::SessionContext;
use datafusion::prelude::ParquetReadOptions;

use crate::report::{CallReport, FileReport};

/// The tables that are written and not yet published.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) tables: BTreeMap<&'static str, PendingTable>,
}

impl Written {
    /// Registers the written files, so that what is checked is what readers will get.
    pub(crate) async fn register(&self, session: &SessionContext) -> Result<()> {
        for (name, pending) in &self.tables {
            let paths: Vec<_> = pending
                .files()
                .map(|path| path.to_string_lossy().into_owned())
                .collect();
            let registered = if paths.is_empty() {
                let empty = EmptyTable::new(Arc::clone(pending.schema()));
                session.register_table(*name, Arc::new(empty)).map(drop)
            } else {
                let frame = session
                    .read_parquet(paths, ParquetReadOptions::default())
                    .await;
                frame.and_then(|frame| session.register_table(*name, frame.into_view()).map(drop))
            };
            registered.map_err(|error| unreadable(name, error))?;
        }
        Ok(())
    }
}

fn unreadable(name: &str, error: datafusion::error::DataFusionError) -> EngineError {
    EngineError::new(
        ErrorCode::WriteFailed,
        format!("what was written of '{name}' can't be read back: {error}"),
    )
    .with_hint("check the disk of the output directory")
    .with_source(error)
}

/// What the report says of files, calls and text.
pub(crate) async fn counts(session: &SessionContext) -> Result<(FileReport, CallReport, u64)> {
    let mut files = FileReport::default();
    let mut text_bytes = 0;
    let sql =
        "SELECT status, count(*), coalesce(sum(text_bytes), 0) FROM repo_files GROUP BY status";
    for batch in run(session, sql).await? {
        for row in 0..batch.num_rows() {
            let count = number(&batch, 1, row);
            files.total += count;
            files
                .by_status
                .insert(text(&batch, 0, row).unwrap_or_default(), count);
            text_bytes += number(&batch, 2, row);
        }
    }
    let mut calls = CallReport::default();
    let sql = "SELECT resolution, reason, target_def_id IS NOT NULL AS is_internal, count(*) \
               FROM py_calls GROUP BY ALL";
    for batch in run(session, sql).await? {
        for row in 0..batch.num_rows() {
            let count = number(&batch, 3, row);
            calls.total += count;
            if let Some(reason) = text(&batch, 1, row) {
                *calls.by_reason.entry(reason).or_default() += count;
            } else if let Some(resolution) = text(&batch, 0, row) {
                calls.resolved += count;
                *calls.by_resolution.entry(resolution).or_default() += count;
            }
            if batch.column(2).as_boolean().value(row) {
                calls.internal += count;
            }
        }
    }
    Ok((files, calls, text_bytes))
}

/// The invariants of the graph, each as a query for the rows that break it.
const INVARIANTS: &[(&str, &str)] = &[
    (
        "both ends of every edge are nodes",
        "SELECT edge_id, edge_kind, src_node_id, dst_node_id, path, line FROM cpg_edges AS e \
         WHERE src_node_id IS NULL OR dst_node_id IS NULL \
         OR NOT EXISTS (SELECT 1 FROM cpg_nodes AS n WHERE n.node_id = e.src_node_id) \
         OR NOT EXISTS (SELECT 1 FROM cpg_nodes AS n WHERE n.node_id = e.dst_node_id)",
    ),
    (
        "node ids are unique",
        "SELECT node_id, count(*) AS rows FROM cpg_nodes GROUP BY node_id HAVING count(*) > 1",
    ),
    (
        "edge ids are unique",
        "SELECT edge_id, count(*) AS rows FROM cpg_edges GROUP BY edge_id HAVING count(*) > 1",
    ),
    (
        "definition ids are unique",
        "SELECT def_id, count(*) AS rows FROM py_defs GROUP BY def_id HAVING count(*) > 1",
    ),
    (
        "spans lie inside their file",
        "SELECT n.node_id, n.node_kind, n.path, n.bstart, n.bend FROM cpg_nodes AS n \
         JOIN repo_files AS f ON f.file_id = n.file_id \
         WHERE n.bstart < 0 OR n.bstart > n.bend OR n.bend > coalesce(f.text_bytes, f.size_bytes)",
    ),
    (
        "children lie inside their parents",
        "SELECT c.node_id, c.node_kind, c.path, c.bstart, c.bend, p.bstart AS parent_bstart, p.bend AS parent_bend \
         FROM cpg_edges AS e JOIN cpg_nodes AS c ON c.node_id = e.dst_node_id \
         JOIN cpg_nodes AS p ON p.node_id = e.src_node_id \
         WHERE e.edge_kind = 'AST' AND (c.bstart < p.bstart OR c.bend > p.bend)",
    ),
    (
        "every call has a target or a reason",
        "SELECT call_id, path, line FROM py_calls WHERE (resolution IS NULL) = (reason IS NULL)",
    ),
    (
        "every row belongs to a file",
        "SELECT path FROM py_defs WHERE file_id NOT IN (SELECT file_id FROM repo_files) \
         UNION ALL SELECT path FROM py_refs WHERE file_id NOT IN (SELECT file_id FROM repo_files) \
         UNION ALL SELECT path FROM py_diagnostics WHERE file_id NOT IN (SELECT file_id FROM repo_files)",
    ),
    (
        "every file with errors has a diagnostic",
        "SELECT path, status FROM repo_files WHERE status NOT IN ('parsed', 'not_python') \
         AND file_id NOT IN (SELECT file_id FROM py_diagnostics)",
    ),
];

/// Checks the invariants; the error names the first that does not hold, with an example.
pub(crate) async fn invariants(session: &SessionContext) -> Result<()> {
    for (name, sql) in INVARIANTS {
        let broken = run(session, &format!("{sql} LIMIT 3")).await?;
        if broken.iter().any(|batch| batch.num_rows() > 0) {
            let example = arrow::util::pretty::pretty_format_batches(&broken)
                .map_or_else(|error| error.to_string(), |table| table.to_string());
            return Err(EngineError::new(
                ErrorCode::InvariantBroken,
                format!("the graph breaks the invariant '{name}':\n{example}"),
            )
            .with_detail("invariant", *name)
            .with_hint("this is a bug of CodeAnatomy: please report it with the lines above"));
        }
    }
    Ok(())
}

async fn run(session: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    let result = async { session.sql(sql).await?.collect().await };
    result.await.map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("the written tables can't be checked: {error}"),
        )
        .with_source(error)
    })
}

fn number(batch: &RecordBatch, column: usize, row: usize) -> u64 {
    let values = batch.column(column).as_primitive::<Int64Type>();
    u64::try_from(values.value(row)).unwrap_or(0)
}

fn text(batch: &RecordBatch, column: usize, row: usize) -> Option<String> {
    let values = arrow::compute::cast(batch.column(column), &DataType::Utf8).ok()?;
    values
        .is_valid(row)
        .then(|| values.as_string::<i32>().value(row).to_owned())
}
