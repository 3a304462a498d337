//! Scans that are planned from the list of files: the same rows as deltalake's own scans and as the rows that were written.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails where something is not as it must be, and has the process to itself"
)]

use std::path::Path;
use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use codeanatomy_delta::{DeltaTableProvider, ScanSettings, TableLocation, TablePin};
use datafusion::prelude::{SessionConfig, SessionContext};
use deltalake_core::operations::write::SchemaMode;

const ROWS: &str = "select cast(id as bigint) as id, name, cast(at as timestamp) as at,
    cast(price as decimal(10, 2)) as price, cast(ratio as double) as ratio, part,
    cast(day as date) as day, cast(number as int) as number, cast(flag as boolean) as flag
    from (values
        (1, 'a', '1969-12-31T23:59:59.9999', '1.10', 0.5, 'x', '2026-01-01', 1, true),
        (2, null, '1969-12-31T23:59:58', '-1.10', null, 'x', '2026-01-01', 1, true),
        (3, 'c', '2026-01-01T00:00:00.000001', null, '0.25', 'x', '2026-01-02', -2, false),
        (4, 'd', null, '9.99', 'NaN', 'y', '2026-01-02', null, null),
        (5, 'Z', '2026-01-02T00:00:00.001999', '9.98', '-0.0', null, null, 7, true),
        (6, 'é', '2026-01-03', '0.00', 0.0, null, '2026-01-03', 7, false)
    ) as v(id, name, at, price, ratio, part, day, number, flag)";

const CONDITIONS: &[&str] = &[
    "true",
    "1 = 2",
    "part = 'x'",
    "part <> 'x'",
    "part is null",
    "part is not null and day > date '2026-01-01'",
    "part is distinct from 'x'",
    "not (part = 'x')",
    "part in ('y', 'z')",
    "part not in ('y', 'z')",
    "part like 'x%' or number = 7",
    "upper(part) = 'Y'",
    "coalesce(part, 'none') = 'none'",
    "day = date '2026-01-02'",
    "day between date '2026-01-02' and date '2026-01-03'",
    "extract(day from day) = 3",
    "flag",
    "not flag",
    "flag is unknown",
    "number < 0",
    "number + 1 = 8",
    "number = 1.5",
    "part = name or day is null",
    "part = 'x' and id > 1",
    "part = 'x' or id > 4",
    "id = 3",
    "id > 100",
    "id between 2 and 4",
    "id is null",
    "name is null",
    "name >= 'c'",
    "name = 'é'",
    "at < timestamp '1970-01-01'",
    "at >= timestamp '1969-12-31T23:59:59.9995'",
    "at = timestamp '2026-01-01T00:00:00.000001'",
    "at > timestamp '2026-01-02T00:00:00.001998'",
    "at is null",
    "price > 9.98",
    "price = 0",
    "ratio = 0",
    "ratio < 0.3",
    "id > 1 and name is not null and price < 5",
    "id in (select max(id) from m)",
];

struct Session {
    context: SessionContext,
    directory: tempfile::TempDir,
}

