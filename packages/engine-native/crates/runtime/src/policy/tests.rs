//! Policies, and what is refused under them by which way.

use codeanatomy_errors::ErrorCode;
use datafusion::execution::context::SQLOptions;

use super::{AsyncUdfPolicy, RuntimePolicy, StatementPolicy};
use crate::testing::Session;
use crate::{install, run_sql};

#[test]
fn a_policy_of_asynchronous_functions_is_whole_or_refused() {
    for (enabled, timeout_ms, batch_size, option, message) in [
        (
            false,
            Some(100),
            Some(64),
            "enable_async",
            "Async UDF policy provided but enable_async is False.",
        ),
        (
            false,
            None,
            Some(0),
            "enable_async",
            "Async UDF policy provided but enable_async is False.",
        ),
        (
            true,
            None,
            Some(64),
            "async_udf_timeout_ms",
            "async_udf_timeout_ms must be a positive integer when async UDFs are enabled.",
        ),
        (
            true,
            Some(100),
            None,
            "async_udf_batch_size",
            "async_udf_batch_size must be a positive integer when async UDFs are enabled.",
        ),
        (
            true,
            Some(0),
            Some(64),
            "async_udf_timeout_ms",
            "async_udf_timeout_ms must be a positive integer when async UDFs are enabled. It is 0.",
        ),
        (
            true,
            Some(100),
            Some(-1),
            "async_udf_batch_size",
            "async_udf_batch_size must be a positive integer when async UDFs are enabled. It is -1.",
        ),
    ] {
        let error = AsyncUdfPolicy::new(enabled, timeout_ms, batch_size).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOption);
        assert_eq!(error.message(), message);
        assert_eq!(error.details()["option"], option);
    }
    assert!(AsyncUdfPolicy::default().limits().is_none());
    let limits = AsyncUdfPolicy::new(true, Some(100), Some(64))
        .unwrap()
        .limits()
        .unwrap();
    assert_eq!(limits.timeout.as_millis(), 100);
    assert_eq!(limits.batch_size.get(), 64);
}

const DDL: [&str; 14] = [
    "create table u (x int)",
    "create table u as values (1)",
    "create or replace table t as values (1)",
    "create view v as select * from t",
    "create external table e stored as csv location 'nowhere.csv'",
    "create schema s",
    "create database d",
    "create function f(a bigint) returns bigint return $a",
    "create or replace function f(a bigint) returns bigint return $a",
    "drop table t",
    "drop table if exists none",
    "drop view if exists none",
    "drop schema if exists none",
    "drop function if exists none",
];

const DML: [&str; 5] = [
    "insert into t values (3)",
    "copy t to 'nowhere.csv'",
    "delete from t",
    "update t set column1 = 1",
    "explain analyze insert into t values (3)",
];

const STATEMENTS: [&str; 6] = [
    "set datafusion.execution.batch_size = 7",
    "reset datafusion.execution.batch_size",
    "prepare p as select 1",
    "execute q",
    "deallocate q",
    "start transaction",
];

const QUERIES: [&str; 4] = [
    "select count(*) from t",
    "explain select * from t",
    "show tables",
    "with c as (select 1) select * from c",
];

/// A session with a table and a prepared statement, under a policy that comes after them.
async fn session_under(statements: StatementPolicy) -> Session {
    let context = datafusion::prelude::SessionContext::new_with_config(
        datafusion::prelude::SessionConfig::new().with_information_schema(true),
    );
    for statement in [
        "create table t as values (1), (2)",
        "prepare q as select 1",
        "prepare inserts as insert into t values (9)",
    ] {
        context
            .sql(statement)
            .await
            .unwrap()
            .collect()
            .await
            .unwrap();
    }
    let policy = RuntimePolicy {
        statements,
        ..RuntimePolicy::default()
    };
    let report = install(&context, &policy).unwrap();
    assert_eq!(report.statements, statements);
    Session { context }
}

/// What `run_sql` says to the statement: the message, or nothing if it runs.
async fn refusal(session: &Session, statement: &str) -> Option<String> {
    let outcome = async { run_sql(&session.context, statement).await?.collect().await };
    outcome.await.err().map(|error| error.strip_backtrace())
}

