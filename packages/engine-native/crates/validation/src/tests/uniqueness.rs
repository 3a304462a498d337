//! Which keys are equal.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int64Array, Int64Builder, ListArray, MapBuilder,
    RecordBatch, StringBuilder,
};
use arrow::datatypes::{Int8Type, Int32Type};
use serde_json::{Value, json};

use super::{rule, table, validated};

fn unique(columns: &[&str]) -> Value {
    json!({"kind": "unique", "columns": columns})
}

#[tokio::test]
async fn all_rows_of_a_key_count_and_null_is_equal_to_nothing() {
    let rows = table(vec![
        (
            "a",
            Arc::new(Int64Array::from(vec![
                Some(1),
                Some(1),
                Some(2),
                None,
                None,
                Some(1),
            ])) as ArrayRef,
        ),
        (
            "b",
            Arc::new(Int64Array::from(vec![
                Some(1),
                Some(1),
                Some(1),
                Some(1),
                Some(1),
                Some(2),
            ])),
        ),
    ]);
    let report = rule(&rows, unique(&["a"])).await;
    assert_eq!((report.violations, report.fraction), (3, Some(0.5)));
    assert_eq!(report.examples.len(), 1);
    assert_eq!(report.examples[0].count, Some(3));
    let report = rule(&rows, unique(&["a", "b"])).await;
    assert_eq!(report.violations, 2);
    assert_eq!(
        Value::from(report.examples[0].values.clone()),
        json!({"a": 1, "b": 1})
    );
    assert_eq!(report.rule, "unique(a, b)");
}

#[tokio::test]
async fn zeros_are_equal_and_so_is_nan() {
    let x = Float64Array::from(vec![-0.0, 0.0, f64::NAN, f64::NAN, 1.0]);
    let report = rule(&table(vec![("x", Arc::new(x) as ArrayRef)]), unique(&["x"])).await;
    assert_eq!(report.violations, 4);
    assert_eq!(report.examples.len(), 2);
}

#[tokio::test]
async fn encoded_and_nested_keys_compare_by_their_values() {
    let texts: DictionaryArray<Int8Type> = [Some("a"), None, Some("a"), None].into_iter().collect();
    let report = rule(
        &table(vec![("x", Arc::new(texts) as ArrayRef)]),
        unique(&["x"]),
    )
    .await;
    assert_eq!(report.violations, 2);
    assert_eq!(
        Value::from(report.examples[0].values.clone()),
        json!({"x": "a"})
    );
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1)]),
        Some(vec![Some(2)]),
        Some(vec![Some(1)]),
    ]);
    let report = rule(
        &table(vec![("x", Arc::new(lists) as ArrayRef)]),
        unique(&["x"]),
    )
    .await;
    assert_eq!(report.violations, 2);
}

#[tokio::test]
async fn the_least_keys_are_the_examples() {
    let keys: Vec<i64> = (0..20_000).map(|row| 9_999 - row % 10_000).collect();
    let rows = table(vec![("x", Arc::new(Int64Array::from(keys)) as ArrayRef)]);
    let batches: Vec<RecordBatch> = (0..20).map(|part| rows.slice(part * 1000, 1000)).collect();
    let policy = json!({"rules": [unique(&["x"])]});
    let report = validated(vec![batches], &policy, None).await.unwrap();
    assert_eq!(report.rules[0].violations, 20_000);
    let least: Vec<_> = report.rules[0]
        .examples
        .iter()
        .map(|example| example.values["x"].clone())
        .collect();
    assert_eq!(least, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn maps_are_equal_if_their_entries_are() {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for value in [1, 2, 1] {
        maps.keys().append_value("a");
        maps.values().append_value(value);
        maps.append(true).unwrap();
    }
    let rows = table(vec![("x", Arc::new(maps.finish()) as ArrayRef)]);
    assert_eq!(rule(&rows, unique(&["x"])).await.violations, 2);
}
