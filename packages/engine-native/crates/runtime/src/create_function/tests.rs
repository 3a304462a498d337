//! Creates functions by SQL and calls them.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::Int64Array;
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, col};

use crate::testing::Session;
use crate::{RuntimePolicy, install, registry_snapshot};

pub(super) async fn session_with(statements: &[&str]) -> Session {
    let session = Session::new();
    session
        .rows("create table t as values (1, 10, 'a'), (2, 20, 'b'), (null, 30, null)")
        .await;
    for statement in statements {
        session.rows(statement).await;
    }
    session
}

pub(super) const ADD: &str =
    "create function add2(a bigint, b bigint default 1) returns bigint return $a + $b";

#[tokio::test]
async fn a_macro_is_its_body() {
    let session = session_with(&[ADD]).await;
    for (call, expected) in [
        ("add2(1, 2)", "3"),
        ("add2(1)", "2"),
        ("add2(a => 5)", "6"),
        ("add2(5, b => 7)", "12"),
        ("add2(b => 7, a => 5)", "12"),
        ("ADD2(1, 2)", "3"),
        ("add2(null, 2)", "∅"),
        ("add2(arrow_cast(1, 'UInt8'), null)", "∅"),
        ("arrow_typeof(add2(arrow_cast(1, 'UInt8')))", "Int64"),
    ] {
        assert_eq!(
            session.value(&format!("select {call}")).await,
            expected,
            "{call}"
        );
    }
    let query = "select add2(column1, column2) from t order by column2";
    assert_eq!(session.rows(query).await, ["11", "22", "∅"]);
    let plan = session.plan(query).await;
    assert!(plan.contains("column1 + t.column2"), "{plan}");
    assert!(!plan.contains("(add2"), "{plan}");
    assert_eq!(
        session.rows("select count(*), add2(count(*)) from t where add2(column1) > 2 group by add2(column1)").await,
        ["1 | 2"]
    );
}

#[tokio::test]
async fn bodies_are_written_in_several_ways() {
    let session = session_with(&[
        "create function by_position(bigint, bigint) returns bigint return $1 - $2",
        "create function by_number(a bigint, b bigint) returns bigint return $1 - $2",
        "create function as_text(a bigint, b bigint) returns bigint language sql as 'a - b'",
        "create function as_select(a bigint, b bigint) returns bigint language SQL as 'select $a - b;'",
        "create function as_dollars(bigint, bigint) returns bigint language datafusion as $$ $1 - $2 $$",
        "create function untyped(a bigint, b bigint) return $a - $b",
        "create function no_parameters() returns text return 'row_number'",
        "create function halves(a double) returns bigint return $a / 2",
        "create function listed(a bigint) returns bigint[] return [$a, $1 + 1]",
        "create function \"Spelled\"(\"A\" bigint, B bigint) returns bigint return $1 - $2",
    ])
    .await;
    for name in [
        "by_position",
        "by_number",
        "as_text",
        "as_select",
        "as_dollars",
        "untyped",
        "spelled",
        "\"Spelled\"",
    ] {
        let query = format!("select {name}(column2, column1) from t where column1 = 2");
        assert_eq!(session.rows(&query).await, ["18"], "{name}");
        assert_eq!(session.value(&format!("select {name}(7, 5)")).await, "2");
    }
    assert_eq!(session.value("select no_parameters()").await, "row_number");
    assert_eq!(session.value("select halves(7)").await, "3");
    assert_eq!(session.value("select listed(7)").await, "[7, 8]");
    assert_eq!(
        session.value("select spelled(\"A\" => 7, b => 5)").await,
        "2"
    );
}

