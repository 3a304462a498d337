//! The functions of this group, called from SQL and as accumulators.

mod accumulators;
mod count;
mod sets;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Decimal128Array, DictionaryArray,
    FixedSizeBinaryArray, Float64Array, Int64Array, LargeStringArray, ListArray, NullArray,
    StringArray, StringViewArray, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Int8Type, Int32Type, Int64Type};

/// The lists of numbers in a column.
fn numbers(lists: &dyn Array) -> Vec<Vec<Option<i64>>> {
    lists
        .as_list::<i32>()
        .iter()
        .map(|list| list.unwrap().as_primitive::<Int64Type>().iter().collect())
        .collect()
}

fn integers(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Columns of every kind with the list that their set is.
fn kinds() -> Vec<(ArrayRef, &'static str)> {
    let texts = vec![Some("b"), None, Some("a"), Some("b"), Some("")];
    let bytes: Vec<_> = texts.iter().map(|text| text.map(str::as_bytes)).collect();
    let dictionary: DictionaryArray<Int32Type> = texts.iter().copied().collect();
    let pairs: ArrayRef = Arc::new(StructArray::from(vec![
        (
            Arc::new(Field::new("x", DataType::Int64, true)),
            integers(&[Some(2), Some(1), Some(2), Some(2), None]),
        ),
        (
            Arc::new(Field::new("y", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec!["a", "b", "a", "A", "c"])) as ArrayRef,
        ),
    ]));
    let lists = ListArray::from_iter_primitive::<Int8Type, _, _>(vec![
        Some(vec![Some(2)]),
        Some(vec![Some(1), Some(3)]),
        None,
        Some(vec![]),
        Some(vec![Some(1), Some(3)]),
    ]);
    vec![
        (Arc::new(StringArray::from(texts.clone())), "[, a, b]"),
        (Arc::new(LargeStringArray::from(texts.clone())), "[, a, b]"),
        (Arc::new(StringViewArray::from(texts.clone())), "[, a, b]"),
        (Arc::new(dictionary), "[, a, b]"),
        (Arc::new(BinaryArray::from(bytes)), "[, 61, 62]"),
        (
            integers(&[Some(3), Some(-1), None, Some(3), Some(i64::MAX)]),
            "[-1, 3, 9223372036854775807]",
        ),
        (
            Arc::new(Float64Array::from(vec![
                f64::NAN,
                -0.0,
                0.0,
                f64::NAN,
                -1.5,
            ])),
            "[-1.5, 0.0, NaN]",
        ),
        (
            Arc::new(BooleanArray::from(vec![
                Some(true),
                None,
                Some(false),
                Some(true),
            ])),
            "[false, true]",
        ),
        (
            Arc::new(
                Decimal128Array::from(vec![300, -1, 300])
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
            "[-0.01, 3.00]",
        ),
        (
            Arc::new(TimestampMicrosecondArray::from(vec![1, 0, 1]).with_timezone("UTC")),
            "[1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000001Z]",
        ),
        (
            Arc::new(FixedSizeBinaryArray::try_from_iter(["ba", "ab", "ba"].iter()).unwrap()),
            "[6162, 6261]",
        ),
        (Arc::new(lists), "[[], [1, 3], [2]]"),
        (
            pairs,
            "[{x: 1, y: b}, {x: 2, y: A}, {x: 2, y: a}, {x: , y: c}]",
        ),
        (Arc::new(NullArray::new(3)), "[]"),
    ]
}
