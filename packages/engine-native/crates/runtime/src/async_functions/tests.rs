//! Asynchronous functions in real sessions: their limits, their errors, and where SQL may call them.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::kernels::numeric::mul;
use arrow::datatypes::DataType;
use codeanatomy_errors::ErrorCode;
use datafusion::common::{Result, exec_err};
use tokio::time::sleep;

use super::{AsyncFunction, AsyncKernel, register_async_function};
use crate::testing::Session;
use crate::{AsyncUdfPolicy, RuntimePolicy};

/// What a kernel has seen.
#[derive(Debug, Default)]
struct Calls {
    begun: AtomicUsize,
    running: AtomicUsize,
    most_running: AtomicUsize,
    most_rows: AtomicUsize,
    finished: AtomicUsize,
}

/// Doubles its argument, in its own time.
#[derive(Debug)]
struct Twice {
    calls: Arc<Calls>,
    delay: Duration,
}

/// Counts down when a call ends, however it does.
struct Running<'calls>(&'calls Calls);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl AsyncKernel for Twice {
    fn call(
        &self,
        arguments: Vec<ArrayRef>,
        rows: usize,
    ) -> Pin<Box<dyn Future<Output = Result<ArrayRef>> + Send + '_>> {
        Box::pin(async move {
            let calls = &*self.calls;
            calls.begun.fetch_add(1, Ordering::SeqCst);
            let running = calls.running.fetch_add(1, Ordering::SeqCst) + 1;
            let _running = Running(calls);
            calls.most_running.fetch_max(running, Ordering::SeqCst);
            calls.most_rows.fetch_max(rows, Ordering::SeqCst);
            assert!(arguments.iter().all(|argument| argument.len() == rows));
            sleep(self.delay).await;
            calls.finished.fetch_add(1, Ordering::SeqCst);
            let two = Int64Array::new_scalar(2);
            Ok(mul(&arguments[0], &two)?)
        })
    }
}

/// What a kernel answers wrongly.
#[derive(Debug)]
enum Wrong {
    Error,
    Length,
    Type,
}

impl AsyncKernel for Wrong {
    fn call(
        &self,
        arguments: Vec<ArrayRef>,
        rows: usize,
    ) -> Pin<Box<dyn Future<Output = Result<ArrayRef>> + Send + '_>> {
        let answer: Result<ArrayRef> = match self {
            Self::Error => exec_err!("the line is dead"),
            Self::Length => Ok(arguments[0].slice(0, rows - 1)),
            Self::Type => arrow::compute::cast(&arguments[0], &DataType::Utf8).map_err(Into::into),
        };
        Box::pin(std::future::ready(answer))
    }
}

fn session(timeout_ms: i64, batch_size: i64) -> Session {
    Session::with_policy(&RuntimePolicy {
        async_udf: AsyncUdfPolicy::new(true, Some(timeout_ms), Some(batch_size)).unwrap(),
        ..RuntimePolicy::default()
    })
}

fn declared(
    name: &str,
    max_concurrency: usize,
    kernel: impl AsyncKernel + 'static,
) -> AsyncFunction {
    AsyncFunction {
        name: name.to_owned(),
        argument_types: vec![DataType::Int64],
        return_type: DataType::Int64,
        max_concurrency: NonZeroUsize::new(max_concurrency).unwrap(),
        kernel: Arc::new(kernel),
    }
}

/// A session with `twice`, and what `twice` sees.
fn with_twice(batch_size: i64, max_concurrency: usize, delay_ms: u64) -> (Session, Arc<Calls>) {
    let session = session(2_000, batch_size);
    let calls = Arc::new(Calls::default());
    let kernel = Twice {
        calls: Arc::clone(&calls),
        delay: Duration::from_millis(delay_ms),
    };
    let function = declared("twice", max_concurrency, kernel);
    register_async_function(&session.context, function, false).unwrap();
    (session, calls)
}

