//! Events recorded into real tables.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use codeanatomy_delta::TableLocation;
use codeanatomy_delta::operations::{CommitOptions, Source, WriteOptions, append};
use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::{Profile, new_session};
use codeanatomy_schema::decode;
use datafusion::execution::context::SessionContext;
use serde_json::{Value, json};

use super::{
    CacheInventoryEntry, InternalTable, RecordedArtifacts, record_artifacts, record_artifacts_json,
};

fn session() -> SessionContext {
    new_session(&Profile::resolve(&[]).unwrap()).unwrap()
}

fn entry(view: &str) -> Value {
    json!({"view_name": view, "cache_policy": "delta", "cache_path": "/cache"})
}

async fn recorded(
    root: &Path,
    entry: &Value,
    commit: &CommitOptions,
) -> Result<RecordedArtifacts, EngineError> {
    let entry: CacheInventoryEntry = decode(&entry.to_string(), "entry")?;
    record_artifacts(&session(), &root.display().to_string(), &[entry], commit).await
}

async fn rows(root: &Path, table: InternalTable, sql: &str) -> RecordBatch {
    let context = session();
    let path = table.path(&root.display().to_string()).unwrap();
    let frame = context
        .sql(&sql.replace('$', &format!("read_delta('{path}')")))
        .await
        .unwrap();
    let schema = Arc::clone(frame.schema().inner());
    arrow::compute::concat_batches(&schema, &frame.collect().await.unwrap()).unwrap()
}

async fn texts(root: &Path, table: InternalTable, sql: &str) -> Vec<String> {
    let batch = rows(root, table, sql).await;
    (0..batch.num_columns())
        .map(|column| array_value_to_string(batch.column(column), 0).unwrap())
        .collect()
}

#[tokio::test]
async fn each_table_takes_its_events() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().display().to_string();
    let context = session();
    for (table, artifact, sql, expected) in [
        (
            InternalTable::CacheInventory,
            json!({"view_name": "v", "cache_policy": "delta", "cache_path": "/c", "event_time_unix_ms": 5, "partition_by": ["a", "b"]}),
            "select view_name, event_time_unix_ms, partition_by, run_id from $",
            &["v", "5", "[a, b]", ""][..],
        ),
        (
            InternalTable::DeltaSnapshots,
            json!({"table_uri": "/t", "dataset_name": "d", "snapshot": {
                "version": 3, "min_reader_version": 1, "min_writer_version": 7, "writer_features": ["appendOnly"],
                "properties": {"delta.appendOnly": "true"}, "partition_by": ["p"], "columns": [{"name": "a"}], "files": 2,
            }}),
            "select delta_version, writer_features, table_properties, partition_columns, schema_msgpack, reader_features from $",
            &[
                "3",
                "[appendOnly]",
                "{delta.appendOnly: true}",
                "[p]",
                "9181a46e616d65a161",
                "",
            ],
        ),
        (
            InternalTable::DeltaMutations,
            json!({"table_uri": "/t", "operation": "append", "commit_metadata": {"k": "v"}, "metrics": {"rows": 3}}),
            "select operation, commit_metadata, metrics_msgpack, dataset_name from $",
            &["append", "{k: v}", "81a4726f777303", ""],
        ),
        (
            InternalTable::DeltaScanPlans,
            json!({"table_uri": "/t", "dataset_name": "d", "total_files": 3, "candidate_files": 1, "pruned_files": 2, "pushed_filters": ["a = 1"]}),
            "select dataset_name, pruned_files, pushed_filters, delta_protocol_msgpack from $",
            &["d", "2", "[a = 1]", ""],
        ),
        (
            InternalTable::DeltaMaintenance,
            json!({"table_uri": "/t", "operation": "vacuum", "dry_run": true, "retention_hours": 168}),
            "select operation, dry_run, retention_hours, metrics_msgpack from $",
            &["vacuum", "true", "168", "c0"],
        ),
    ] {
        let commit = CommitOptions::default();
        let artifacts = [artifact.to_string(), artifact.to_string()];
        let first = record_artifacts_json(&context, &root, table.name(), &artifacts, &commit)
            .await
            .unwrap();
        assert_eq!((first.version, first.rows, first.skipped), (0, 2, false));
        let second = record_artifacts_json(&context, &root, table.name(), &artifacts[..1], &commit)
            .await
            .unwrap();
        assert_eq!((second.version, second.rows), (1, 1));
        assert_eq!(
            texts(directory.path(), table, sql).await,
            expected,
            "{table:?}"
        );
        let all = rows(directory.path(), table, "select * from $").await;
        assert_eq!(all.num_rows(), 3);
        assert_eq!(all.num_columns(), table.schema().fields().len());
    }
}

#[tokio::test]
async fn the_time_is_now_unless_it_is_stated() {
    let directory = tempfile::tempdir().unwrap();
    recorded(directory.path(), &entry("v"), &CommitOptions::default())
        .await
        .unwrap();
    let batch = rows(
        directory.path(),
        InternalTable::CacheInventory,
        "select event_time_unix_ms from $",
    )
    .await;
    let time = batch.column(0).as_primitive::<Int64Type>().value(0);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let age = i64::try_from(now).unwrap() - time;
    assert!((0..600_000).contains(&age), "{age}");
}