#[tokio::test]
async fn run_sql_refuses_every_statement_that_the_policy_does_not_allow() {
    let all = StatementPolicy::default();
    for (policy, refused, rest, message) in [
        (
            StatementPolicy {
                allow_ddl: false,
                ..all
            },
            DDL.as_slice(),
            [DML.as_slice(), STATEMENTS.as_slice()],
            "DDL statements are disabled by the session's policy",
        ),
        (
            StatementPolicy {
                allow_dml: false,
                ..all
            },
            DML.as_slice(),
            [DDL.as_slice(), STATEMENTS.as_slice()],
            "DML statements are disabled by the session's policy",
        ),
        (
            StatementPolicy {
                allow_statements: false,
                ..all
            },
            STATEMENTS.as_slice(),
            [DDL.as_slice(), DML.as_slice()],
            "Session statements are disabled by the session's policy",
        ),
    ] {
        let session = session_under(policy).await;
        for statement in refused {
            let said = refusal(&session, statement).await.unwrap_or_default();
            assert!(said.contains(message), "{statement}: {said}");
            let explained = format!("explain analyze {statement}");
            if let Some(said) = refusal(&session, &explained).await {
                // Some statements can't be explained at all.
                assert!(
                    said.contains(message) || said.contains("SQL error") || said.contains("not"),
                    "{explained}: {said}"
                );
            }
        }
        let before = session.rows("select * from t").await;
        assert_eq!(before, ["1", "2"]);
        for query in QUERIES {
            assert_eq!(refusal(&session, query).await, None, "{query}");
        }
        for statement in rest.into_iter().flatten() {
            if statement.starts_with("copy") {
                // It would write a file here.
                continue;
            }
            let said = refusal(&session, statement).await.unwrap_or_default();
            assert!(!said.contains("session's policy"), "{statement}: {said}");
        }
    }
}

#[tokio::test]
async fn a_message_says_what_is_allowed() {
    let nothing = StatementPolicy {
        allow_ddl: false,
        allow_dml: false,
        allow_statements: false,
    };
    let session = session_under(nothing).await;
    let said = refusal(&session, "create view v as select 1")
        .await
        .unwrap();
    assert!(
        said.contains("and this has CREATE VIEW; allowed are queries only"),
        "{said}"
    );
    let said = refusal(&session, "insert into t values (3)").await.unwrap();
    assert!(said.contains("and this has INSERT"), "{said}");
    let session = session_under(StatementPolicy {
        allow_dml: true,
        ..nothing
    })
    .await;
    let said = refusal(&session, "set datafusion.execution.batch_size = 7")
        .await
        .unwrap();
    assert!(
        said.contains(
            "and this has SET; allowed are queries and DML (INSERT, UPDATE, DELETE, COPY)"
        ),
        "{said}"
    );
}

/// Whatever becomes a plan that is run passes the analyzer, whoever made it.
#[tokio::test]
async fn plans_that_are_run_are_refused_in_every_way() {
    let session = session_under(StatementPolicy {
        allow_ddl: false,
        allow_dml: false,
        allow_statements: false,
    })
    .await;
    for (statement, kind) in [
        ("insert into t values (3)", "DML"),
        ("insert into t select * from t", "DML"),
        ("copy t to 'nowhere.csv'", "DML"),
        (
            "copy (select * from t) to 'nowhere.parquet' stored as parquet",
            "DML",
        ),
        ("delete from t", "DML"),
        ("update t set column1 = 1", "DML"),
        ("explain analyze insert into t values (3)", "DML"),
        ("explain analyze copy t to 'nowhere.csv'", "DML"),
        ("explain analyze create table u as values (1)", "DDL"),
        ("explain analyze create view v as select 1", "DDL"),
        // Prepared before the policy came.
        ("execute inserts", "DML"),
        ("start transaction", "Session"),
        (
            "create function f(a bigint) returns bigint return $a",
            "DDL",
        ),
        (
            "create external table e stored as csv location 'nowhere.csv'",
            "DDL",
        ),
    ] {
        let said = session.error(statement).await;
        let message = format!("{kind} statements are disabled by the session's policy");
        assert!(said.contains(&message), "{statement}: {said}");
    }
    assert!(!std::path::Path::new("nowhere.csv").exists());
    assert_eq!(session.rows("select * from t").await, ["1", "2"]);
    // An EXPLAIN shows the refusal in place of a plan.
    let plan = session
        .rows("explain insert into t values (3)")
        .await
        .join("\n");
    assert!(plan.contains("DML statements are disabled"), "{plan}");
    // A frame of the program writes as SQL does.
    let frame = session.context.sql("select 3 as column1").await.unwrap();
    let error = frame
        .write_table("t", datafusion::dataframe::DataFrameWriteOptions::new())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("DML statements are disabled"),
        "{error}"
    );
}

