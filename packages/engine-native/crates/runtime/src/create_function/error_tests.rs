//! What `CREATE FUNCTION` refuses, and what it says.

use super::tests::{ADD, session_with};

const WRONG_MACROS: &[(&str, &str)] = &[
    ("create function f(a bigint)", "has no body"),
    (
        "create function f(a bigint) returns bigint return $b",
        "Unknown placeholder: $b",
    ),
    (
        "create function f(a bigint) returns bigint return $2",
        "$2 is no parameter; it has (a Int64)",
    ),
    (
        "create function f() returns bigint return $x",
        "$x is no parameter",
    ),
    (
        "create function f(a bigint) returns bigint return x",
        "No field named x",
    ),
    (
        "create function f(a bigint) returns bigint language sql as 'x + 1'",
        "the body 'x + 1'",
    ),
    (
        "create function f(a bigint) returns bigint language sql as 'a +'",
        "the body 'a +'",
    ),
    (
        "create function f(a bigint) returns bigint return nowhere($a)",
        "Invalid function 'nowhere'",
    ),
    (
        "create function f(a nothing) returns bigint return $a",
        "nothing",
    ),
    (
        "create function f(a bigint) returns bigint return upper($a, 1)",
        "CREATE FUNCTION f: its body",
    ),
    (
        "create function f(a bigint) returns bigint return [$a]",
        "can't be cast to the return type Int64",
    ),
    (
        "create function f(a bigint) returns bigint return 1 + sum($a)",
        "can't call the aggregate function sum",
    ),
    (
        "create function f(a bigint) returns bigint return 1 + sum($a) over ()",
        "can't call the window function sum",
    ),
    (
        "create function f(a bigint) returns bigint return (select 1)",
        "can't have a subquery",
    ),
    (
        "create function f(a bigint, A bigint) returns bigint return $a",
        "two parameters are named 'a'",
    ),
    (
        "create function f(a bigint, bigint) returns bigint return $a",
        "either named or positional",
    ),
    (
        "create function f(a bigint default 'x') returns bigint return $a",
        "the default of a is a Utf8, not a Int64",
    ),
    (
        "create function f(a bigint default 1, b bigint) returns bigint return $a",
        "cannot follow default",
    ),
    (
        "create function f(a bigint) returns bigint language python as 'a'",
        "unsupported LANGUAGE python",
    ),
    (
        "create function f(a bigint) returns double immutable return $a + random()",
        "declared IMMUTABLE, but its body calls a function that is VOLATILE",
    ),
    (
        "create function f(a bigint) returns double stable return $a + random()",
        "declared STABLE",
    ),
    (
        "create function f() returns timestamp immutable return now()",
        "calls a function that is STABLE",
    ),
    (
        "create function abs(a bigint) returns bigint return $a",
        "'abs' is a built-in function",
    ),
    (
        "create or replace function ABS(a bigint) returns bigint return $a",
        "'abs' is a built-in function",
    ),
    (
        "create or replace function sum(a bigint) returns bigint return $a",
        "'sum' is a built-in function",
    ),
    (
        "create or replace function row_number() returns bigint return 1",
        "'row_number' is a built-in function",
    ),
    (
        "create or replace function generate_series() returns bigint return 1",
        "'generate_series' is a built-in function",
    ),
    (
        "create or replace function array_transform() returns bigint return 1",
        "'array_transform' is a built-in function",
    ),
    (
        "create or replace function hash64(a text) returns text return $a",
        "'hash64' is a built-in function",
    ),
    (
        "create function add2(a bigint) returns bigint return $a",
        "the function 'add2' exists already",
    ),
    (
        "create function Add2(a bigint) returns bigint return $a",
        "the function 'add2' exists already",
    ),
    (
        "create or replace function add2(a bigint) returns bigint return sum($a)",
        "is a function of kind scalar, not aggregate",
    ),
];

const WRONG_ALIASES: &[(&str, &str)] = &[
    (
        "create function f(a bigint) returns bigint return sum(distinct $a)",
        "can't have DISTINCT",
    ),
    (
        "create function f(a bigint) returns bigint return sum($a) filter (where $a > 1)",
        "can't have DISTINCT, FILTER",
    ),
    (
        "create function f(a bigint) returns bigint[] return array_agg($a order by $a)",
        "ORDER BY",
    ),
    (
        "create function f(a bigint) returns bigint return sum($a + 1)",
        "each once and in order",
    ),
    (
        "create function f(a text, b text) returns text return string_agg($b, $a)",
        "each once and in order",
    ),
    (
        "create function f(a bigint, b bigint) returns bigint return sum($a)",
        "each once and in order",
    ),
    (
        "create function f(a bigint) returns text return sum($a)",
        "sum returns Int64 for (a Int64), not Utf8View",
    ),
    (
        "create function f(a bigint default 1) returns bigint return sum($a)",
        "default values",
    ),
    (
        "create function f(a bigint) returns bigint volatile return sum($a)",
        "can't be Volatile",
    ),
    (
        "create function f(a text) returns bigint return sum($a)",
        "CREATE FUNCTION f",
    ),
    (
        "create function f() language aggregate as 'nothing'",
        "there is no aggregate function 'nothing'",
    ),
    (
        "create function f(a bigint) language aggregate return $a",
        "the body of an aggregate alias is one call",
    ),
    (
        "create function f(a bigint) returns bigint language window return sum($a) over ()",
        "sum is an aggregate function",
    ),
    (
        "create function f() language aggregate return row_number() over ()",
        "row_number is a window function",
    ),
    (
        "create function f(a bigint) returns bigint return lag($a) over (order by $a)",
        "an empty OVER () only",
    ),
    (
        "create function f() language window as 'nothing'",
        "there is no window function 'nothing'",
    ),
    (
        "create function f() language window return 1",
        "the body of a window alias",
    ),
    (
        "create function f() language table as 'nothing'",
        "there is no table function 'nothing'",
    ),
    (
        "create function f(a bigint) language table as 'range'",
        "declare neither",
    ),
    (
        "create function f() language table return 1",
        "the body of a table alias",
    ),
];

#[tokio::test]
async fn what_is_wrong_is_said_at_creation() {
    let session = session_with(&[ADD]).await;
    for (statement, expected) in WRONG_MACROS {
        let message = session.error(statement).await;
        assert!(message.contains(expected), "{statement}: {message}");
    }
    assert_eq!(
        session.value("select add2(1)").await,
        "2",
        "nothing changed"
    );
}

#[tokio::test]
async fn aliases_are_checked_against_what_they_name() {
    let session = session_with(&[]).await;
    for (statement, expected) in WRONG_ALIASES {
        let message = session.error(statement).await;
        assert!(message.contains(expected), "{statement}: {message}");
    }
}
