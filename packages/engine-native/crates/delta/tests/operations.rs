//! Operations from Rust: the sources that Python does not have, the session that is used, errors by code.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails where something is not as it must be, and has the process to itself"
)]

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, RecordBatchIterator};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_delta::operations::{
    CommitOptions, DeleteOptions, MergeAction, MergeClause, MergeOptions, MergeWhen, Request,
    Source, Target, WriteOptions, append, delete, merge, run, snapshot,
};
use codeanatomy_delta::{TableLocation, TablePin};
use codeanatomy_errors::{EngineError, ErrorCode};
use datafusion::execution::context::SessionContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionConfig;

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, true)]))
}

fn batch(values: impl IntoIterator<Item = i64>) -> RecordBatch {
    let values = Int64Array::from_iter_values(values);
    RecordBatch::try_new(schema(), vec![Arc::new(values)]).unwrap()
}

fn rows(values: std::ops::Range<i64>) -> Source {
    let batches = [Ok(batch(values))];
    Source::from_reader(Box::new(RecordBatchIterator::new(batches, schema()))).unwrap()
}

fn location(directory: &Path) -> TableLocation {
    TableLocation::directory(&directory.join("table")).unwrap()
}

/// The ids of the table, sorted, read through the session of a reader.
async fn ids(location: &TableLocation) -> Vec<i64> {
    let target = Target::open(location).await.unwrap();
    let provider = target.table().table_provider().await.unwrap();
    let context = SessionContext::new();
    context.register_table("t", provider).unwrap();
    let frame = context.sql("select id from t order by id").await.unwrap();
    let batches = frame.collect().await.unwrap();
    batches
        .iter()
        .flat_map(|batch| {
            let column = batch.column(0).as_any().downcast_ref::<Int64Array>();
            column.unwrap().values().to_vec()
        })
        .collect()
}

async fn physical(context: &SessionContext, sql: &str) -> Arc<dyn ExecutionPlan> {
    let frame = context.sql(sql).await.unwrap();
    frame.create_physical_plan().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_streams_and_readers_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let place = location(directory.path());
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
    let sql = "select value as id from range(0, 4)";
    let logical = context.sql(sql).await.unwrap().into_unoptimized_plan();
    let plan = physical(
        &context,
        "select value as id from range(4, 8) union all select 8",
    )
    .await;
    let stream = physical(&context, "select 9 as id").await;
    let stream = datafusion::physical_plan::execute_stream(stream, context.task_ctx()).unwrap();
    for (source, repeatable, count) in [
        (Source::from_logical_plan(logical), true, 4),
        (Source::from_plan(&plan).unwrap(), true, 5),
        (Source::from_stream(stream).unwrap(), false, 1),
        (rows(10..12), false, 2),
        (Source::empty(schema()).unwrap(), false, 0),
    ] {
        assert_eq!(source.is_repeatable(), repeatable);
        let report = append(&place, &context, source, WriteOptions::default())
            .await
            .unwrap();
        assert_eq!(report.rows, count);
    }
    assert_eq!(ids(&place).await, (0..12).collect::<Vec<_>>());
}

// As a session of one thread would: whatever waits for the only worker would wait for ever.
#[tokio::test]
async fn one_thread_is_enough() {
    let directory = tempfile::tempdir().unwrap();
    let place = location(directory.path());
    let context = SessionContext::new();
    append(&place, &context, rows(0..3), WriteOptions::default())
        .await
        .unwrap();
    let target = Target::open(&place).await.unwrap();
    let options = DeleteOptions {
        predicate: Some("id = 1".to_owned()),
        ..DeleteOptions::default()
    };
    assert_eq!(
        delete(&target, &context, options)
            .await
            .unwrap()
            .rows_deleted,
        Some(1)
    );
    assert_eq!(ids(&place).await, [0, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_read_once_is_read_once_by_a_merge() {
    let directory = tempfile::tempdir().unwrap();
    let place = location(directory.path());
    let context = SessionContext::new();
    append(&place, &context, rows(0..5), WriteOptions::default())
        .await
        .unwrap();
    let options = MergeOptions {
        predicate: "t.id = s.id".to_owned(),
        source_alias: "s".to_owned(),
        target_alias: "t".to_owned(),
        clauses: vec![
            MergeClause {
                when: MergeWhen::Matched,
                action: MergeAction::Delete,
                set: None,
                condition: None,
            },
            MergeClause {
                when: MergeWhen::NotMatched,
                action: MergeAction::Insert,
                set: None,
                condition: Some("s.id < 7".to_owned()),
            },
        ],
        merge_schema: false,
        commit: CommitOptions::default(),
    };
    let target = Target::open(&place).await.unwrap();
    let report = merge(&target, &context, rows(3..9), options).await.unwrap();
    assert_eq!((report.rows_deleted, report.rows_inserted), (2, 2));
    assert_eq!(ids(&place).await, [0, 1, 2, 5, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_target_conflicts_with_a_code_and_a_hint() {
    let directory = tempfile::tempdir().unwrap();
    let place = location(directory.path());
    let context = SessionContext::new();
    append(&place, &context, rows(0..5), WriteOptions::default())
        .await
        .unwrap();
    let stale = Target::open(&place).await.unwrap();
    let options = || DeleteOptions {
        predicate: Some("id > 2".to_owned()),
        ..DeleteOptions::default()
    };
    delete(&stale, &context, options()).await.unwrap();
    let error = delete(&stale, &context, options()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeltaCommitConflict);
    assert!(error.hint().unwrap().contains("run the operation again"));
    assert_eq!(ids(&place).await, [0, 1, 2]);
}

async fn answer(place: &TableLocation, pin: TablePin, json: &str) -> Result<String, EngineError> {
    let request = Request::from_json(json)?;
    let context = SessionContext::new();
    let report = run(place, &pin, &context, request, None).await?;
    Ok(report.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_checked() {
    let directory = tempfile::tempdir().unwrap();
    let place = location(directory.path());
    let context = SessionContext::new();
    append(&place, &context, rows(0..5), WriteOptions::default())
        .await
        .unwrap();
    for (json, what) in [
        ("{}", "missing field"),
        (
            r#"{"operation": "explode", "options": {}}"#,
            "unknown variant",
        ),
        (
            r#"{"operation": "vacuum", "options": {"dry": true}}"#,
            "unknown field `dry`",
        ),
        (r#"{"operation": "append", "options": {}}"#, "needs rows"),
        (
            r#"{"operation": "optimize", "options": {"target_size": 0}}"#,
            "nonzero",
        ),
    ] {
        let error = answer(&place, TablePin::Latest, json).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOption);
        assert!(error.message().contains(what), "{error}");
        assert!(!error.message().contains(" line "), "{error}");
    }
    let checkpoint = r#"{"operation": "checkpoint", "options": {}}"#;
    assert!(
        answer(&place, TablePin::Version(0), checkpoint)
            .await
            .is_err()
    );
    assert!(answer(&place, TablePin::Latest, checkpoint).await.is_ok());
    let described = snapshot(&Target::open(&place).await.unwrap()).unwrap();
    assert_eq!((described.rows, described.files), (Some(5), 1));
}
