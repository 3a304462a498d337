//! Bootstraps of real tables and directories.

use std::path::Path;

use arrow::array::Int64Array;
use codeanatomy_delta::TableLocation;
use codeanatomy_delta::operations::{Source, WriteOptions, WriteReport, append};
use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::{Profile, new_session};
use codeanatomy_schema::decode;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::execution::context::SessionContext;
use serde_json::{Value, json};

use super::{
    BootstrapEvent, BootstrapReport, BootstrapRequest, BootstrapStatus, DifferenceKind,
    bootstrap_datasets,
};
use crate::internal::InternalTable;

fn session() -> SessionContext {
    new_session(&Profile::resolve(&[]).unwrap()).unwrap()
}

/// A request for the datasets, without the internal tables unless it says otherwise.
fn request(datasets: &Value, options: &Value) -> BootstrapRequest {
    let mut request = json!({"datasets": datasets, "include_internal_tables": false});
    for (name, value) in options.as_object().unwrap() {
        request[name] = value.clone();
    }
    decode(&request.to_string(), "request").unwrap()
}

async fn bootstrapped(
    context: &SessionContext,
    datasets: &Value,
    options: &Value,
) -> BootstrapReport {
    bootstrap_datasets(context, &request(datasets, options))
        .await
        .unwrap()
}

fn event<'report>(report: &'report BootstrapReport, name: &str) -> &'report BootstrapEvent {
    report
        .events
        .iter()
        .find(|event| event.name == name)
        .unwrap()
}

async fn count(context: &SessionContext, table: &str) -> i64 {
    let sql = format!("select count(*) from \"{table}\"");
    let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
    let column = batches[0].column(0).as_any().downcast_ref::<Int64Array>();
    column.unwrap().value(0)
}

/// Adds a row with that id to a table of `ID`.
async fn added(path: &Path, id: i64) -> Result<WriteReport, EngineError> {
    let context = SessionContext::new();
    let sql = format!("select arrow_cast({id}, 'Int64') as id, 'x' as name");
    let plan = context.sql(&sql).await.unwrap().into_unoptimized_plan();
    let place = TableLocation::directory(path).unwrap();
    let source = Source::from_logical_plan(plan);
    append(&place, &context, source, WriteOptions::default()).await
}

fn columns(fields: &[(&str, &str, bool)]) -> Value {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, data_type, nullable)| json!({"name": name, "type": data_type, "nullable": nullable}))
        .collect();
    json!({"fields": fields})
}

fn dataset(name: &str, path: &Path, fields: &[(&str, &str, bool)]) -> Value {
    json!({"name": name, "location": {"path": path}, "schema": columns(fields)})
}

const ID: &[(&str, &str, bool)] = &[("id", "Int64", false), ("name", "Utf8", true)];

#[tokio::test]
async fn empty_tables_are_made_once_and_registered() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    let datasets = json!([
        dataset("refs", &path("refs"), ID),
        {"name": "nodes", "role": "semantic_output", "location": {"path": path("nodes")}, "schema": columns(ID)},
        {"name": "nested", "role": "extract_nested", "location": {"path": path("nested")}, "schema": columns(ID)},
    ]);
    let options = json!({"include_internal_tables": true, "artifacts_root": path("artifacts")});
    let context = session();
    let report = bootstrapped(&context, &datasets, &options).await;
    assert!(report.success, "{:?}", report.validation_errors);
    assert!(report.validation_errors.is_empty());
    let planned: Vec<_> = report.plans.iter().map(|plan| plan.name.as_str()).collect();
    assert_eq!(
        planned,
        [
            "nested",
            "datafusion_delta_maintenance_v2",
            "datafusion_delta_mutations_v2",
            "datafusion_delta_scan_plans_v2",
            "datafusion_delta_snapshots_v2",
            "datafusion_view_cache_inventory_v1",
            "refs",
            "nodes",
        ]
    );
    assert_eq!(
        (
            report.planned_count,
            report.bootstrapped_count,
            report.registered_count
        ),
        (8, 8, 8)
    );
    assert_eq!(
        (
            report.existing_count,
            report.failed_count,
            report.skipped_count
        ),
        (0, 0, 0)
    );
    for name in planned {
        assert_eq!(count(&context, name).await, 0);
    }
    assert!(path("artifacts/datafusion_view_cache_inventory_v1/_delta_log").is_dir());
    assert!(
        path("artifacts/delta_observability/datafusion_delta_snapshots_v2/_delta_log").is_dir()
    );

    // In the same session, and in another one: the same tables, at the same version.
    for context in [context, session()] {
        let again = bootstrapped(&context, &datasets, &options).await;
        assert!(again.success, "{:?}", again.validation_errors);
        assert_eq!(
            (
                again.bootstrapped_count,
                again.existing_count,
                again.registered_count
            ),
            (0, 8, 8)
        );
        assert!(again.events.iter().all(|event| event.version == Some(0)));
    }
}