/// `SessionContext::sql` carries these out itself, from the plan and before any rule, factory or planner of the session is asked. They are
/// refused by `run_sql`, or by `sql_with_options`. If this test fails because one is refused, DataFusion has a hook now: use it.
#[tokio::test]
async fn some_statements_never_reach_the_session() {
    let session = session_under(StatementPolicy {
        allow_ddl: false,
        allow_dml: false,
        allow_statements: false,
    })
    .await;
    for statement in [
        "create table u (x int)",
        "create table u2 as values (1)",
        "create view v as select 1",
        "create schema s",
        "create database d",
        "drop table u",
        "drop view v",
        "drop schema s",
        "drop function if exists none",
        "set datafusion.execution.batch_size = 7",
        "reset datafusion.execution.batch_size",
        "prepare p as select 1",
        "execute p",
        "deallocate p",
    ] {
        session.rows(statement).await;
    }
    let options = session.context.clone();
    let refused = options
        .sql_with_options(
            "create table w (x int)",
            crate::installed_policy(&session.context)
                .unwrap()
                .statements
                .within(SQLOptions::new()),
        )
        .await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn built_in_functions_are_not_dropped_by_run_sql() {
    let session = Session::new();
    for name in [
        "abs",
        "sum",
        "row_number",
        "range",
        "array_transform",
        "hash64",
        "ABS",
    ] {
        let said = refusal(&session, &format!("drop function if exists {name}"))
            .await
            .unwrap_or_default();
        assert!(
            said.contains("is a built-in function and can't be dropped"),
            "{name}: {said}"
        );
    }
    // DataFusion itself takes them away; an install brings the library's back.
    session.rows("drop function hash64").await;
    assert!(
        install(&session.context, &RuntimePolicy::default())
            .unwrap()
            .udf_installed
    );
    assert_eq!(
        session.value("select hash64('a') is not null").await,
        "true"
    );
}

#[tokio::test]
async fn run_sql_takes_parameters_by_their_bare_names() {
    let session = Session::new();
    for (statement, call, expected) in [
        (
            "create function add2(a bigint, b bigint default 1) returns bigint return a + b",
            "add2(1)",
            "2",
        ),
        (
            "create function shout(\"Text\" text) returns text return upper(\"Text\") || '!'",
            "shout('a')",
            "A!",
        ),
        (
            "create function sign_of(A bigint) returns text return case when a > 0 then 'up' when A in (0) then 'none' end",
            "sign_of(0)",
            "none",
        ),
        (
            "create function member(s struct<x bigint>) returns bigint return s.x + s['x']",
            "member(named_struct('x', 2))",
            "4",
        ),
        (
            "create function listed(a bigint) returns bigint[] return [a, a + 1]",
            "listed(1)",
            "[1, 2]",
        ),
        (
            "create function total(a bigint) returns bigint return sum(a)",
            "total(column1) from (values (1), (2))",
            "3",
        ),
        (
            "create function field(doc text, name text) returns text return doc ->> name",
            "field('{\"a\": 5}', 'a')",
            "5",
        ),
    ] {
        assert_eq!(refusal(&session, statement).await, None, "{statement}");
        assert_eq!(
            session.value(&format!("select {call}")).await,
            expected,
            "{call}"
        );
    }
    let said = refusal(
        &session,
        "create function f(a bigint) returns bigint return a + x",
    )
    .await
    .unwrap();
    assert!(said.contains("No field named x"), "{said}");
}

#[test]
fn a_second_install_adds_no_second_rule() {
    let policy = RuntimePolicy {
        statements: StatementPolicy {
            allow_ddl: false,
            ..StatementPolicy::default()
        },
        ..RuntimePolicy::default()
    };
    let session = Session::with_policy(&policy);
    let rules = || session.context.state().analyzer().rules.len();
    let before = rules();
    install(&session.context, &policy).unwrap();
    assert_eq!(rules(), before);
    assert_eq!(
        Session::new().context.state().analyzer().rules.len() + 1,
        before,
        "a policy that allows everything has no rule"
    );
    let error = install(&session.context, &RuntimePolicy::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::RuntimePolicyConflict);
    assert!(error.message().contains("allow_ddl: false"), "{error}");
}
