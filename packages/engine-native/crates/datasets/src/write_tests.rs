//! Writes real Delta tables through datasets.

use std::path::Path;

use codeanatomy_delta::operations::Source;
use codeanatomy_errors::ErrorCode;
use codeanatomy_runtime::{Profile, new_session};
use codeanatomy_schema::decode;
use datafusion::execution::context::SessionContext;
use serde_json::{Value, json};

use crate::staged_rows::stage;
use crate::{
    DatasetResolutionRequest, DatasetWriteOptions, DatasetWriteReport, maintain_dataset,
    register_datasets, registered_request, write_dataset,
};

fn session() -> SessionContext {
    new_session(&Profile::resolve(&[]).unwrap()).unwrap()
}

fn request(path: &Path, spec: &Value) -> DatasetResolutionRequest {
    let location = json!({"path": path, "dataset_spec": spec});
    decode(
        &json!({"name": "d", "location": location}).to_string(),
        "request",
    )
    .unwrap()
}

async fn written(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
    sql: &str,
) -> codeanatomy_errors::Result<DatasetWriteReport> {
    let rows = context.sql(sql).await.unwrap().into_unoptimized_plan();
    let source = Source::from_logical_plan(rows);
    write_dataset(context, request, source, DatasetWriteOptions::default()).await
}

#[tokio::test]
async fn staged_rows_are_the_rows_however_often_they_are_read() {
    let context = session();
    for (sql, expected) in [
        ("select value as n from generate_series(1, 20000)", 20_000),
        (
            "select value % 97 as n, count(*) as rows from generate_series(1, 9000) group by 1",
            97,
        ),
        ("select 1 as n where false", 0),
    ] {
        let plan = context.sql(sql).await.unwrap().into_unoptimized_plan();
        let staged = stage(&context.state(), &plan).await.unwrap();
        assert_eq!(staged.rows, expected, "{sql}");
        for _ in 0..2 {
            let rows = context
                .execute_logical_plan(staged.plan.clone())
                .await
                .unwrap();
            assert_eq!(rows.count().await.unwrap() as u64, expected, "{sql}");
        }
    }
}

#[tokio::test]
async fn rows_are_refused_or_made_one_and_committed_once() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    let path = directory.path().join("t");
    let contract = json!({
        "name": "c",
        "table_schema": {"fields": [{"name": "id", "type": "Int64"}, {"name": "n", "type": "Int64"}]},
        "dedupe": {"keys": ["id"], "strategy": "keep_best_by_score", "tie_breakers": [{"column": "n", "order": "descending"}]},
        "validation": {"rules": [{"kind": "range", "column": "n", "max": 5}, {"kind": "unique", "columns": ["id"]}]},
    });
    let dataset = request(&path, &json!({"name": "d", "contract_spec": contract}));
    let refused = written(&context, &dataset, "select 1 as id, 9 as n")
        .await
        .unwrap();
    assert!(refused.write.is_none());
    assert!(!refused.validation.unwrap().passed);
    assert!(!path.exists());
    let rows = "select * from (values (1, 2), (1, null), (null, 3), (null, 4)) as t(id, n)";
    let report = written(&context, &dataset, rows).await.unwrap();
    assert_eq!(report.rows_read, Some(4));
    assert_eq!(report.write.unwrap().rows, 2);
    register_datasets(&context, std::slice::from_ref(&dataset), false)
        .await
        .unwrap();
    let sum = "select n from d order by n";
    let batches = context.sql(sum).await.unwrap().collect().await.unwrap();
    let text = datafusion::arrow::util::pretty::pretty_format_batches(&batches).unwrap();
    assert_eq!(
        text.to_string().lines().skip(3).take(2).collect::<Vec<_>>(),
        ["| 2 |", "| 4 |"]
    );
    // The key is in the dataset already.
    let known = written(&context, &dataset, "select 1 as id, 1 as n")
        .await
        .unwrap();
    assert!(known.write.is_none());
    assert_eq!(registered_request(&context, "d").unwrap(), dataset);
    assert_eq!(
        registered_request(&context, "e").unwrap_err().code(),
        ErrorCode::DatasetNotFound
    );
}

#[tokio::test]
async fn maintenance_tells_what_is_due_before_it_is_done() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    let path = directory.path().join("t");
    let plain = request(&path, &json!({"name": "d"}));
    for _ in 0..2 {
        written(&context, &plain, "select 1 as id").await.unwrap();
    }
    let policies = json!({"delta": {"maintenance_policy": {"total_file_threshold": 2}}});
    let due = request(&path, &json!({"name": "d", "policies": policies}));
    let told = maintain_dataset(&context, &due, true).await.unwrap();
    assert_eq!(
        (told.version, told.steps.len(), told.steps[0].done),
        (1, 1, false)
    );
    let done = maintain_dataset(&context, &due, false).await.unwrap();
    assert_eq!(
        (done.version, done.steps[0].step, done.steps[0].done),
        (2, "optimize", true)
    );
    assert!(
        maintain_dataset(&context, &due, true)
            .await
            .unwrap()
            .steps
            .is_empty()
    );
}