#[tokio::test]
async fn only_a_plan_touches_nothing() {
    let root = tempfile::tempdir().unwrap();
    let context = session();
    let datasets = json!([
        dataset("a", &root.path().join("a"), ID),
        {"name": "out", "role": "semantic_output", "location": {"path": "out"}},
    ]);
    let report = bootstrapped(
        &context,
        &datasets,
        &json!({"plan_only": true, "include_semantic_outputs": false}),
    )
    .await;
    assert_eq!(report.plans.len(), 1);
    assert!(report.success && report.events.is_empty());
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    assert!(!context.table_exist("a").unwrap());
}

#[tokio::test]
async fn a_seed_is_one_row_and_stays_one() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    let datasets = json!([
        dataset("refs", &path("refs"), ID),
        dataset("defs", &path("defs"), ID),
    ]);
    let seeded = json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["refs"]});
    let context = session();
    let report = bootstrapped(&context, &datasets, &seeded).await;
    assert_eq!(
        (report.seeded_count, &*report.seeded_datasets),
        (1, &["refs".to_owned()][..])
    );
    assert_eq!(
        event(&report, "refs").status,
        BootstrapStatus::SeededRegistered
    );
    assert_eq!(
        event(&report, "refs").version,
        Some(0),
        "made and seeded by one commit"
    );
    assert_eq!(
        (count(&context, "refs").await, count(&context, "defs").await),
        (1, 0)
    );

    // An empty table that is there gets its row, a seeded one no second, one with rows of its own none.
    let both =
        json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["refs", "defs"]});
    let report = bootstrapped(&context, &datasets, &both).await;
    assert_eq!(report.seeded_count, 2);
    assert!(event(&report, "defs").seeded && !event(&report, "refs").seeded);
    assert_eq!(
        (count(&context, "refs").await, count(&context, "defs").await),
        (1, 1)
    );
    let report = bootstrapped(&context, &datasets, &both).await;
    assert_eq!((report.seeded_count, report.bootstrapped_count), (2, 0));
    assert_eq!(event(&report, "defs").version, Some(1));

    let plain = json!([dataset("own", &path("own"), ID)]);
    bootstrapped(&context, &plain, &json!({})).await;
    added(&path("own"), 7).await.unwrap();
    let options = json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["own"]});
    let report = bootstrapped(&context, &plain, &options).await;
    assert_eq!(event(&report, "own").status, BootstrapStatus::Registered);
    assert_eq!(count(&context, "own").await, 1);
}

#[tokio::test]
async fn a_seed_that_breaks_a_constraint_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let mut positive = dataset("positive", &root.path().join("positive"), ID);
    positive["location"]["overrides"] =
        json!({"delta": {"constraints": [{"name": "positive", "sql": "id > 0"}]}});
    let datasets = json!([positive]);
    let context = session();
    let seeded = json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["positive"]});
    let report = bootstrapped(&context, &datasets, &seeded).await;
    let refused = event(&report, "positive");
    assert_eq!(refused.status, BootstrapStatus::BootstrapFailed);
    assert_eq!(
        refused.problem.as_ref().unwrap().problem.code,
        "delta-constraint-violated"
    );
    assert!(!report.success);
    assert!(!context.table_exist("positive").unwrap());

    // Without the row it is registered, and holds its constraint.
    let report = bootstrapped(&context, &datasets, &json!({})).await;
    assert!(report.success, "{:?}", report.events);
    let place = root.path().join("positive");
    let error = added(&place, -1).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeltaConstraintViolated);
    added(&place, 1).await.unwrap();
    assert_eq!(count(&context, "positive").await, 1);
}