#[tokio::test]
async fn echo_gives_back_what_it_gets() {
    let session = session(1_000, 3);
    assert_eq!(session.value("select async_echo('a')").await, "a");
    assert_eq!(session.value("select async_echo(null)").await, "∅");
    let query = "select async_echo(x) from (values ('a'), (null), ('b'), ('c'), ('')) as t(x)";
    assert_eq!(session.rows(query).await, ["a", "∅", "b", "c", ""]);
    assert!(
        Session::new()
            .error("select async_echo('a')")
            .await
            .contains("async_echo")
    );
}

#[tokio::test]
async fn calls_keep_to_rows_and_concurrency_and_answers_keep_their_order() {
    for (rows, batch_size, concurrency) in [
        (0, 3, 2),
        (1, 3, 2),
        (10, 3, 2),
        (1000, 7, 5),
        (8193, 8192, 3),
    ] {
        let (session, calls) = with_twice(batch_size, concurrency, 1);
        let query = format!("select twice(value) from generate_series(1, {rows})");
        let found = session.rows(&query).await;
        let expected: Vec<_> = (1..=rows).map(|value| (2 * value).to_string()).collect();
        assert_eq!(found, expected);
        assert!(calls.most_rows.load(Ordering::SeqCst) <= usize::try_from(batch_size).unwrap());
        assert!(calls.most_running.load(Ordering::SeqCst) <= concurrency);
        if rows == 1000 {
            assert_eq!(calls.most_running.load(Ordering::SeqCst), concurrency);
        }
    }
}