impl Session {
    /// A session with the rows as `m`, which are also a table that is partitioned by the columns.
    async fn new(table: &str, rows: &str, partitions: &[&str]) -> Self {
        let config = SessionConfig::new().with_target_partitions(2);
        let session = Self {
            context: SessionContext::new_with_config(config),
            directory: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(session.directory.path().join(table)).unwrap();
        session.write(table, rows, partitions).await;
        let written = session.context.sql(rows).await.unwrap().cache().await;
        let written = written.unwrap().into_view();
        let _ = session.context.register_table("m", written).unwrap();
        session
    }

    fn location(&self, table: &str) -> TableLocation {
        TableLocation::directory(&self.directory.path().join(table)).unwrap()
    }

    async fn write(&self, table: &str, rows: &str, partitions: &[&str]) {
        let rows = self.context.sql(rows).await.unwrap();
        let url = self.location(table).url().clone();
        let target = deltalake_core::DeltaTable::try_from_url(url).await.unwrap();
        let _ = target
            .write(rows.collect().await.unwrap())
            .with_partition_columns(partitions.iter().copied())
            .with_schema_mode(SchemaMode::Merge)
            .await
            .unwrap();
    }

    async fn register(&self, name: &str, table: &str, settings: ScanSettings) {
        let location = self.location(table);
        let state = self.context.state();
        let provider = DeltaTableProvider::open(location, TablePin::Latest, &settings, &state);
        let provider = Arc::new(provider.await.unwrap());
        let _ = self.context.register_table(name, provider).unwrap();
    }

    /// The table as `plain`, as `views` and, scanned by deltalake, as `delta`.
    async fn register_all(&self, table: &str) {
        for (name, view_types, wrap) in [
            ("plain", Some(false), None),
            ("views", Some(true), None),
            ("delta", Some(false), Some(true)),
        ] {
            let settings = ScanSettings {
                view_types,
                wrap_partition_values: wrap,
                ..ScanSettings::default()
            };
            self.register(name, table, settings).await;
        }
    }

    /// The rows, sorted.
    async fn rows(&self, query: &str) -> Vec<String> {
        let batches = self.context.sql(query).await.unwrap().collect().await;
        let options = FormatOptions::new().with_null("∅");
        let mut rows = Vec::new();
        for batch in &batches.unwrap() {
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
                .collect();
            rows.extend((0..batch.num_rows()).map(|row| {
                let values = columns.iter().map(|column| column.value(row).to_string());
                values.collect::<Vec<_>>().join(" | ")
            }));
        }
        rows.sort();
        rows
    }

    async fn plan(&self, query: &str) -> String {
        self.rows(&format!("explain format indent {query}"))
            .await
            .join("\n")
    }

    /// Asks all ways of scanning everything, and the rows that were written.
    async fn compare(&self) {
        assert!(self.plan("select * from delta").await.contains("DeltaScan"));
        for condition in CONDITIONS {
            for what in [
                "*",
                "id",
                "part, name, day, id, part as again",
                "count(*)",
                "count(part), max(at)",
            ] {
                let of = |table: &str| format!("select {what} from {table} where {condition}");
                let wanted = self.rows(&of("m")).await;
                assert_eq!(self.rows(&of("delta")).await, wanted, "{}", of("delta"));
                for table in ["plain", "views"] {
                    assert_eq!(self.rows(&of(table)).await, wanted, "{}", of(table));
                    let plan = self.plan(&of(table)).await;
                    assert!(!plan.contains("DeltaScan"), "{plan}");
                }
            }
        }
    }
}

fn files(plan: &str) -> usize {
    plan.matches(".parquet").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_choose_the_same_rows() {
    // Its values are escaped in the paths of files.
    let odd = format!(
        "select id, name, at, price, ratio, concat(part, ' %20é ', part) as part, day, number, flag from ({ROWS})"
    );
    for (rows, partitions) in [
        (ROWS, &[][..]),
        (ROWS, &["part"]),
        (ROWS, &["day", "part"]),
        (ROWS, &["number", "flag"]),
        (ROWS, &["price", "part", "day", "number", "flag"]),
        (ROWS, &["at"]),
        (&odd, &["part"]),
    ] {
        let session = Session::new("t", rows, partitions).await;
        session.register_all("t").await;
        let plan = session.plan("select * from plain").await;
        assert!(!plan.contains("DeltaScan"), "{partitions:?}: {plan}");
        session.compare().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_have_no_such_rows_are_left_out() {
    let session = Session::new("a table", ROWS, &["part", "day"]).await;
    session.register_all("a table").await;
    session.compare().await;
    for (condition, wanted) in [
        ("true", 5),
        ("part = 'x'", 2),
        ("part is null", 2),
        ("part = 'x' and id > 2", 1),
        ("id > 4", 2),
        ("id > 100", 0),
        ("part = 'y' or id = 6", 3),
        ("at > timestamp '2026-01-02T00:00:00.005'", 1),
        ("name = 'é'", 1),
        ("day is null", 1),
        // Statistics leave out NaN, which is above all numbers.
        ("ratio > 100", 5),
    ] {
        let plan = session
            .plan(&format!("select id from plain where {condition}"))
            .await;
        assert_eq!(files(&plan), wanted, "{condition}: {plan}");
    }
    let plan = session.plan("select id from plain limit 1").await;
    assert!(plan.contains("limit=1"), "{plan}");
    assert_eq!(session.rows("select id from plain limit 1").await.len(), 1);
    let plan = session.plan("select count(*) from plain").await;
    assert_eq!(files(&plan), 0, "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_came_later_are_null_before() {
    let (before, after) = ("id <= 3", "id > 3");
    let old = format!("select id, part from ({ROWS}) where {before}");
    let new = format!("select * from ({ROWS}) where {after}");
    let both = format!(
        "select id, part, case when {after} then name end as name, case when {after} then at end as at,
         case when {after} then price end as price, case when {after} then ratio end as ratio,
         case when {after} then day end as day, case when {after} then number end as number,
         case when {after} then flag end as flag from ({ROWS})"
    );
    let session = Session::new("t", &old, &["part"]).await;
    session.write("t", &new, &["part"]).await;
    let _ = session.context.deregister_table("m").unwrap();
    let written = session.context.sql(&both).await.unwrap().into_view();
    let _ = session.context.register_table("m", written).unwrap();
    session.register_all("t").await;
    // The order of the columns is that in which they came.
    let columns = session.context.table("plain").await.unwrap();
    let names = columns
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone());
    let query = format!("select {} from m", names.collect::<Vec<_>>().join(", "));
    let ordered = session
        .context
        .sql(&query)
        .await
        .unwrap()
        .cache()
        .await
        .unwrap();
    let _ = session.context.deregister_table("m").unwrap();
    let _ = session
        .context
        .register_table("m", ordered.into_view())
        .unwrap();
    session.compare().await;
}

/// Writes the first commit anew.
fn edit_log(table: &Path, edit: impl Fn(&str) -> String) {
    let commit = table.join("_delta_log/00000000000000000000.json");
    let text = std::fs::read_to_string(&commit).unwrap();
    let edited = edit(&text);
    assert_ne!(edited, text);
    std::fs::write(&commit, edited).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_without_statistics_are_read() {
    let session = Session::new("t", ROWS, &["part"]).await;
    let table = session.directory.path().join("t");
    edit_log(&table, |log| log.replace("\"stats\":", "\"nothing\":"));
    session.register_all("t").await;
    session.compare().await;
    let plan = session.plan("select id from plain where id > 100").await;
    assert_eq!(files(&plan), 3, "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_files_alone_do_not_tell_is_left_to_deltalake() {
    let nested = format!("select id, part, make_array(id) as ids from ({ROWS})");
    for (rows, partitions, edit) in [
        (nested.as_str(), &["part"][..], false),
        (ROWS, &["part"], true),
    ] {
        let session = Session::new("t", rows, partitions).await;
        if edit {
            let table = session.directory.path().join("t");
            edit_log(&table, |log| {
                log.replace("Features\":[", "Features\":[\"columnMapping\",")
            });
        }
        session.register_all("t").await;
        let plan = session.plan("select * from plain").await;
        assert!(plan.contains("DeltaScan"), "{plan}");
        for condition in ["true", "part is null", "part <> 'x'", "id > 2"] {
            let of = |table: &str| format!("select * from {table} where {condition}");
            let wanted = session.rows(&of("m")).await;
            assert_eq!(session.rows(&of("plain")).await, wanted, "{condition}");
        }
    }
    let session = Session::new("t", ROWS, &["part"]).await;
    let settings = ScanSettings {
        file_column: Some("file".to_owned()),
        ..ScanSettings::default()
    };
    session.register("plain", "t", settings).await;
    for (query, scanned_by_deltalake) in [
        ("select file from plain", true),
        ("select id from plain where file like '%y%'", true),
        ("select id from plain", false),
    ] {
        let plan = session.plan(query).await;
        assert_eq!(plan.contains("DeltaScan"), scanned_by_deltalake, "{plan}");
    }
    let rows = session
        .rows("select id from plain where file like '%part=y%'")
        .await;
    assert_eq!(rows, ["4"]);
}
