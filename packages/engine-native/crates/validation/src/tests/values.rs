//! What a range, a list of values and `not_null` mean for each type.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array,
    Float64Array, Int8Array, Int64Array, LargeStringArray, ListArray, RunArray, StringArray,
    StringViewArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{Int8Type, Int32Type};
use serde_json::{Value, json};

use super::{refusal, rule, table, violating};

fn range(min: Value, max: Value) -> Value {
    let mut rule = json!({"kind": "range", "column": "x"});
    for (name, bound) in [("min", min), ("max", max)] {
        if !bound.is_null() {
            rule[name] = bound;
        }
    }
    rule
}

fn exclusive(mut rule: Value) -> Value {
    rule["inclusive"] = json!(false);
    rule
}

fn allowed(values: &Value) -> Value {
    json!({"kind": "allowed_values", "column": "x", "values": values})
}

#[tokio::test]
async fn integers_compare_exactly() {
    let x: ArrayRef = Arc::new(Int64Array::from(vec![
        Some(1),
        None,
        Some(2),
        Some(9_007_199_254_740_993),
    ]));
    let found = async |rule| violating(Arc::clone(&x), rule).await;
    assert_eq!(found(range(json!(2), Value::Null)).await, [0]);
    assert_eq!(found(range(json!(1.5), json!(2))).await, [0, 3]);
    assert_eq!(found(exclusive(range(json!(1), json!(2)))).await, [0, 2, 3]);
    assert_eq!(
        found(range(Value::Null, json!(9_007_199_254_740_992_i64))).await,
        [3]
    );
    assert_eq!(
        found(range(Value::Null, json!(1e300))).await,
        [] as [u64; 0]
    );
    assert_eq!(found(range(json!(1e300), Value::Null)).await, [0, 2, 3]);
    assert_eq!(found(allowed(&json!([1.0, 1.5, 2]))).await, [3]);
    assert_eq!(found(allowed(&json!([1.5]))).await, [0, 2, 3]);
    let bytes: ArrayRef = Arc::new(Int8Array::from(vec![127, -128]));
    assert_eq!(
        violating(bytes, range(json!(-129), json!(126.9))).await,
        [0]
    );
    let large: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 0]));
    assert_eq!(
        violating(large, range(json!(-1), json!(u64::MAX - 1))).await,
        [0]
    );
}

#[tokio::test]
async fn nan_is_outside_every_range_and_zeros_are_equal() {
    let negative_nan = f64::from_bits(f64::NAN.to_bits() | (1 << 63));
    let x: ArrayRef = Arc::new(Float64Array::from(vec![
        Some(f64::NAN),
        Some(negative_nan),
        Some(-0.0),
        Some(0.0),
        Some(f64::INFINITY),
        None,
    ]));
    let found = async |rule| violating(Arc::clone(&x), rule).await;
    assert_eq!(found(range(json!(0), Value::Null)).await, [0, 1]);
    assert_eq!(found(range(json!(0.0), Value::Null)).await, [0, 1]);
    assert_eq!(found(range(Value::Null, json!(0.0))).await, [0, 1, 4]);
    assert_eq!(found(range(Value::Null, json!(-0.0))).await, [0, 1, 4]);
    assert_eq!(found(range(json!(0), json!(0))).await, [0, 1, 4]);
    assert_eq!(
        found(exclusive(range(json!(-0.0), Value::Null))).await,
        [0, 1, 2, 3]
    );
    assert_eq!(
        found(exclusive(range(Value::Null, json!(0)))).await,
        [0, 1, 2, 3, 4]
    );
    assert_eq!(found(allowed(&json!([0]))).await, [0, 1, 4]);
    // 0.1 as f32 is more than 0.1.
    let short: ArrayRef = Arc::new(Float32Array::from(vec![0.1, 0.5]));
    assert_eq!(
        violating(Arc::clone(&short), range(Value::Null, json!(0.1))).await,
        [0, 1]
    );
    assert_eq!(violating(short, allowed(&json!([0.5]))).await, [0]);
}

