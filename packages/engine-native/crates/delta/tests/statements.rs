//! Statements on tables: INSERT, UPDATE, DELETE, TRUNCATE and MERGE, and what they refuse.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails where something is not as it must be, and has the process to itself"
)]

use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use codeanatomy_delta::{
    DeltaRule, DeltaTableProvider, ScanSettings, TableLocation, TablePin, open_table,
};
use datafusion::common::Result;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

struct Session {
    context: SessionContext,
    directory: tempfile::TempDir,
}

impl Session {
    fn new() -> Self {
        let config = SessionConfig::new().with_target_partitions(2);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_default_features()
            .with_analyzer_rule(Arc::new(DeltaRule))
            .build();
        Self {
            context: SessionContext::new_with_state(state),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// A session with the table `t` of `select`, partitioned by the columns.
    async fn with_table(select: &str, partitions: &[&str]) -> Self {
        let session = Self::new();
        session.create("t", select, partitions).await;
        session
    }

    async fn create(&self, name: &str, select: &str, partitions: &[&str]) {
        let location = self.location(name);
        std::fs::create_dir_all(self.directory.path().join(name)).unwrap();
        let rows = self.context.sql(select).await.unwrap();
        let table = deltalake_core::DeltaTable::try_from_url(location.url().clone()).await;
        table
            .unwrap()
            .write(rows.collect().await.unwrap())
            .with_partition_columns(partitions.iter().copied())
            .await
            .unwrap();
        self.register(name, name, TablePin::Latest).await;
    }

    fn location(&self, name: &str) -> TableLocation {
        TableLocation::directory(&self.directory.path().join(name)).unwrap()
    }

    async fn register(&self, name: &str, directory: &str, pin: TablePin) {
        let state = self.context.state();
        let settings = ScanSettings::default();
        let provider =
            DeltaTableProvider::open(self.location(directory), pin, &settings, &state).await;
        let _ = self
            .context
            .register_table(name, Arc::new(provider.unwrap()))
            .unwrap();
    }

    async fn try_rows(&self, statement: &str) -> Result<Vec<String>> {
        let batches = self.context.sql(statement).await?.collect().await?;
        let options = FormatOptions::new().with_null("∅");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
                .collect();
            for row in 0..batch.num_rows() {
                let values: Vec<_> = columns
                    .iter()
                    .map(|column| column.value(row).to_string())
                    .collect();
                rows.push(values.join(" | "));
            }
        }
        Ok(rows)
    }

    async fn rows(&self, statement: &str) -> Vec<String> {
        match self.try_rows(statement).await {
            Ok(rows) => rows,
            Err(error) => panic!("{statement}: {}", error.strip_backtrace()),
        }
    }

    async fn error(&self, statement: &str) -> String {
        match self.try_rows(statement).await {
            Ok(rows) => panic!("not refused: {statement}: {rows:?}"),
            Err(error) => error.strip_backtrace(),
        }
    }

    /// The rows of `t`, sorted.
    async fn table(&self) -> Vec<String> {
        let mut rows = self.rows("select * from t").await;
        rows.sort();
        rows
    }

    async fn version(&self) -> Option<u64> {
        let location = self.location("t");
        open_table(&location, &TablePin::Latest)
            .await
            .unwrap()
            .version()
    }
}

const ROWS: &str =
    "select * from (values (1, 'a', 'x y'), (2, 'b', 'x y'), (3, null, null)) as v(id, name, part)";

#[tokio::test(flavor = "multi_thread")]
async fn inserted_rows_are_seen_by_the_next_query() {
    for partitions in [&[][..], &["part"][..]] {
        let session = Session::with_table(ROWS, partitions).await;
        assert_eq!(
            session.table().await,
            ["1 | a | x y", "2 | b | x y", "3 | ∅ | ∅"]
        );
        let insert = "insert into t (id, part) values (4, 'p=%/é'), (5, null)";
        assert_eq!(session.rows(insert).await, ["2"]);
        assert_eq!(
            session.table().await,
            [
                "1 | a | x y",
                "2 | b | x y",
                "3 | ∅ | ∅",
                "4 | ∅ | p=%/é",
                "5 | ∅ | ∅"
            ]
        );
        let found = "select id from t where part = 'p=%/é'";
        assert_eq!(session.rows(found).await, ["4"]);
        let overwrite = "insert overwrite t select * from t where id > 3";
        assert_eq!(session.rows(overwrite).await, ["2"]);
        assert_eq!(session.table().await, ["4 | ∅ | p=%/é", "5 | ∅ | ∅"]);
        assert_eq!(
            session
                .rows("insert into t select * from t where false")
                .await,
            ["0"]
        );
        assert_eq!(session.table().await.len(), 2);
        assert!(
            session
                .error("replace into t values (1, 'a', 'b')")
                .await
                .contains("MERGE")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_deleted_and_updated_where_it_is_said() {
    for partitions in [&[][..], &["part"][..]] {
        let session = Session::with_table(ROWS, partitions).await;
        assert_eq!(session.rows("delete from t where name = 'a'").await, ["1"]);
        assert_eq!(session.table().await, ["2 | b | x y", "3 | ∅ | ∅"]);
        assert_eq!(
            session.rows("delete from t where part = 'nowhere'").await,
            ["0"]
        );
        let update =
            "update t set name = upper(name) || part, id = id + 10 where part = 'x y' and id = 2";
        assert_eq!(session.rows(update).await, ["1"]);
        assert_eq!(session.table().await, ["12 | Bx y | x y", "3 | ∅ | ∅"]);
        let update = "update t as u set part = 'z' where u.part is null";
        assert_eq!(session.rows(update).await, ["1"]);
        assert_eq!(session.table().await, ["12 | Bx y | x y", "3 | ∅ | z"]);
        assert_eq!(
            session
                .rows("delete from t where part in ('z', 'y') and id between 1 and 5")
                .await,
            ["1"]
        );
        assert_eq!(
            session.rows("update t set name = null where true").await,
            ["1"]
        );
        assert_eq!(session.table().await, ["12 | ∅ | x y"]);
        assert_eq!(session.rows("delete from t where false").await, ["0"]);
        assert_eq!(session.rows("delete from t where true").await, ["1"]);
        assert_eq!(session.table().await, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_has_to_be_asked_for_by_name() {
    let session = Session::with_table(ROWS, &[]).await;
    for (statement, said) in [
        ("delete from t", "TRUNCATE TABLE t"),
        ("update t set id = 1", "WHERE true"),
        ("delete from t limit 1", "can't have a LIMIT"),
        (
            "delete from t where id in (select id from t where id = 1)",
            "subquery",
        ),
        (
            "delete from t where id = 1 and exists (select 1 from t)",
            "subquery",
        ),
        (
            "delete from t where id = (select max(id) from t)",
            "subquery",
        ),
        (
            "update t set id = (select max(id) from t) where id = 1",
            "subquery",
        ),
        (
            "update t set name = u.name from t as u where u.id = t.id",
            "UPDATE ... FROM is not supported",
        ),
    ] {
        let error = session.error(statement).await;
        assert!(error.contains(said), "{statement}: {error}");
    }
    assert_eq!(session.version().await, Some(0));
    assert_eq!(session.rows("truncate table t").await, ["3"]);
    assert_eq!(session.table().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn prepared_statements_do_what_they_say() {
    for partitions in [&[][..], &["part"][..]] {
        let session = Session::with_table(ROWS, partitions).await;
        for (prepare, execute, count) in [
            (
                "prepare a(int) as delete from t where id = $1 and part = 'x y'",
                "execute a(2)",
                "1",
            ),
            (
                "prepare b(text) as update t set name = $1 where part is null",
                "execute b('n')",
                "1",
            ),
            (
                "prepare c(int, text) as insert into t values ($1, $2, 'new')",
                "execute c(9, 'i')",
                "1",
            ),
            (
                "prepare d(text) as delete from t where part = $1",
                "execute d('none')",
                "0",
            ),
        ] {
            let _ = session.rows(prepare).await;
            assert_eq!(session.rows(execute).await, [count], "{execute}");
        }
        assert_eq!(
            session.table().await,
            ["1 | a | x y", "3 | n | ∅", "9 | i | new"]
        );
        let _ = session.rows("prepare e as delete from t").await;
        assert!(session.error("execute e").await.contains("without WHERE"));
        assert_eq!(session.table().await.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn explaining_a_statement_does_not_run_it() {
    let session = Session::with_table(ROWS, &[]).await;
    for statement in [
        "delete from t where id = 1",
        "update t set id = 7 where id = 1",
        "insert into t select * from t",
        "truncate table t",
        "merge into t using t as s on t.id = s.id when matched then delete",
    ] {
        let plan = session
            .rows(&format!("explain {statement}"))
            .await
            .join("\n");
        assert!(plan.contains("DeltaWriteExec"), "{plan}");
    }
    assert_eq!(session.version().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_merged() {
    for partitions in [&[][..], &["part"][..]] {
        let session = Session::with_table(ROWS, partitions).await;
        session
            .create("s", "select * from (values (1, 'new', 'x y'), (2, 'gone', 'x y'), (9, 'nine', 'z z')) as v(id, name, part)", partitions)
            .await;
        let merge = "merge into t as a using (select * from s where id > 0) as b on a.id = b.id \
                     when matched and b.name = 'gone' then delete \
                     when matched then update set name = b.name || a.part \
                     when not matched then insert (id, name, part) values (b.id, b.name, b.part) \
                     when not matched by source and a.id = 3 then update set name = 'lonely'";
        assert_eq!(session.rows(merge).await, ["4"]);
        assert_eq!(
            session.table().await,
            ["1 | newx y | x y", "3 | lonely | ∅", "9 | nine | z z"]
        );
        let upsert = "merge into t using s on t.id = s.id and t.part = s.part \
                      when not matched then insert values (s.id, s.name, s.part)";
        assert_eq!(session.rows(upsert).await, ["1"]);
        assert_eq!(session.table().await.len(), 4);
        let wrong = "merge into t using s on t.id = s.id when matched then insert (id) values (1)";
        assert!(session.try_rows(wrong).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_table_neither_moves_nor_is_written() {
    let session = Session::with_table(ROWS, &[]).await;
    session.register("first", "t", TablePin::Version(0)).await;
    session
        .register("then", "t", TablePin::at("2999-01-01T00:00:00Z").unwrap())
        .await;
    assert_eq!(session.rows("delete from t where id < 3").await, ["2"]);
    assert_eq!(session.rows("select count(*) from t").await, ["1"]);
    for pinned in ["first", "then"] {
        let count = format!("select count(*) from {pinned}");
        assert_eq!(session.rows(&count).await, ["3"]);
        for statement in [
            format!("insert into {pinned} values (1, 'a', 'b')"),
            format!("delete from {pinned} where id = 1"),
            format!("truncate table {pinned}"),
        ] {
            let error = session.error(&statement).await;
            assert!(error.contains("can't be written there"), "{error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_reads_what_is_latest_when_it_runs() {
    let session = Session::with_table(ROWS, &[]).await;
    let other = Session::new();
    let state = other.context.state();
    let settings = ScanSettings::default();
    let provider =
        DeltaTableProvider::open(session.location("t"), TablePin::Latest, &settings, &state);
    let provider = Arc::new(provider.await.unwrap());
    let _ = other.context.register_table("t", provider).unwrap();
    let query = "select (select count(*) from t as u) as a, count(*) as b from t";
    let frame = session.context.sql(query).await.unwrap();
    for left in [2, 1] {
        let delete = format!("delete from t where id = {left}");
        assert_eq!(other.rows(&delete).await, ["1"]);
        // The same frame, run again, reads again.
        let text = frame.clone().to_string().await.unwrap();
        assert!(text.contains(&format!("| {left} | {left} |")), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_parts_of_a_query_read_one_version() {
    let session = Session::with_table(ROWS, &[]).await;
    session.register("first", "t", TablePin::Version(0)).await;
    let context = session.context.clone();
    let writer = tokio::spawn(async move {
        for id in 10..40 {
            let insert = format!("insert into t values ({id}, 'x', 'y')");
            context.sql(&insert).await.unwrap().collect().await.unwrap();
        }
    });
    let query = "select (select count(*) from t as u) = count(*), count(*) as b, (select count(*) from first) as c from t";
    let mut seen = std::collections::BTreeSet::new();
    while !writer.is_finished() {
        let row = session.rows(query).await.remove(0);
        assert!(row.starts_with("true") && row.ends_with("| 3"), "{row}");
        let _ = seen.insert(row);
    }
    writer.await.unwrap();
    assert!(seen.len() > 1, "{seen:?}");
    assert_eq!(session.rows("select count(*) from t").await, ["33"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_rule_a_condition_is_not_trusted() {
    let session = Session::with_table(ROWS, &[]).await;
    let plain = SessionContext::new();
    let state = plain.state();
    let settings = ScanSettings::default();
    let provider =
        DeltaTableProvider::open(session.location("t"), TablePin::Latest, &settings, &state);
    let _ = plain
        .register_table("t", Arc::new(provider.await.unwrap()))
        .unwrap();
    for statement in [
        "delete from t where id = 1",
        "update t set id = 2 where id = 1",
    ] {
        let frame = plain.sql(statement).await.unwrap();
        let error = frame.collect().await.unwrap_err().strip_backtrace();
        assert!(error.contains("analyzer rule"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_column_is_no_column_of_the_table() {
    let session = Session::with_table(ROWS, &[]).await;
    let state = session.context.state();
    let open = async |name: &str| {
        let settings = ScanSettings {
            file_column: Some(name.to_owned()),
            ..ScanSettings::default()
        };
        DeltaTableProvider::open(session.location("t"), TablePin::Latest, &settings, &state).await
    };
    let error = open("Name").await.unwrap_err().to_string();
    assert!(error.contains("the table has a column 'name'"), "{error}");
    let provider = open("file").await.unwrap();
    let _ = session
        .context
        .register_table("u", Arc::new(provider))
        .unwrap();
    let rows = session
        .rows("select count(*), count(distinct file) from u where file like '%.parquet'")
        .await;
    assert_eq!(rows, ["3 | 1"]);
}
