//! Writes spans: the struct type, its field's metadata, and the columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, StringArray, StructArray};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;

use super::convention::{Convention, Each};
use crate::ColumnUnit;
use crate::metadata::SEMANTIC_TYPE;

fn span_fields() -> Fields {
    Fields::from(vec![
        Field::new("bstart", DataType::Int64, true),
        Field::new("bend", DataType::Int64, true),
        Field::new("line_base", DataType::Int32, true),
        Field::new("col_unit", DataType::Utf8, true),
        Field::new("end_exclusive", DataType::Boolean, true),
    ])
}

/// The type of spans that functions return.
pub(super) fn span_type() -> DataType {
    DataType::Struct(span_fields())
}

/// The field of spans that functions return, with this metadata and the semantic type.
pub(super) fn span_field(name: &str, mut metadata: HashMap<String, String>) -> FieldRef {
    metadata.insert(SEMANTIC_TYPE.to_owned(), "Span".to_owned());
    Arc::new(Field::new(name, span_type(), true).with_metadata(metadata))
}

/// The field of spans that are made of the spans of `first`: what its metadata says of them holds for the result.
pub(super) fn derived_field(name: &str, first: Option<&FieldRef>) -> FieldRef {
    span_field(
        name,
        first.map_or_else(HashMap::new, |field| field.metadata().clone()),
    )
}

/// The spans with these starts and ends, the ends as the convention has them.
pub(super) fn span_array(
    starts: ScalarBuffer<i64>,
    bends: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    convention: &Convention,
) -> Result<ArrayRef> {
    let rows = starts.len();
    let line_bases = match &convention.line_base {
        Each::One(base) => vec![*base; rows],
        Each::Rows(bases) => bases.clone(),
    };
    let units = match &convention.col_unit {
        Each::One(unit) => StringArray::from_iter_values(std::iter::repeat_n(word(*unit), rows)),
        Each::Rows(units) => StringArray::from_iter_values(units.iter().map(|unit| word(*unit))),
    };
    let exclusive = match &convention.end_exclusive {
        Each::One(true) => BooleanBuffer::new_set(rows),
        Each::One(false) => BooleanBuffer::new_unset(rows),
        Each::Rows(values) => values.iter().copied().collect(),
    };
    // Field access takes a child as it is, so the fields of a NULL span are NULL themselves.
    let (offsets, text, _) = units.into_parts();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::try_new(starts, nulls.clone())?),
        Arc::new(Int64Array::try_new(bends, nulls.clone())?),
        Arc::new(Int32Array::try_new(line_bases.into(), nulls.clone())?),
        Arc::new(StringArray::try_new(offsets, text, nulls.clone())?),
        Arc::new(BooleanArray::new(exclusive, nulls.clone())),
    ];
    Ok(Arc::new(StructArray::try_new(
        span_fields(),
        columns,
        nulls,
    )?))
}

/// The name of a unit.
pub(super) fn word(unit: ColumnUnit) -> &'static str {
    match unit {
        ColumnUnit::Byte => "byte",
        ColumnUnit::Utf16 => "utf16",
        ColumnUnit::Utf32 => "utf32",
    }
}

/// The array as a constant if it has the one row of constant arguments.
pub(super) fn columnar(array: ArrayRef, is_constant: bool) -> Result<ColumnarValue> {
    Ok(if is_constant {
        ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)
    } else {
        ColumnarValue::Array(array)
    })
}