#[tokio::test]
async fn concurrency_holds_over_partitions_and_queries() {
    let (session, calls) = with_twice(1, 3, 1);
    session
        .rows("create table t as select value as x from generate_series(1, 40)")
        .await;
    let query = "select sum(y) from (select twice(x) as y from t union all select twice(x) from t)";
    let answers = futures::future::join(session.value(query), session.value(query)).await;
    assert_eq!(answers, ("3280".to_owned(), "3280".to_owned()));
    assert_eq!(calls.begun.load(Ordering::SeqCst), 160);
    assert_eq!(calls.most_running.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_call_that_takes_too_long_fails_and_is_given_up() {
    let session = session(20, 2);
    let calls = Arc::new(Calls::default());
    let kernel = Twice {
        calls: Arc::clone(&calls),
        delay: Duration::from_mins(1),
    };
    register_async_function(&session.context, declared("slow", 4, kernel), false).unwrap();
    let error = session
        .error("select slow(value) from generate_series(1, 9)")
        .await;
    assert!(
        error.contains("slow timed out: a call with 2 rows took more than the 20 ms"),
        "{error}"
    );
    assert_eq!(calls.running.load(Ordering::SeqCst), 0);
    assert_eq!(calls.finished.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn dropping_a_query_gives_its_calls_up() {
    let (session, calls) = with_twice(1, 4, 60_000);
    let frame = session
        .context
        .sql("select twice(value) from generate_series(1, 9)")
        .await
        .unwrap();
    let query = tokio::spawn(frame.collect());
    while calls.running.load(Ordering::SeqCst) < 4 {
        sleep(Duration::from_millis(1)).await;
    }
    query.abort();
    assert!(query.await.unwrap_err().is_cancelled());
    assert_eq!(calls.running.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn wrong_answers_are_errors() {
    let session = session(1_000, 8);
    for (name, kernel, expected) in [
        ("dead", Wrong::Error, "the line is dead"),
        (
            "shorter",
            Wrong::Length,
            "shorter returned 2 values for 3 rows",
        ),
        (
            "texts",
            Wrong::Type,
            "texts returned Utf8; it was registered to return Int64",
        ),
    ] {
        register_async_function(&session.context, declared(name, 1, kernel), false).unwrap();
        let error = session
            .error(&format!("select {name}(value) from generate_series(1, 3)"))
            .await;
        assert!(error.contains(expected), "{error}");
    }
    let error = session.error("select dead('x', 'y')").await;
    assert!(error.contains("dead"), "{error}");
}

#[tokio::test]
async fn sql_may_call_it_wherever_one_input_has_its_arguments() {
    let (session, _) = with_twice(3, 2, 0);
    session
        .rows("create table t as select value as x, value % 2 as odd from generate_series(1, 6)")
        .await;
    for (query, expected) in [
        (
            "select twice(twice(twice(x))) from t where x < 3 order by x",
            vec!["8", "16"],
        ),
        (
            "select twice(x) + twice(x + 1) from t where x = 1",
            vec!["6"],
        ),
        (
            "select twice(y) from (select twice(x) as y from t) order by 1 limit 2",
            vec!["4", "8"],
        ),
        ("select x from t where twice(x) > 10", vec!["6"]),
        ("select x from t where twice(twice(x)) > 20", vec!["6"]),
        ("select x from t order by twice(-x) limit 2", vec!["6", "5"]),
        (
            "select sum(twice(x)), sum(twice(x + 1)), sum(x) from t",
            vec!["42 | 54 | 21"],
        ),
        (
            "select twice(odd), count(*) from t group by twice(odd) order by 1",
            vec!["0 | 3", "2 | 3"],
        ),
        (
            "select odd, max(twice(x)) as most from t group by odd having max(twice(x)) > 10",
            vec!["0 | 12"],
        ),
        (
            "select sum(twice(x)) over (order by x) from t order by x limit 3",
            vec!["2", "6", "12"],
        ),
        ("select twice(sum(x)) from t", vec!["42"]),
        (
            "select case when twice(x) > 10 then 'much' else 'little' end from t where x > 4 order by x",
            vec!["little", "much"],
        ),
        (
            "select a.x from t a join (select twice(x) as y from t) b on a.x = b.y order by 1",
            vec!["2", "4", "6"],
        ),
        (
            "select x from t where x in (select twice(x) from t) order by x",
            vec!["2", "4", "6"],
        ),
        (
            "select a.x from t a join t b on twice(a.x) = b.x order by 1",
            vec!["1", "2", "3"],
        ),
        (
            "select a.x, b.x from t a left join t b on twice(a.x) < 5 and twice(b.x) = twice(a.x) \
             order by 1 limit 3",
            vec!["1 | 1", "2 | 2", "3 | ∅"],
        ),
        (
            "select distinct twice(odd) from t order by 1",
            vec!["0", "2"],
        ),
        (
            "select twice(x) as y, odd from t union all select x, twice(odd) from t order by 1 limit 1",
            vec!["1 | 2"],
        ),
        (
            "with r as (select twice(x) as y from t) select count(*) from r a, r b",
            vec!["36"],
        ),
    ] {
        assert_eq!(session.rows(query).await, expected, "{query}");
    }
    for (query, call) in [
        (
            "select a.x from t a join t b on a.odd = b.odd and twice(a.x + b.x) > 3",
            "twice(a.x + b.x)",
        ),
        ("values (twice(1))", "twice(Int64(1))"),
    ] {
        let error = session.error(query).await;
        assert!(error.contains(call), "{error}");
        assert!(error.contains("call it in a subquery"), "{error}");
    }
}

#[test]
fn registering_asks_policy_and_names() {
    let function = || declared("twice", 1, Wrong::Error);
    let error = register_async_function(&Session::new().context, function(), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::AsyncFunctionsDisabled);
    let bare = datafusion::prelude::SessionContext::new();
    let error = register_async_function(&bare, function(), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::AsyncFunctionsDisabled);

    let session = session(10, 10);
    register_async_function(&session.context, function(), false).unwrap();
    let error = register_async_function(&session.context, function(), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::FunctionNameTaken);
    register_async_function(&session.context, function(), true).unwrap();
    for name in ["upper", "stable_id", "sum", "async_echo"] {
        let function = declared(name, 1, Wrong::Error);
        let error = register_async_function(&session.context, function, true).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FunctionNameTaken, "{name}");
    }
    let snapshot = crate::registry_snapshot(&session.context);
    assert!(snapshot.scalar.contains(&"twice".to_owned()));
    assert_eq!(snapshot.volatility["twice"], "volatile");
    assert_eq!(snapshot.signature_inputs["twice"], [["int64"]]);
}