#[tokio::test]
async fn a_repeated_call_writes_once() {
    let directory = tempfile::tempdir().unwrap();
    let commit = |app_version| CommitOptions {
        app_id: Some("run".to_owned()),
        app_version: Some(app_version),
        ..CommitOptions::default()
    };
    for (number, skipped) in [(1, false), (1, true), (2, false), (2, true), (1, true)] {
        let report = recorded(directory.path(), &entry("v"), &commit(number))
            .await
            .unwrap();
        assert_eq!(report.skipped, skipped, "{number}");
    }
    let all = rows(
        directory.path(),
        InternalTable::CacheInventory,
        "select * from $",
    )
    .await;
    assert_eq!(all.num_rows(), 2);
}

#[tokio::test]
async fn a_table_that_lacks_columns_gets_them_and_keeps_its_rows() {
    let directory = tempfile::tempdir().unwrap();
    let path = InternalTable::CacheInventory
        .path(&directory.path().display().to_string())
        .unwrap();
    let context = session();
    let old = "select arrow_cast(1, 'Int64') as event_time_unix_ms, 'old' as view_name, 'p' as cache_policy, 'c' as cache_path, nullif(9, 0) as of_a_newer_version";
    write(&context, &path, old).await;
    for version in [1, 2] {
        let report = recorded(directory.path(), &entry("new"), &CommitOptions::default())
            .await
            .unwrap();
        assert_eq!(report.version, version);
    }
    let sql =
        "select view_name, of_a_newer_version, partition_by from $ order by event_time_unix_ms";
    let batch = rows(directory.path(), InternalTable::CacheInventory, sql).await;
    assert_eq!(batch.num_rows(), 3);
    assert_eq!(array_value_to_string(batch.column(0), 0).unwrap(), "old");
    assert_eq!(
        (batch.column(1).null_count(), batch.column(2).null_count()),
        (2, 3)
    );
}

#[tokio::test]
async fn a_table_of_other_types_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = InternalTable::CacheInventory
        .path(&directory.path().display().to_string())
        .unwrap();
    write(
        &session(),
        &path,
        "select 'yesterday' as event_time_unix_ms, 'v' as view_name",
    )
    .await;
    let error = recorded(directory.path(), &entry("v"), &CommitOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeltaSchemaMismatch);
    assert!(
        error
            .message()
            .contains("'event_time_unix_ms' is Utf8, and has to be Int64"),
        "{error}"
    );
    let kept = rows(
        directory.path(),
        InternalTable::CacheInventory,
        "select * from $",
    )
    .await;
    assert_eq!((kept.num_rows(), kept.num_columns()), (1, 2));
}

#[tokio::test]
async fn a_damaged_log_is_told_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    recorded(directory.path(), &entry("v"), &CommitOptions::default())
        .await
        .unwrap();
    let path = InternalTable::CacheInventory
        .path(&directory.path().display().to_string())
        .unwrap();
    let log = Path::new(&path).join("_delta_log/00000000000000000000.json");
    std::fs::write(&log, "{damaged").unwrap();
    let error = recorded(directory.path(), &entry("v"), &CommitOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeltaTableUnreadable, "{error}");
    assert_eq!(std::fs::read_to_string(&log).unwrap(), "{damaged");
}

#[tokio::test]
async fn many_at_once_lose_no_row() {
    let directory = tempfile::tempdir().unwrap();
    let runs = (0..12).map(|number| {
        let root = directory.path();
        async move {
            recorded(
                root,
                &entry(&format!("v{number}")),
                &CommitOptions::default(),
            )
            .await
        }
    });
    let mut versions: Vec<_> = futures::future::join_all(runs)
        .await
        .into_iter()
        .map(|outcome| outcome.unwrap().version)
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (0..12).collect::<Vec<_>>());
    let all = rows(
        directory.path(),
        InternalTable::CacheInventory,
        "select distinct view_name from $",
    )
    .await;
    assert_eq!(all.num_rows(), 12);
}

#[tokio::test]
async fn wrong_calls_are_told() {
    let context = session();
    let commit = CommitOptions::default();
    for (root, table, artifacts, code) in [
        (
            "r",
            "datafusion_view_cache",
            vec![],
            ErrorCode::InvalidOption,
        ),
        (
            " ",
            InternalTable::CacheInventory.name(),
            vec![entry("v").to_string()],
            ErrorCode::InvalidOption,
        ),
        (
            "r",
            InternalTable::CacheInventory.name(),
            vec![],
            ErrorCode::InvalidOption,
        ),
        (
            "r",
            InternalTable::CacheInventory.name(),
            vec!["{}".to_owned()],
            ErrorCode::SchemaFieldMissing,
        ),
        (
            "r",
            InternalTable::DeltaMutations.name(),
            vec![entry("v").to_string()],
            ErrorCode::SchemaFieldUnknown,
        ),
    ] {
        let error = record_artifacts_json(&context, root, table, &artifacts, &commit)
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(
            error.hint().is_some() || code != ErrorCode::InvalidOption,
            "{error}"
        );
    }
    assert!(!Path::new("r").exists());
}

/// Writes a Delta table with the rows of a query.
async fn write(context: &SessionContext, path: &str, sql: &str) {
    let plan = context.sql(sql).await.unwrap().into_unoptimized_plan();
    let location = TableLocation::parse(path, []).unwrap();
    let source = Source::from_logical_plan(plan);
    append(&location, context, source, WriteOptions::default())
        .await
        .unwrap();
}
