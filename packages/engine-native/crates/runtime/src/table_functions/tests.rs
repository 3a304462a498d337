//! The table functions in real sessions: installed, scanned, dropped, taken.

use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::util::display::array_value_to_string;
use codeanatomy_errors::ErrorCode;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Volatility;

use crate::tests::identity;
use crate::{Profile, RuntimePolicy, install, new_session, registry_snapshot};

/// A table function of a user.
#[derive(Debug)]
struct Empty;

impl TableFunctionImpl for Empty {
    fn call_with_args(
        &self,
        _arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>> {
        Ok(Arc::new(EmptyTable::new(Arc::new(Schema::empty()))))
    }
}

#[test]
fn a_taken_table_name_is_refused_and_a_dropped_one_is_repaired() {
    let context = SessionContext::new();
    context.register_udtf("udf_docs", Arc::new(Empty));
    let before = registry_snapshot(&context);
    assert_eq!(before.table, ["udf_docs"]);
    assert!(!before.documentation.contains_key("udf_docs"));
    let error = install(&context, &RuntimePolicy::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::FunctionNameTaken);
    assert_eq!(error.details()["function"], "udf_docs");
    assert_eq!(registry_snapshot(&context), before);

    context.deregister_udtf("udf_docs");
    let report = install(&context, &RuntimePolicy::default()).unwrap();
    assert_eq!(
        report.snapshot.table,
        [
            "delta_add_actions",
            "delta_history",
            "delta_snapshot",
            "list_files_cache",
            "metadata_cache",
            "predicate_cache",
            "read_delta",
            "read_delta_cdf",
            "statistics_cache",
            "udf_docs",
            "udf_registry"
        ]
    );
    assert!(report.snapshot.documentation.contains_key("udf_docs"));
    assert!(report.udf_installed);
    context.deregister_udtf("udf_registry");
    assert!(!crate::install::read_report(&context).udf_installed);
    assert!(
        install(&context, &RuntimePolicy::default())
            .unwrap()
            .udf_installed
    );
}

/// The rows of a query as text, one line a row.
pub(super) async fn lines(context: &SessionContext, query: &str) -> Vec<String> {
    let batches = context.sql(query).await.unwrap().collect().await.unwrap();
    let mut lines = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let values: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| array_value_to_string(column, row).unwrap())
                .collect();
            lines.push(values.join("|"));
        }
    }
    lines
}

#[tokio::test]
async fn registry_tables_say_what_the_snapshot_says() {
    let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
    let snapshot = registry_snapshot(&context);
    let rows = lines(&context, "select name, kind from udf_registry()").await;
    let expected: Vec<_> = snapshot
        .kinds()
        .map(|(name, kind)| format!("{name}|{kind}"))
        .collect();
    assert!(expected.len() >= 6);
    assert_eq!(rows, expected);
    assert_eq!(
        lines(
            &context,
            "select volatility, aliases, parameter_names, simplify, coerce_types, short_circuits from udf_registry() \
             where name in ('stable_id_parts', 'udf_docs') order by name"
        )
        .await,
        [
            "immutable|[stable_id_multi]|[prefix, part]|false|true|false",
            "|[]|[]|||"
        ]
    );
    let rows = lines(
        &context,
        "select name, argument_names, section from udf_docs() where kind = 'scalar'",
    )
    .await;
    assert_eq!(rows.len(), snapshot.scalar.len());
    assert!(rows.contains(&"stable_id|[prefix, value]|Hashing Functions".to_owned()));
}

#[tokio::test]
async fn registry_tables_are_read_when_they_are_scanned() {
    let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
    let query = "select volatility from udf_registry() where name = 'later'";
    context
        .sql(&format!("create view mine as {query}"))
        .await
        .unwrap();
    assert_eq!(lines(&context, "select * from mine").await, [""; 0]);
    context.register_udf(identity("later", Volatility::Volatile));
    assert_eq!(lines(&context, "select * from mine").await, ["volatile"]);
    assert_eq!(lines(&context, query).await, ["volatile"]);
    let documented = "select count(*) from udf_docs() where name = 'later'";
    assert_eq!(lines(&context, documented).await, ["0"]);

    let error = context.sql("select * from udf_docs(1)").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("'udf_docs' takes no arguments, but got 1"),
        "{error}"
    );
}

/// Creates a Delta table by a statement, and reads it by name and by location.
async fn delta_in(context: SessionContext) {
    let directory = tempfile::tempdir().unwrap();
    let location = directory.path().join("t");
    let location = location.display();
    let create =
        format!("create external table t (a bigint) stored as delta location '{location}'");
    context.sql(&create).await.unwrap();
    assert_eq!(
        lines(&context, "insert into t values (1), (2)").await,
        ["2"]
    );
    for table in ["t".to_owned(), format!("read_delta('{location}')")] {
        let query = format!("select count(*), sum(a) from {table}");
        assert_eq!(lines(&context, &query).await, ["2|3"]);
    }
    let history = format!("select count(*) from delta_history('{location}')");
    assert_eq!(lines(&context, &history).await, ["2"]);
}

#[tokio::test]
async fn delta_tables_need_no_second_thread() {
    delta_in(new_session(&Profile::resolve(&[]).unwrap()).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[expect(
    clippy::disallowed_methods,
    reason = "the test has the process to itself"
)]
async fn delta_tables_need_no_second_worker() {
    let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
    tokio::spawn(delta_in(context)).await.unwrap();
}

#[tokio::test]
async fn an_installed_session_has_the_rule_once() {
    let context = new_session(&Profile::resolve(&[]).unwrap()).unwrap();
    install(&context, &crate::installed_policy(&context).unwrap()).unwrap();
    let state = context.state();
    let rules = state.analyzer().rules.iter();
    let ours = rules.filter(|rule| rule.name() == codeanatomy_delta::DeltaRule::NAME);
    assert_eq!(ours.count(), 1);
    for format in codeanatomy_delta::DeltaTableFactory::FORMATS {
        assert!(state.table_factories().contains_key(format));
    }
}
