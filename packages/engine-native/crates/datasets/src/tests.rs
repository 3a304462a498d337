//! Resolves real files and Delta tables in real sessions.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::{Profile, new_session};
use codeanatomy_schema::{DatasetProvider, Origin, decode};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::execution::context::SessionContext;
use serde_json::{Value, json};

use crate::{
    DatasetResolution, DatasetResolutionRequest, FileCounts, SchemaOrigin, register_datasets,
    registered_datasets, resolve_dataset_provider,
};

fn session() -> SessionContext {
    new_session(&Profile::resolve(&[]).unwrap()).unwrap()
}

fn request(value: &Value) -> DatasetResolutionRequest {
    decode(&value.to_string(), "request").unwrap()
}

async fn resolved(context: &SessionContext, value: &Value) -> DatasetResolution {
    resolve_dataset_provider(context, &request(value))
        .await
        .unwrap()
}

async fn refused(context: &SessionContext, value: &Value) -> EngineError {
    let error = resolve_dataset_provider(context, &request(value))
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DatasetUnresolved);
    error
}

async fn count(context: &SessionContext, sql: &str) -> i64 {
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let column = batches[0].column(0).as_any().downcast_ref::<Int64Array>();
    column.unwrap().value(0)
}

/// Hive directories of Parquet files: three days of two rows.
async fn write_days(context: &SessionContext, directory: &Path) {
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("name", DataType::Utf8, true),
        Field::new("day", DataType::Utf8, true),
    ]));
    let batch = RecordBatch::try_new(
        schema,
        vec![
            Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5, 6])),
            Arc::new(StringArray::from(vec!["a", "b", "c", "d", "e", "f"])),
            Arc::new(StringArray::from(vec!["1", "1", "2", "2", "3", "3"])),
        ],
    )
    .unwrap();
    let frame = context.read_batch(batch).unwrap();
    frame
        .write_parquet(
            directory.to_str().unwrap(),
            DataFrameWriteOptions::new().with_partition_by(vec!["day".to_owned()]),
            None,
        )
        .await
        .unwrap();
}

async fn delta_table(context: &SessionContext, directory: &Path) {
    let statement = format!(
        "create external table made (id bigint, day varchar) stored as delta partitioned by (day) location '{}'",
        directory.display()
    );
    context
        .sql(&statement)
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    for values in ["(1, 'x')", "(2, 'y'), (3, 'y')"] {
        let insert = format!("insert into made values {values}");
        context.sql(&insert).await.unwrap().collect().await.unwrap();
    }
    context.deregister_table("made").unwrap();
}

#[tokio::test]
async fn files_are_listed_pruned_and_explained() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    write_days(&context, directory.path()).await;
    let resolution = resolved(
        &context,
        &json!({
            "name": "days",
            "location": {"path": directory.path(), "format": "parquet"},
            "policy": {"listing": {"collect_statistics": false, "list_files_cache_ttl": "1h"}},
            "call": {"datafusion_scan": {"pushdown_filters": true}},
            "predicate": "day = '2' and id > 3",
        }),
    )
    .await;
    let report = &resolution.report;
    assert_eq!(report.provider_kind, DatasetProvider::Listing);
    assert_eq!(report.schema_origin, SchemaOrigin::Files);
    let names: Vec<_> = report
        .schema
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(names, ["id", "name", "day"]);
    let total = report.files.unwrap().total;
    assert_eq!(
        report.files.unwrap(),
        FileCounts {
            total,
            selected: 1,
            pruned: total - 1
        }
    );
    let said: Vec<_> = report
        .filters
        .iter()
        .map(|filter| filter.pushdown)
        .collect();
    assert_eq!(said[0], "exact");
    let scan = &report.options.datafusion_scan;
    assert_eq!(scan.origin("collect_statistics"), Some(Origin::Policy));
    assert_eq!(scan.origin("pushdown_filters"), Some(Origin::Call));
    assert_eq!(scan.origin("skip_metadata"), Some(Origin::Default));

    context.register_table("days", resolution.provider).unwrap();
    assert_eq!(
        count(&context, "select count(*) from days where day = '2'").await,
        2
    );
    let insert = context.sql("insert into days values (7, 'g', '1')").await;
    let error = match insert {
        Ok(frame) => frame.collect().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.to_string().contains("listing_mutable"), "{error}");
}

