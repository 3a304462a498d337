//! Integer arguments of any width, read as bigints.

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::cast::as_int64_array;
use datafusion::common::{Result, exec_err};

/// Whether an argument of the type can be read as bigints.
pub(crate) fn is_integer(given: &DataType) -> bool {
    given.is_integer() || given.is_null()
}

/// The type to which an integer argument is cast before the function sees it: all that always fit. The others are left to [`bigints`], whose
/// error says of which function they are.
pub(crate) fn bigint_type(given: &DataType) -> DataType {
    match given {
        DataType::UInt64 => DataType::UInt64,
        _ => DataType::Int64,
    }
}

/// The column as bigints; a number that is too large is an error.
pub(crate) fn bigints(function: &str, argument: &str, column: &ArrayRef) -> Result<Int64Array> {
    // The cast makes NULL of what is too large.
    let numbers = as_int64_array(&cast(column, &DataType::Int64)?)?.clone();
    let is_lost = |row: usize| column.is_valid(row) && numbers.is_null(row);
    if matches!(column.data_type(), DataType::UInt64)
        && let Some(row) = (0..column.len()).find(|&row| is_lost(row))
    {
        return exec_err!(
            "{function}: {argument} is at most {}, not {}",
            i64::MAX,
            arrow::util::display::array_value_to_string(column, row)?
        );
    }
    Ok(numbers)
}
