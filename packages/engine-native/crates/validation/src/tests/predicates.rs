//! Which SQL is a condition on a row.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt64Array};
use serde_json::{Value, json};

use super::{refusal, rule, table};

fn rows() -> RecordBatch {
    let x = Int64Array::from(vec![Some(1), None, Some(3)]);
    let big = Int64Array::from(vec![2, 2, 2]);
    table(vec![
        ("x", Arc::new(x) as ArrayRef),
        ("Größe", Arc::new(big)),
    ])
}

fn holds(sql: &str) -> Value {
    json!({"kind": "predicate", "name": "p", "sql": sql})
}

#[tokio::test]
async fn a_condition_that_is_null_is_not_violated() {
    for (sql, violations) in [
        ("x < 2", 1),
        ("x < \"Größe\"", 1),
        ("x is not null", 1),
        ("abs(x) between 2 and 3 or x is null", 1),
        ("true", 0),
        ("false", 3),
        ("null", 0),
        ("x in (1, 3)", 0),
        (
            "case when x = 1 then false else now() > '2000-01-01' end",
            1,
        ),
    ] {
        let report = rule(&rows(), holds(sql)).await;
        assert_eq!(report.violations, violations, "{sql}");
    }
    let report = rule(&rows(), holds("\"Größe\" > x")).await;
    assert_eq!(report.columns, ["Größe", "x"]);
}

#[tokio::test]
async fn integers_with_and_without_sign_compare_as_numbers() {
    let unsigned = [
        None,
        Some(0),
        Some(1),
        Some(i64::MAX as u64),
        Some(u64::MAX),
    ];
    let signed = [
        None,
        Some(i64::MIN),
        Some(-1),
        Some(0),
        Some(1),
        Some(i64::MAX),
    ];
    let pairs: Vec<_> = unsigned
        .into_iter()
        .flat_map(|left| signed.map(|right| (left, right)))
        .collect();
    let rows = table(vec![
        (
            "u",
            Arc::new(pairs.iter().map(|pair| pair.0).collect::<UInt64Array>()) as ArrayRef,
        ),
        (
            "i",
            Arc::new(pairs.iter().map(|pair| pair.1).collect::<Int64Array>()),
        ),
    ]);
    let numbers: Vec<_> = pairs
        .iter()
        .filter_map(|(u, i)| Some((i128::from((*u)?), i128::from((*i)?))))
        .collect();
    let unknown = (pairs.len() - numbers.len()) as u64;
    let violations = |holds: fn(&i128, &i128) -> bool| {
        numbers.iter().filter(|(u, i)| !holds(u, i)).count() as u64
    };
    for (operator, swapped, violations) in [
        ("<", ">", violations(i128::lt)),
        ("<=", ">=", violations(i128::le)),
        ("=", "=", violations(i128::eq)),
        ("<>", "<>", violations(i128::ne)),
        (">=", "<=", violations(i128::ge)),
        (">", "<", violations(i128::gt)),
    ] {
        for sql in [format!("u {operator} i"), format!("i {swapped} u")] {
            let report = rule(&rows, holds(&sql)).await;
            assert_eq!(report.violations, violations, "{sql}");
            let known = format!("({sql}) is not null");
            let report = rule(&rows, holds(&known)).await;
            assert_eq!(report.violations, unknown, "{known}");
        }
    }
    let either = rule(&rows, holds("u is not distinct from i")).await;
    assert_eq!(either.violations, violations(i128::eq) + 9);
}

#[tokio::test]
async fn what_a_row_does_not_decide_is_refused() {
    for (sql, reason) in [
        ("sum(x) > 1", "calls an aggregate function"),
        ("row_number() over () > 1", "calls a window function"),
        ("x in (select 1)", "asks a subquery"),
        ("exists (select 1)", "asks a subquery"),
        ("x > (select 1)", "asks a subquery"),
        ("random() > 0.5", "calls a volatile function"),
        ("x > $1", "has a parameter"),
        ("x + 1", "is of type Int64; a condition is a Boolean"),
        ("\"Größen\" > 1", "did you mean \"Größe\"?"),
        ("x >", "can't be planned"),
        ("x > 1; drop table t", "can't be planned"),
        ("nosuch(x)", "can't be planned"),
    ] {
        let error = refusal(&rows(), holds(sql)).await;
        assert_eq!(error.code().as_str(), "validation-rule-invalid", "{sql}");
        assert!(error.message().contains(reason), "{sql}: {error}");
    }
}