#[tokio::test]
async fn a_table_that_differs_is_told_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("t");
    let context = session();
    let made = json!([dataset(
        "t",
        &path,
        &[
            ("id", "Int64", false),
            ("old", "Utf8", true),
            ("at", "Int32", true)
        ]
    )]);
    bootstrapped(&context, &made, &json!({})).await;
    let other = [
        ("id", "Int64", true),
        ("at", "Date32", true),
        ("new", "Utf8", true),
    ];
    let declared = json!([dataset("t", &path, &other)]);
    let context = session();
    let report = bootstrapped(&context, &declared, &json!({})).await;
    let failed = event(&report, "t");
    assert_eq!(failed.status, BootstrapStatus::RegisterFailed);
    let found: Vec<_> = failed
        .differences
        .iter()
        .map(|difference| (difference.column.as_str(), difference.kind))
        .collect();
    assert_eq!(
        found,
        [
            ("id", DifferenceKind::Nullable),
            ("at", DifferenceKind::Type),
            ("new", DifferenceKind::Missing),
            ("old", DifferenceKind::Extra),
        ]
    );
    assert_eq!(
        report.validation_errors[0].problem.code,
        "delta-schema-mismatch"
    );
    assert!(!context.table_exist("t").unwrap());
    assert_eq!(failed.version, Some(0));

    // What the spec states may differ is no difference.
    let mut tolerant = dataset(
        "t",
        &path,
        &[
            ("id", "Int64", false),
            ("at", "Int32", true),
            ("new", "Utf8", true),
        ],
    );
    tolerant["location"]["dataset_spec"] = json!({
        "name": "t",
        "evolution_spec": {"allow_missing": true, "allow_extra": true},
    });
    let report = bootstrapped(&context, &json!([tolerant]), &json!({})).await;
    assert!(report.success, "{:?}", report.events);
}

#[tokio::test]
async fn strict_registers_all_or_none_and_names_the_cause() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    let datasets = |required: bool| {
        json!([
            dataset("good", &path("good"), ID),
            {"name": "undeclared", "location": {"path": path("nowhere")}, "required": required},
        ])
    };
    let context = session();
    let report = bootstrapped(&context, &datasets(true), &json!({})).await;
    assert!(!report.success);
    assert_eq!((report.registered_count, report.failed_count), (0, 2));
    let causes: Vec<_> = report
        .validation_errors
        .iter()
        .map(|problem| (problem.dataset.as_str(), problem.problem.code.as_str()))
        .collect();
    assert_eq!(causes, [("undeclared", "dataset-not-found")]);
    assert!(!context.table_exist("good").unwrap());
    assert!(
        path("good/_delta_log").is_dir(),
        "what was made stays for the next time"
    );

    for (required, strict) in [(true, false), (false, true)] {
        let context = session();
        let report = bootstrapped(&context, &datasets(required), &json!({"strict": strict})).await;
        assert!(report.success && report.validation_errors.is_empty());
        assert_eq!((report.registered_count, report.failed_count), (1, 1));
        assert_eq!(
            event(&report, "undeclared").status,
            BootstrapStatus::BootstrapFailed
        );
        assert_eq!(count(&context, "good").await, 0);
    }
}

#[tokio::test]
async fn directories_of_files_schemas_and_missing_locations() {
    use BootstrapStatus::{MissingLocation, Registered, SchemaOnly};

    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    let files = |name: &str, format: &str| json!({"name": name, "location": {"path": path(name), "format": format}, "schema": columns(ID)});
    let datasets = json!([
        files("arrow", "arrow"),
        files("csv", "csv"),
        files("json", "json"),
        files("parquet", "parquet"),
        {"name": "columns", "schema": columns(ID), "materialize": false},
        {"name": "later", "location": {"path": path("later")}, "schema": columns(ID), "materialize": false},
        {"name": "nowhere", "schema": columns(ID), "required": false},
    ]);
    let context = session();
    for created in [4, 0] {
        let report = bootstrapped(&context, &datasets, &json!({})).await;
        assert!(report.success, "{:?}", report.validation_errors);
        assert_eq!(
            (report.bootstrapped_count, report.registered_count),
            (created, 6)
        );
        assert_eq!(report.skipped_count, 3);
        let statuses: Vec<_> = report.events.iter().map(|event| event.status).collect();
        assert_eq!(
            statuses,
            [
                Registered,
                SchemaOnly,
                Registered,
                Registered,
                SchemaOnly,
                MissingLocation,
                Registered
            ]
        );
        for name in ["arrow", "csv", "json", "parquet", "columns", "later"] {
            assert_eq!(count(&context, name).await, 0, "{name}");
        }
    }
    assert!(!path("later").exists());

    let seeded = json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["csv"], "strict": false});
    let report = bootstrapped(&session(), &datasets, &seeded).await;
    assert_eq!(
        event(&report, "csv").status,
        BootstrapStatus::UnsupportedFormat
    );
}