#[tokio::test]
async fn arguments_are_cast_where_nothing_is_lost() {
    let session = session_with(&[
        "create function small(a int) returns int return $a + 1",
        "create function named(a text) returns text return upper($a)",
        "create function day(a date) returns date return $a",
    ])
    .await;
    assert_eq!(session.value("select small(1)").await, "2");
    for kind in ["Utf8", "LargeUtf8", "Utf8View", "Dictionary(Int8, Utf8)"] {
        let call = format!("select named(arrow_cast('ä', '{kind}'))");
        assert_eq!(session.value(&call).await, "Ä");
    }
    assert_eq!(
        session.value("select day('2024-02-29')").await,
        "2024-02-29"
    );
    assert_eq!(session.value("select small(null)").await, "∅");
    for call in [
        "small(1.5)",
        "small('1')",
        "named(1)",
        "day(1)",
        "small([1])",
    ] {
        let message = session.error(&format!("select {call}")).await;
        assert!(
            message.contains("can't be given for a; cast it"),
            "{message}"
        );
    }
    for (call, expected) in [
        ("small()", "small takes 1 argument (a Int32), got 0"),
        ("small(1, 2)", "small takes 1 argument (a Int32), got 2"),
        ("small(b => 1)", "Unknown parameter name 'b'"),
    ] {
        let message = session.error(&format!("select {call}")).await;
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn macros_of_macros_inline_and_are_never_recursive() {
    let session = session_with(&[
        ADD,
        "create function twice(a bigint) returns bigint return add2($a, $a)",
        "create function thrice(a bigint) returns bigint return add2(twice($a), b => $a)",
    ])
    .await;
    let query = "select thrice(column1) from t order by column2";
    assert_eq!(session.rows(query).await, ["3", "6", "∅"]);
    let plan = session.plan("select thrice(column1) + 0 from t").await;
    for name in ["add2(", "twice(", "[thrice("] {
        assert!(!plan.contains(name), "{plan}");
    }
    for statement in [
        "create or replace function add2(a bigint) returns bigint return add2($a)",
        "create or replace function add2(a bigint) returns bigint return thrice($a)",
        "create or replace function twice(a bigint) returns bigint return 1 + thrice($a)",
    ] {
        let message = session.error(statement).await;
        assert!(message.contains("a macro can't be recursive"), "{message}");
    }
    let message = session
        .error("create function itself(a bigint) returns bigint return itself($a)")
        .await;
    assert!(message.contains("Invalid function 'itself'"), "{message}");

    // A macro holds what it calls.
    session
        .rows("create or replace function add2(a bigint) returns bigint return $a")
        .await;
    assert_eq!(session.value("select add2(1)").await, "1");
    assert_eq!(session.value("select twice(2)").await, "4");
    session.rows("drop function add2").await;
    assert!(
        session
            .error("select add2(1)")
            .await
            .contains("Invalid function 'add2'")
    );
    assert_eq!(session.value("select thrice(2)").await, "6");
    assert!(
        session
            .error("drop function add2")
            .await
            .contains("does not exist")
    );
    session.rows("drop function if exists add2").await;
}

#[tokio::test]
async fn planning_grows_with_the_number_of_calls_only() {
    let session = session_with(&[
        "create function d(a bigint) returns bigint return ($a + $a) % 1000003",
        "create function d1(a bigint) returns bigint return d($a) + d($a + 1)",
    ])
    .await;
    for level in 2..20 {
        let below = level - 1;
        session
            .rows(&format!(
                "create function d{level}(a bigint) returns bigint return (d{below}($a) + d{below}($a + 1)) % 1000003"
            ))
            .await;
    }
    let nested = |depth: usize| {
        let call = format!("{}column1{}", "d(".repeat(depth), ")".repeat(depth));
        format!("select {call} from t where column1 = 2")
    };
    for depth in [1_u32, 3, 8, 20, 40] {
        let expected = (0..depth).fold(2_u64, |value, _| 2 * value % 1_000_003);
        assert_eq!(
            session.rows(&nested(depth as usize)).await,
            [expected.to_string()],
            "{depth}"
        );
        let plan = session.plan(&nested(depth as usize)).await;
        assert!(
            plan.len() < 2_000 + 100 * depth as usize,
            "{depth}: {}",
            plan.len()
        );
    }
    let plan = session.plan(&nested(4)).await;
    // Short calls leave no call, and DataFusion computes each level once.
    assert_eq!(plan.matches("% Int64(1000003)").count(), 4, "{plan}");
    // Macros that call macros twice, nineteen deep.
    let begin = Instant::now();
    let plan = session.plan("select d19(column1) from t").await;
    assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
    assert!(plan.len() < 100_000, "{}", plan.len());
    assert_eq!(
        session
            .rows("select d3(column1) from t where column1 = 1")
            .await,
        ["40"]
    );
}

#[tokio::test]
async fn a_random_argument_is_drawn_once() {
    let session = session_with(&[
        "create function difference(a double) returns double return $a - $a",
        "create function random_pair() returns double[] return [random(), random()]",
        "create function with_default(a double default random()) returns double return $a - $a",
    ])
    .await;
    let query = "select max(abs(difference(random()))) from generate_series(1, 1000)";
    assert_eq!(session.value(query).await, "0.0");
    assert_eq!(
        session
            .value("select max(with_default()) from generate_series(1, 1000)")
            .await,
        "0.0"
    );
    assert_eq!(
        session
            .value("select count(distinct random_pair()) from generate_series(1, 1000)")
            .await,
        "1000"
    );
    let snapshot = registry_snapshot(&session.context);
    assert_eq!(snapshot.volatility["random_pair"], "volatile");
    assert_eq!(snapshot.volatility["difference"], "immutable");
    assert_eq!(snapshot.volatility["with_default"], "volatile");
}

#[tokio::test]
async fn time_is_that_of_the_query() {
    let session = session_with(&[
        "create function later(a interval) returns timestamp return now() + $a",
        "create function apart(a double) returns bigint return case when $a = $a then arrow_cast(now(), 'Int64') end",
        "create function declared() returns timestamp volatile return now()",
    ])
    .await;
    assert_eq!(
        session.value("select later(interval '1 hour') = arrow_cast(now() + interval '1 hour', 'Timestamp(ns)')").await,
        "true"
    );
    // The argument keeps the call a call.
    assert_eq!(
        session.value("select count(distinct apart(random())), min(apart(random())) = arrow_cast(now(), 'Int64') from generate_series(1, 1000)").await,
        "1 | true"
    );
    let snapshot = registry_snapshot(&session.context);
    assert_eq!(snapshot.volatility["later"], "stable");
    assert_eq!(snapshot.volatility["declared"], "volatile");
}

#[tokio::test]
async fn a_call_that_is_not_planned_away_evaluates_the_body() {
    let session = session_with(&[
        ADD,
        "create function of_case(a bigint, b text) returns text return case when $a > 1 then $b || '!' else add2($a)::text end",
        "create function seven() returns bigint return 7",
        "create function this_day() returns date return current_date",
    ])
    .await;
    let frame = session
        .context
        .sql("select column1, column3 from t order by column2")
        .await
        .unwrap();
    let schema = DFSchema::try_from(frame.schema().as_arrow().clone()).unwrap();
    let batch = frame.collect().await.unwrap().remove(0);
    let evaluate = |name: &str, arguments: Vec<Expr>| {
        let function = Arc::clone(&session.context.state().scalar_functions()[name]);
        let physical = session
            .context
            .create_physical_expr(function.call(arguments), &schema)
            .unwrap();
        physical
            .evaluate(&batch)
            .unwrap()
            .into_array(batch.num_rows())
            .unwrap()
    };
    let column1 = || col("column1");
    let texts = evaluate("of_case", vec![column1(), col("column3")]);
    let texts = arrow::compute::cast(&texts, &arrow::datatypes::DataType::Utf8).unwrap();
    let expected = arrow::array::StringArray::from(vec![Some("2"), Some("b!"), None]);
    assert_eq!(texts.as_ref(), &expected as &dyn arrow::array::Array);
    let numbers = evaluate("add2", vec![column1()]);
    assert_eq!(
        numbers.as_ref(),
        &Int64Array::from(vec![Some(2), Some(3), None]) as &dyn arrow::array::Array
    );
    assert_eq!(
        evaluate("seven", vec![]).as_ref(),
        &Int64Array::from(vec![7, 7, 7]) as &dyn arrow::array::Array
    );
    // As for DataFusion's own functions of time, only planning knows when the query began.
    let function = Arc::clone(&session.context.state().scalar_functions()["this_day"]);
    let physical = session
        .context
        .create_physical_expr(function.call(vec![]), &schema)
        .unwrap();
    assert!(physical.evaluate(&batch).is_err());
}

#[tokio::test]
async fn aggregates_windows_and_tables_get_further_names() {
    let session = session_with(&[
        "create function total(a bigint) returns bigint return sum($a)",
        "create function Total2(a int) returns bigint language agg return sum($1)",
        "create function total3() language udaf as 'sum'",
        "create function total4() language sql as 'sum'",
        "create function joined(a text, b text) returns text language aggregate return string_agg($a, $b)",
        "create function numbered() returns bigint unsigned language window return row_number() over ()",
        "create function numbered2() language udwf as 'row_number()'",
        "create function before(a bigint, b bigint) returns bigint return lag($1, $2) over ()",
        "create function numbers() language table as 'generate_series'",
        "create function Numbers2() language udtf as 'generate_series()'",
        "create function numbers3() return 'range'",
    ])
    .await;
    for name in ["total", "total2", "\"Total2\"", "total3", "total4"] {
        assert_eq!(
            session
                .value(&format!("select {name}(column1) from t"))
                .await,
            "3",
            "{name}"
        );
    }
    assert_eq!(
        session.rows("select column1, total(distinct column2) filter (where column2 < 25) from t group by column1 having total(column2) < 25 order by total(column2)").await,
        ["1 | 10", "2 | 20"]
    );
    assert_eq!(
        session.rows("select total(column2) over (order by column2 rows 1 preceding) from t order by column2").await,
        ["10", "30", "50"]
    );
    assert_eq!(
        session
            .value("select joined(column3, '-' order by column3 desc) from t")
            .await,
        "b-a"
    );
    assert!(
        session
            .plan("select total(column1) from t")
            .await
            .contains("[[sum(t.column1)")
    );
    for name in ["numbered", "numbered2"] {
        let query = format!("select {name}() over (order by column2 desc) from t order by column2");
        assert_eq!(session.rows(&query).await, ["3", "2", "1"], "{name}");
    }
    assert_eq!(
        session
            .rows("select before(column2, 1) over (order by column2) from t order by column2")
            .await,
        ["∅", "10", "20"]
    );
    for (name, expected) in [("numbers", "3"), ("numbers2", "3"), ("numbers3", "2")] {
        assert_eq!(
            session
                .value(&format!("select count(*) from {name}(1, 3)"))
                .await,
            expected
        );
    }
    let snapshot = registry_snapshot(&session.context);
    for (names, expected) in [
        (&snapshot.aggregate, "total"),
        (&snapshot.window, "before"),
        (&snapshot.table, "numbers"),
    ] {
        assert!(names.contains(&expected.to_owned()), "{names:?}");
    }
    assert_eq!(snapshot.return_types["total"], ["int64"]);
    assert_eq!(snapshot.documentation["total"].section, "SQL Macros");
    session.rows("drop function total").await;
    assert!(
        session
            .error("select total(column1) from t")
            .await
            .contains("Invalid function")
    );
}

#[tokio::test]
async fn snapshots_list_macros_and_installs_keep_them() {
    let session = session_with(&[]).await;
    let before = registry_snapshot(&session.context);
    session.rows(ADD).await;
    let snapshot = registry_snapshot(&session.context);
    assert_ne!(snapshot.hash, before.hash);
    assert!(snapshot.scalar.contains(&"add2".to_owned()));
    assert_eq!(snapshot.parameter_names["add2"], ["a", "b"]);
    assert_eq!(
        snapshot.signature_inputs["add2"],
        [vec!["int64"], vec!["int64", "int64"]]
    );
    assert_eq!(snapshot.return_types["add2"], ["int64"]);
    assert_eq!(snapshot.volatility["add2"], "immutable");
    assert!(snapshot.simplify["add2"]);
    let documentation = &snapshot.documentation["add2"];
    assert_eq!(documentation.section, "SQL Macros");
    assert_eq!(documentation.syntax, "add2(a, b = Int64(1))");
    assert_eq!(
        documentation.arguments,
        [
            ("a".to_owned(), "Int64".to_owned()),
            ("b".to_owned(), "Int64".to_owned())
        ]
    );
    assert!(
        documentation.description.contains("`a + b`"),
        "{}",
        documentation.description
    );

    let again = install(&session.context, &RuntimePolicy::default()).unwrap();
    assert!(again.function_factory_installed);
    assert_eq!(again.snapshot, snapshot);
    assert_eq!(session.value("select add2(1)").await, "2");

    // Another session has its own functions.
    assert!(
        Session::new()
            .error("select add2(1)")
            .await
            .contains("Invalid function")
    );
}