#[tokio::test]
async fn options_do_what_they_say() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    write_days(&context, directory.path()).await;
    let base = |spec: Value| {
        json!({
            "name": "days",
            "location": {
                "path": directory.path(),
                "format": "parquet",
                "dataset_spec": spec,
            },
        })
    };
    let shaped = resolved(
        &context,
        &base(json!({
            "name": "days",
            "predicate": "id > 2",
            "derived_fields": [{"name": "loud", "sql": "upper(name)"}],
            "policies": {"datafusion_scan": {
                "projection_exprs": ["id", "loud || '!' as cry"],
                "cache": true,
            }},
        })),
    )
    .await;
    context.register_table("shaped", shaped.provider).unwrap();
    assert_eq!(
        count(&context, "select count(*) from shaped where cry = 'D!'").await,
        1
    );
    assert_eq!(count(&context, "select count(*) from shaped").await, 4);

    let stated = resolved(
        &context,
        &base(json!({
            "name": "days",
            "policies": {"datafusion_scan": {
                "partition_cols": [{"name": "day", "type": "Int32"}],
                "schema_force_view_types": false,
            }},
        })),
    )
    .await;
    let types: Vec<_> = stated
        .provider
        .schema()
        .fields()
        .iter()
        .map(|field| field.data_type().clone())
        .collect();
    assert_eq!(types, [DataType::Int64, DataType::Utf8, DataType::Int32]);

    let declared = resolved(
        &context,
        &base(json!({
            "name": "days",
            "table_spec": {"schema": {"fields": [
                {"name": "id", "type": "Int32"}, {"name": "extra", "type": "Utf8"}
            ]}},
            "policies": {"datafusion_scan": {"partition_cols": []}},
        })),
    )
    .await;
    assert_eq!(declared.report.schema_origin, SchemaOrigin::TableSpec);
    context
        .register_table("declared", declared.provider)
        .unwrap();
    assert_eq!(
        count(
            &context,
            "select count(*) from declared where extra is null and id > 5"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn new_files_are_seen_when_the_listing_expires() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("a.csv", "id;name\n1;x\n");
    let csv = resolved(
        &context,
        &json!({
            "name": "rows",
            "location": {
                "path": directory.path(),
                "format": "csv",
                "read_options": {"has_header": "true", "delimiter": ";"},
            },
            "policy": {"listing": {"list_files_cache_ttl": "1ms"}},
        }),
    )
    .await;
    context.register_table("rows", csv.provider).unwrap();
    assert_eq!(count(&context, "select count(name) from rows").await, 1);
    write("b.csv", "id;name\n2;y\n3;z\n");
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(count(&context, "select count(name) from rows").await, 3);
}

#[tokio::test]
async fn delta_tables_are_opened_pinned_and_explained() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    delta_table(&context, directory.path()).await;
    let location = json!({"path": directory.path()});
    let latest = resolved(
        &context,
        &json!({"name": "t", "location": location, "predicate": "day = 'y'"}),
    )
    .await;
    let report = &latest.report;
    assert_eq!(report.provider_kind, DatasetProvider::Delta);
    assert_eq!(report.delta_snapshot.as_ref().unwrap().protocol.version, 2);
    assert_eq!(
        report.files,
        Some(FileCounts {
            total: 2,
            selected: 1,
            pruned: 1
        })
    );
    assert!(
        report
            .schema
            .iter()
            .all(|field| field.name != "source_file")
    );
    assert_eq!(report.delta_scan_identity_hash.as_ref().unwrap().len(), 32);

    let mut pinned = json!({"name": "t", "location": location});
    pinned["location"]["delta_version"] = json!(1);
    pinned["call"] = json!({"delta": {"scan": {"file_column_name": "source_file"}}});
    let pinned = resolved(&context, &pinned).await;
    assert!(
        pinned
            .report
            .schema
            .iter()
            .any(|field| field.name == "source_file")
    );
    assert_ne!(
        pinned.report.delta_scan_identity_hash,
        report.delta_scan_identity_hash
    );
    context.register_table("pinned", pinned.provider).unwrap();
    assert_eq!(count(&context, "select count(*) from pinned").await, 1);

    let bad = resolved(
        &context,
        &json!({"name": "t", "location": location, "predicate": "not_a_column > 5"}),
    )
    .await;
    assert!(bad.report.predicate_error.unwrap().contains("not_a_column"));

    let files = codeanatomy_delta::operations::files(
        &codeanatomy_delta::operations::Target::open(
            &codeanatomy_delta::TableLocation::directory(directory.path()).unwrap(),
        )
        .await
        .unwrap(),
    )
    .unwrap();
    let chosen = resolved(
        &context,
        &json!({"name": "t", "location": location, "scan_files": [files[0].path]}),
    )
    .await;
    assert_eq!(chosen.report.add_actions.len(), 1);
    assert_eq!(chosen.report.files.unwrap().total, 1);
    context.register_table("chosen", chosen.provider).unwrap();
    let error = context
        .sql("insert into chosen (id, day) values (9, 'z')")
        .await
        .unwrap()
        .collect()
        .await;
    assert!(error.unwrap_err().to_string().contains("some files"));
}