#[tokio::test]
async fn policies_hold_from_the_first_commit_on() {
    let root = tempfile::tempdir().unwrap();
    let mut partitioned = dataset(
        "p",
        &root.path().join("p"),
        &[("day", "Utf8", true), ("n", "Int64", true)],
    );
    partitioned["location"]["overrides"] = json!({"delta": {"write_policy": {"partition_by": ["day"], "enable_features": ["change_data_feed"]}}});
    let context = session();
    let report = bootstrapped(&context, &json!([partitioned]), &json!({})).await;
    assert!(report.success, "{:?}", report.events);
    let resolved = crate::resolve_dataset_provider(
        &context,
        &decode(
            &json!({"name": "p", "location": {"path": root.path().join("p")}}).to_string(),
            "request",
        )
        .unwrap(),
    )
    .await
    .unwrap();
    let snapshot = resolved.report.delta_snapshot.unwrap();
    assert_eq!(snapshot.partition_by, ["day"]);
    assert_eq!(snapshot.properties["delta.enableChangeDataFeed"], "true");
}

#[tokio::test]
async fn a_name_that_another_table_has_is_not_taken() {
    let root = tempfile::tempdir().unwrap();
    let context = session();
    let one = json!([dataset("t", &root.path().join("one"), ID)]);
    let other = json!([dataset("t", &root.path().join("other"), ID)]);
    bootstrapped(&context, &one, &json!({})).await;
    let report = bootstrapped(&context, &other, &json!({})).await;
    assert_eq!(
        report.validation_errors[0].problem.code,
        "dataset-name-taken"
    );
    let report = bootstrapped(&context, &other, &json!({"overwrite": true})).await;
    assert!(report.success);

    let twice = json!([dataset("t", root.path(), ID), dataset("t", root.path(), ID)]);
    let error = bootstrap_datasets(&context, &request(&twice, &json!({})))
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DatasetNameTaken);
    let mut unknown = request(
        &one,
        &json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["t"]}),
    );
    unknown.datasets.clear();
    let error = bootstrap_datasets(&context, &unknown).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidOption);
}

#[tokio::test]
async fn files_that_are_there_are_registered_as_they_are() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("p");
    let context = session();
    let rows = context.sql("select 1 as id, 'x' as name").await.unwrap();
    rows.write_parquet(
        &path.join("part.parquet").display().to_string(),
        DataFrameWriteOptions::new(),
        None,
    )
    .await
    .unwrap();
    let datasets = json!([{"name": "p", "location": {"path": path, "format": "parquet"}}]);
    let report = bootstrapped(&context, &datasets, &json!({})).await;
    assert!(
        report.success && event(&report, "p").existed,
        "{:?}",
        report.events
    );
    assert_eq!(count(&context, "p").await, 1);
}

#[tokio::test]
async fn many_at_once_make_one_table_with_one_seed() {
    let root = tempfile::tempdir().unwrap();
    let datasets = json!([dataset("t", &root.path().join("t"), ID)]);
    let seeded = json!({"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ["t"]});
    let plain = json!({});
    let contexts: Vec<_> = (0..8).map(|_| session()).collect();
    let runs = contexts.iter().enumerate().map(|(number, context)| {
        let options = if number % 2 == 0 { &seeded } else { &plain };
        bootstrapped(context, &datasets, options)
    });
    let reports = futures::future::join_all(runs).await;
    assert!(reports.iter().all(|report| report.success), "{reports:?}");
    assert_eq!(
        reports
            .iter()
            .map(|report| report.bootstrapped_count)
            .sum::<usize>(),
        1
    );
    assert_eq!(
        reports
            .iter()
            .filter(|report| event(report, "t").seeded)
            .count(),
        1
    );
    assert_eq!(count(&contexts[0], "t").await, 1);
}

#[test]
fn internal_tables_have_declared_columns_of_delta() {
    for table in InternalTable::ALL {
        let declared = table.schema();
        assert!(!declared.field(0).is_nullable());
        assert_eq!(
            codeanatomy_delta::delta_columns(&declared)
                .unwrap()
                .fields()
                .len(),
            declared.fields().len()
        );
    }
}
