//! Gives constants back their nature: a capsule hands every argument over as a column or as an opaque expression.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::Schema;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;

/// The argument as a constant where all rows hold one value. A real column differs early, so that looking costs little.
///
/// Functions whose options are constants refuse columns, and the others are faster with constants.
pub(super) fn constant_of(argument: ColumnarValue) -> Result<ColumnarValue> {
    match argument {
        ColumnarValue::Array(array) if holds_one_value(&array) => Ok(ColumnarValue::Scalar(
            ScalarValue::try_from_array(&array, 0)?,
        )),
        other => Ok(other),
    }
}

/// Whether there are rows and all of them hold the same value, bit by bit where that matters. What can't be compared is taken to differ.
fn holds_one_value(array: &ArrayRef) -> bool {
    if array.is_empty() {
        return false;
    }
    make_comparator(array, array, SortOptions::default())
        .is_ok_and(|compare| (1..array.len()).all(|row| compare(0, row).is_eq()))
}

/// The expression as a literal where it has a value without any row: what it is in the other library can't be seen.
pub(super) fn literal_of(expression: &Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
    let no_rows = RecordBatch::new_empty(Arc::new(Schema::empty()));
    match expression.evaluate(&no_rows) {
        Ok(ColumnarValue::Scalar(value)) => Arc::new(Literal::new(value)),
        _ => Arc::clone(expression),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, NullArray, StringArray};
    use arrow::datatypes::Int32Type;

    use super::holds_one_value;

    #[test]
    fn one_value_is_seen_and_nothing_else() {
        let list = |rows: Vec<Option<Vec<Option<i32>>>>| -> ArrayRef {
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(rows))
        };
        let one: [ArrayRef; 6] = [
            Arc::new(Int64Array::from(vec![7])),
            Arc::new(Int64Array::from(vec![7; 100])),
            Arc::new(StringArray::from(vec![None::<&str>; 3])),
            Arc::new(Float64Array::from(vec![f64::NAN; 3])),
            Arc::new(NullArray::new(2)),
            list(vec![Some(vec![Some(1), None]); 2]),
        ];
        for array in one {
            assert!(holds_one_value(&array), "{array:?}");
        }
        let several: [ArrayRef; 6] = [
            Arc::new(Int64Array::from(Vec::<i64>::new())),
            Arc::new(Int64Array::from(vec![7, 7, 8])),
            Arc::new(Int64Array::from(vec![Some(7), None])),
            Arc::new(Float64Array::from(vec![0.0, -0.0])),
            Arc::new(StringArray::from(vec!["", " "])),
            list(vec![Some(vec![Some(1), None]), Some(vec![Some(1)])]),
        ];
        for array in several {
            assert!(!holds_one_value(&array), "{array:?}");
        }
        assert!(one_sliced());
    }

    fn one_sliced() -> bool {
        let array = Int64Array::from(vec![1, 2, 2]);
        let tail: ArrayRef = Arc::new(array.slice(1, 2));
        holds_one_value(&tail)
    }
}