#[tokio::test]
async fn what_can_not_be_resolved_says_why_and_what_to_do() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    let table = directory.path().join("table");
    std::fs::create_dir(&table).unwrap();
    delta_table(&context, &table).await;
    let plain = directory.path().join("plain");
    write_days(&context, &plain).await;
    let empty = directory.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    for (location, cause) in [
        (
            json!({"path": directory.path().join("gone")}),
            "delta-table-not-found",
        ),
        (
            json!({"path": directory.path().join("gone"), "format": "csv"}),
            "dataset-not-found",
        ),
        (json!({"path": empty, "format": "csv"}), "dataset-not-found"),
        (json!({"path": plain}), "delta-table-not-found"),
        (
            json!({"path": table, "format": "parquet"}),
            "dataset-format-mismatch",
        ),
        (
            json!({"path": table, "delta_version": 99}),
            "delta-version-not-found",
        ),
        (
            json!({"path": table, "overrides": {"delta": {"feature_gate": {"required_reader_features": ["deletionVectors"]}}}}),
            "delta-protocol-insufficient",
        ),
        (
            json!({"path": table, "overrides": {"delta": {"scan": {"file_column_name": "day"}}}}),
            "invalid-option",
        ),
        (
            json!({"path": table, "datafusion_provider": "delta_cdf"}),
            "delta-version-not-found",
        ),
        (
            json!({"path": plain, "format": "parquet", "files": ["../table/x"]}),
            "invalid-option",
        ),
        (
            json!({"path": plain, "format": "parquet", "dataset_spec": {"name": "p", "predicate": "nothing > 1"}}),
            "query-invalid",
        ),
    ] {
        let error = refused(&context, &json!({"name": "d", "location": location})).await;
        assert_eq!(error.details()["cause"], cause, "{error}");
        assert!(
            error
                .message()
                .starts_with("the dataset 'd' can't be resolved: ")
        );
        assert!(error.hint().is_some(), "{error}");
    }
}

#[tokio::test]
async fn secrets_are_in_no_report_and_no_error() {
    let context = session();
    let error = refused(
        &context,
        &json!({"name": "d", "location": {
            "path": "/nowhere/at/all",
            "storage_options": {"aws_secret_access_key": "hunter2"},
        }}),
    )
    .await;
    assert!(!format!("{error:?}").contains("hunter2"));
    let directory = tempfile::tempdir().unwrap();
    delta_table(&context, directory.path()).await;
    let resolution = resolved(
        &context,
        &json!({"name": "d", "location": {
            "path": directory.path(),
            "storage_options": {"aws_secret_access_key": "hunter2"},
        }}),
    )
    .await;
    let shown = serde_json::to_string(&resolution.report).unwrap() + &format!("{resolution:?}");
    assert!(!shown.contains("hunter2"));
    assert!(shown.contains("aws_secret_access_key"));
}

#[tokio::test]
async fn many_are_registered_or_none() {
    let (context, directory) = (session(), tempfile::tempdir().unwrap());
    write_days(&context, directory.path()).await;
    let days = |name: &str| {
        request(&json!({"name": name, "location": {"path": directory.path(), "format": "parquet"}}))
    };
    let gone =
        request(&json!({"name": "gone", "location": {"path": directory.path().join("gone")}}));
    let error = register_datasets(&context, &[days("a"), gone, days("b")], false)
        .await
        .unwrap_err();
    assert_eq!(error.details()["dataset"], "gone");
    assert!(registered_datasets(&context).is_empty());
    assert!(!context.table_exist("a").unwrap());

    register_datasets(&context, &[days("a"), days("B c")], false)
        .await
        .unwrap();
    let names: Vec<_> = registered_datasets(&context)
        .into_iter()
        .map(|entry| entry.table_name)
        .collect();
    assert_eq!(names, ["B c", "a"]);
    assert_eq!(count(&context, "select count(*) from \"B c\"").await, 6);
    for (requests, overwrite) in [
        (vec![days("x"), days("a")], false),
        (vec![days("x"), days("x")], true),
    ] {
        let error = register_datasets(&context, &requests, overwrite)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::DatasetNameTaken);
        assert!(!context.table_exist("x").unwrap());
    }
    register_datasets(&context, &[days("a")], true)
        .await
        .unwrap();
    context.deregister_table("a").unwrap();
    assert_eq!(registered_datasets(&context).len(), 1);
    assert!(registered_datasets(&session()).is_empty());
}
