//! Rows as JSON, for people and programs that look at a violation.

use arrow::array::cast::AsArray;
use arrow::array::{Array, ArrayRef, RecordBatch, types};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use codeanatomy_errors::Result;
use serde_json::{Map, Value};

use crate::error::arrow_failed;

const MOST_CHARACTERS: usize = 1024;
const MOST_ELEMENTS: usize = 100;
const CUT: &str = "…";

/// The values of a row by column.
pub(crate) fn row_values(batch: &RecordBatch, row: usize) -> Result<Map<String, Value>> {
    let schema = batch.schema_ref();
    let columns = schema.fields().iter().zip(batch.columns());
    columns
        .map(|(field, column)| Ok((field.name().clone(), value(column, row)?)))
        .collect()
}

fn value(array: &dyn Array, row: usize) -> Result<Value> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    macro_rules! primitive {
        ($type:ty) => {
            Value::from(array.as_primitive::<$type>().value(row))
        };
    }
    Ok(match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => Value::from(array.as_boolean().value(row)),
        DataType::Int8 => primitive!(types::Int8Type),
        DataType::Int16 => primitive!(types::Int16Type),
        DataType::Int32 => primitive!(types::Int32Type),
        DataType::Int64 => primitive!(types::Int64Type),
        DataType::UInt8 => primitive!(types::UInt8Type),
        DataType::UInt16 => primitive!(types::UInt16Type),
        DataType::UInt32 => primitive!(types::UInt32Type),
        DataType::UInt64 => primitive!(types::UInt64Type),
        DataType::Float32 => number(f64::from(
            array.as_primitive::<types::Float32Type>().value(row),
        )),
        DataType::Float64 => number(array.as_primitive::<types::Float64Type>().value(row)),
        DataType::Utf8 => text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text(array.as_string_view().value(row)),
        DataType::Dictionary(_, _) => {
            // Only this row's key is looked at.
            let one = array.slice(row, 1);
            let dictionary = one.as_any_dictionary();
            match dictionary.normalized_keys().first() {
                Some(key) => value(dictionary.values(), *key)?,
                None => Value::Null,
            }
        }
        DataType::List(_) => list(&array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(_, _) => list(&array.as_fixed_size_list().value(row))?,
        DataType::Struct(_) => {
            let values = array.as_struct();
            let columns = values.fields().iter().zip(values.columns());
            columns
                .map(|(field, column)| Ok((field.name().clone(), value(column, row)?)))
                .collect::<Result<Map<_, _>>>()?
                .into()
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array, &options).map_err(arrow_failed)?;
            text(&formatter.value(row).to_string())
        }
    })
}

fn list(elements: &ArrayRef) -> Result<Value> {
    let kept = elements.len().min(MOST_ELEMENTS);
    let mut values = (0..kept)
        .map(|row| value(elements, row))
        .collect::<Result<Vec<_>>>()?;
    if kept < elements.len() {
        values.push(Value::from(CUT));
    }
    Ok(Value::Array(values))
}

/// A number, or its name where JSON has none for it.
fn number(number: f64) -> Value {
    serde_json::Number::from_f64(number)
        .map_or_else(|| Value::from(number.to_string()), Value::Number)
}

fn text(whole: &str) -> Value {
    match whole.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => Value::from(format!("{}{CUT}", &whole[..end])),
        None => Value::from(whole),
    }
}
