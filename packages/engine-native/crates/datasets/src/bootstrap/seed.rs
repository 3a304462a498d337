//! The one row of defaults of a seeded table.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StructArray, new_null_array};
use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::common::{Result, ScalarValue};

/// A row of the columns: NULL where that may be, otherwise zero, the empty text, the first instant of 1970, an empty list or map, or a struct
/// of such values.
pub(super) fn default_row(columns: &SchemaRef) -> Result<RecordBatch> {
    let values = columns
        .fields()
        .iter()
        .map(|field| default_value(field))
        .collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(columns),
        values,
        &options,
    )?)
}

/// An array of one value.
fn default_value(field: &Field) -> Result<ArrayRef> {
    if field.is_nullable() {
        return Ok(new_null_array(field.data_type(), 1));
    }
    match field.data_type() {
        // Not DataFusion's default of a struct: fields that may be NULL would have values in it.
        DataType::Struct(fields) => {
            let values = fields
                .iter()
                .map(|inner| default_value(inner))
                .collect::<Result<Vec<_>>>()?;
            Ok(Arc::new(StructArray::try_new(
                fields.clone(),
                values,
                None,
            )?))
        }
        // Not its defaults of these either: the names that the columns give their elements would be lost.
        nested @ (DataType::List(_) | DataType::Map(..)) => empty(nested),
        other => ScalarValue::new_default(other)?.to_array(),
    }
}

/// A list or map without elements: what stands for NULL in an array, marked as a value.
fn empty(data_type: &DataType) -> Result<ArrayRef> {
    let data = new_null_array(data_type, 1)
        .to_data()
        .into_builder()
        .nulls(None)
        .build()?;
    Ok(arrow::array::make_array(data))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array as _, AsArray as _};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::util::display::{ArrayFormatter, FormatOptions};

    use super::default_row;

    fn shown(data_type: &str, nullable: bool) -> String {
        let data_type: DataType = data_type.parse().unwrap();
        let field = Field::new("a", data_type, nullable);
        let row = default_row(&Arc::new(Schema::new(vec![field]))).unwrap();
        assert_eq!(row.num_rows(), 1);
        let options = FormatOptions::default().with_null("NULL");
        let formatter = ArrayFormatter::try_new(row.column(0), &options).unwrap();
        formatter.value(0).to_string()
    }

    #[test]
    fn a_column_that_may_be_null_is_null_and_another_is_zero() {
        assert_eq!(shown("Int64", true), "NULL");
        for (data_type, expected) in [
            ("Int64", "0"),
            ("Float64", "0.0"),
            ("Boolean", "false"),
            ("Utf8", ""),
            ("Binary", ""),
            ("Decimal128(20, 3)", "0.000"),
            ("Date32", "1970-01-01"),
            ("Timestamp(µs, \"UTC\")", "1970-01-01T00:00:00Z"),
            ("List(non-null Int32)", "[]"),
            (
                "Struct(\"x\": non-null Int32, \"y\": Utf8)",
                "{x: 0, y: NULL}",
            ),
        ] {
            assert_eq!(shown(data_type, false), expected, "{data_type}");
        }
    }

    #[test]
    fn nested_defaults_keep_the_type_of_the_column() {
        let entries = Field::new(
            "key_value",
            DataType::Struct(
                vec![
                    Field::new("key", DataType::Utf8, false),
                    Field::new("value", DataType::Utf8, true),
                ]
                .into(),
            ),
            false,
        );
        let element = Field::new("odd name", DataType::Int8, false);
        let columns = Arc::new(Schema::new(vec![
            Field::new("map", DataType::Map(Arc::new(entries), false), false),
            Field::new("list", DataType::List(Arc::new(element)), false),
        ]));
        let row = default_row(&columns).unwrap();
        assert_eq!(row.schema(), columns);
        assert_eq!(row.column(0).as_map().value(0).len(), 0);
        assert_eq!(row.column(1).as_list::<i32>().value(0).len(), 0);
        assert_eq!(row.column(0).null_count() + row.column(1).null_count(), 0);
    }
}