#[tokio::test]
async fn texts_of_every_layout_compare_by_code_points() {
    let texts = vec![Some("a"), None, Some("é"), Some(""), Some("Z")];
    let dictionary: DictionaryArray<Int8Type> = texts.iter().copied().collect();
    let runs: RunArray<Int32Type> = texts.iter().copied().collect();
    let layouts: [ArrayRef; 5] = [
        Arc::new(StringArray::from(texts.clone())),
        Arc::new(LargeStringArray::from(texts.clone())),
        Arc::new(StringViewArray::from(texts)),
        Arc::new(dictionary),
        Arc::new(runs),
    ];
    for x in layouts {
        let layout = x.data_type().to_string();
        let found = async |rule| violating(Arc::clone(&x), rule).await;
        assert_eq!(
            found(range(json!("Z"), json!("z"))).await,
            [2, 3],
            "{layout}"
        );
        assert_eq!(
            found(allowed(&json!(["a", "é", ""]))).await,
            [4],
            "{layout}"
        );
        let many = json!(["a", "é", "", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(found(allowed(&many)).await, [4], "{layout}");
        let null = json!({"kind": "not_null", "column": "x"});
        assert_eq!(found(null).await, [1], "{layout}");
    }
}

#[tokio::test]
async fn decimals_dates_and_points_in_time_compare_as_such() {
    let money = Decimal128Array::from(vec![Some(1230), Some(1231), None])
        .with_precision_and_scale(10, 2)
        .unwrap();
    let money: ArrayRef = Arc::new(money);
    let found = async |rule| violating(Arc::clone(&money), rule).await;
    assert_eq!(found(range(Value::Null, json!("12.30"))).await, [1]);
    assert_eq!(found(range(json!("12.305"), Value::Null)).await, [0]);
    assert_eq!(found(range(json!(12.3), json!(12.3))).await, [1]);
    assert_eq!(
        found(allowed(&json!(["12.3", 12.31]))).await,
        [] as [u64; 0]
    );

    let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(0), Some(1), None]));
    let noon = range(json!("1970-01-01T12:00:00Z"), Value::Null);
    assert_eq!(violating(days, noon).await, [0]);

    let moments = TimestampSecondArray::from(vec![Some(0), Some(3600), None]);
    for zone in [None, Some("Asia/Tokyo")] {
        let x: ArrayRef = match zone {
            Some(zone) => Arc::new(moments.clone().with_timezone(zone)),
            None => Arc::new(moments.clone()),
        };
        let rule = range(json!("1970-01-01T09:00:01+09:00"), Value::Null);
        assert_eq!(violating(Arc::clone(&x), rule).await, [0]);
        let rule = allowed(&json!(["1970-01-01 00:00:00", "1970-01-01T01:00:00Z"]));
        assert_eq!(violating(x, rule).await, [] as [u64; 0]);
    }
}

#[tokio::test]
async fn booleans_have_an_order() {
    let x: ArrayRef = Arc::new(BooleanArray::from(vec![Some(false), Some(true), None]));
    assert_eq!(
        violating(Arc::clone(&x), range(json!(true), Value::Null)).await,
        [0]
    );
    assert_eq!(violating(x, allowed(&json!([false]))).await, [1]);
}

#[tokio::test]
async fn dictionaries_may_have_null_as_a_value() {
    let keys = Int8Array::from(vec![Some(0), Some(1), None]);
    let values = Arc::new(StringArray::from(vec![Some("a"), None]));
    let x: ArrayRef = Arc::new(DictionaryArray::new(keys, values));
    let null = json!({"kind": "not_null", "column": "x"});
    assert_eq!(violating(Arc::clone(&x), null).await, [1, 2]);
    assert_eq!(violating(x, allowed(&json!(["b"]))).await, [0]);
}

#[tokio::test]
async fn what_does_not_go_together_is_an_error_of_the_policy() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)])]);
    let rows = table(vec![
        ("x", Arc::new(Int64Array::from(vec![1])) as ArrayRef),
        ("list", Arc::new(lists)),
    ]);
    let error = refusal(&rows, range(json!("1"), Value::Null)).await;
    assert_eq!(error.code().as_str(), "validation-rule-invalid");
    assert_eq!(
        error.message(),
        "the rule 'range(x)' compares the column 'x' of type Int64 with \"1\"; it takes numbers"
    );
    let error = refusal(
        &rows,
        json!({"kind": "range", "column": "list", "min": 1, "name": "few"}),
    )
    .await;
    assert!(
        error
            .message()
            .starts_with("the rule 'few' compares the column 'list'")
    );
    assert!(error.hint().is_some_and(|hint| hint.contains("predicate")));
    let error = refusal(&rows, json!({"kind": "not_null", "column": "lisd"})).await;
    assert!(error.message().ends_with("did you mean 'list'?"), "{error}");
    assert_eq!(error.details()["column"], "lisd");
}

#[tokio::test]
async fn examples_tell_values_exactly() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None])]);
    let money = Decimal128Array::from(vec![1230])
        .with_precision_and_scale(10, 2)
        .unwrap();
    let rows = table(vec![
        (
            "x",
            Arc::new(Float64Array::from(vec![f64::NAN])) as ArrayRef,
        ),
        ("list", Arc::new(lists)),
        ("money", Arc::new(money)),
        ("text", Arc::new(StringArray::from(vec!["é".repeat(1025)]))),
        (
            "at",
            Arc::new(TimestampSecondArray::from(vec![0]).with_timezone("UTC")),
        ),
        ("none", Arc::new(Int64Array::from(vec![None]))),
    ]);
    let report = rule(&rows, range(json!(0), Value::Null)).await;
    let expected = json!({
        "x": "NaN", "list": [1, null], "money": "12.30", "text": format!("{}…", "é".repeat(1024)),
        "at": "1970-01-01T00:00:00Z", "none": null,
    });
    assert_eq!(Value::from(report.examples[0].values.clone()), expected);
    assert_eq!(report.fraction, Some(1.0));
}
