//! The columns that a Delta table has for the columns of a declared schema.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use delta_kernel::engine::arrow_conversion::{TryIntoArrow as _, TryIntoKernel as _};
use delta_kernel::schema::StructType;
use deltalake_core::kernel::schema::cast::normalize_for_delta;

use crate::operations::stored_field;

/// The columns of a Delta table that is created with `schema`, as Arrow reads them.
///
/// Delta has fewer types than Arrow: unsigned numbers become signed ones that hold all of them, dictionaries become their values, text and binary of any layout become one of each, times get
/// microseconds, and a time with a zone is kept as the instant that it is, in UTC. Names, their order and which columns may be NULL stay.
///
/// # Errors
///
/// `delta-schema-mismatch`: a column has a type that Delta has nothing for, for example a duration.
pub fn delta_columns(schema: &Schema) -> Result<SchemaRef> {
    let mut adapted = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        // A type that nothing can be stored as is told by the conversion.
        let field =
            stored_field(field).map_or_else(|_| Arc::clone(field), |stored| as_read(&stored));
        // One by one, so that the error can name the column.
        converted(vec![Arc::clone(&field)]).map_err(|error| {
            EngineError::new(
                ErrorCode::DeltaSchemaMismatch,
                format!(
                    "a Delta table can't have the column '{}' of type {}: {error}",
                    field.name(),
                    field.data_type()
                ),
            )
            .with_detail("column", field.name())
            .with_hint("declare it with a type that Delta has: numbers, decimals, text, binary, booleans, dates, timestamps, and structs, lists and maps of them")
        })?;
        adapted.push(field);
    }
    converted(adapted)
        .map(Arc::new)
        .map_err(|error| EngineError::new(ErrorCode::DeltaSchemaMismatch, error))
}

fn converted(fields: Vec<FieldRef>) -> Result<Schema, String> {
    if let Some(field) = fields.iter().find(|field| field.data_type().is_null()) {
        return Err(format!("'{}' has no type", field.name()));
    }
    let kernel = kernel_columns(&Arc::new(Schema::new(fields)))?;
    (&kernel)
        .try_into_arrow()
        .map_err(|error: arrow::error::ArrowError| error.to_string())
}

/// The columns as a commit has them.
pub(crate) fn kernel_columns(schema: &SchemaRef) -> Result<StructType, String> {
    normalize_for_delta(schema)
        .as_ref()
        .try_into_kernel()
        .map_err(|error: arrow::error::ArrowError| error.to_string())
}

fn as_read(field: &FieldRef) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(type_as_read(field.data_type())))
}

/// The type of a stored column without what Delta's conversion stops at below the first level: layouts of lists and dictionaries.
fn type_as_read(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(as_read).collect()),
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::FixedSizeList(element, _) => DataType::List(as_read(element)),
        DataType::Map(entries, sorted) => DataType::Map(as_read(entries), *sorted),
        DataType::Dictionary(_, value) => type_as_read(value),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
    use codeanatomy_errors::ErrorCode;

    use super::delta_columns;

    #[test]
    fn types_become_those_that_a_delta_table_gives_back() {
        let of = |data_type: &str| data_type.parse::<DataType>().unwrap();
        let micros =
            |zone: Option<&str>| DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into));
        for (declared, expected) in [
            (of("Dictionary(Int32, LargeUtf8)"), DataType::Utf8),
            (DataType::BinaryView, DataType::Binary),
            (DataType::Decimal128(20, 3), DataType::Decimal128(20, 3)),
            (of("Timestamp(ns, \"Europe/Berlin\")"), micros(Some("UTC"))),
            (of("Timestamp(s)"), micros(None)),
            (DataType::UInt16, DataType::Int32),
            (DataType::UInt64, DataType::Decimal128(20, 0)),
        ] {
            let schema = Schema::new(vec![Field::new("a", declared.clone(), false)]);
            let columns = delta_columns(&schema).unwrap();
            assert_eq!(columns.field(0).data_type(), &expected, "{declared}");
            assert!(!columns.field(0).is_nullable());
            // Twice changes nothing more.
            assert_eq!(delta_columns(&columns).unwrap(), columns);
        }
        let zoned = Field::new("at", of("Timestamp(s, \"+02:00\")"), true);
        let nested = DataType::LargeList(Arc::new(Field::new(
            "item",
            DataType::Struct(vec![zoned].into()),
            false,
        )));
        let columns = delta_columns(&Schema::new(vec![Field::new("a", nested, true)])).unwrap();
        let DataType::List(element) = columns.field(0).data_type() else {
            panic!("{columns:?}")
        };
        assert!(!element.is_nullable());
        let DataType::Struct(fields) = element.data_type() else {
            panic!("{columns:?}")
        };
        assert_eq!(fields[0].data_type(), &micros(Some("UTC")));
    }

    #[test]
    fn a_type_that_delta_lacks_is_told_with_its_column() {
        for data_type in [
            DataType::Duration(TimeUnit::Second),
            DataType::Decimal256(50, 2),
            DataType::Null,
        ] {
            let schema = Schema::new(vec![
                Field::new("id", DataType::Int64, true),
                Field::new("odd", data_type, true),
            ]);
            let error = delta_columns(&schema).unwrap_err();
            assert_eq!(error.code(), ErrorCode::DeltaSchemaMismatch);
            assert_eq!(error.details()["column"], "odd");
        }
    }
}
