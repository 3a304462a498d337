//! Types of rows that Delta has no name for: they are written as types that hold the same values.
//!
//! deltalake takes the nearest type of the same width into the table's schema and writes the rows as they are, so that an unsigned column
//! becomes a file that its own table can't read.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast};

use super::error::failed;
use super::source::Source;
use super::target::Target;

/// The digits of the largest unsigned number of 64 bits.
const DIGITS_OF_UINT64: u8 = 20;
/// The most digits that a decimal of Delta has.
const DIGITS_OF_DELTA: u8 = 38;
const UTC: &str = "UTC";

/// The same rows, in types that Delta has. A column of the table keeps the table's type: a value that it can't hold ends the write.
///
/// # Errors
///
/// `delta-schema-mismatch`: Delta has no type for the values of a column, such as a time of day.
pub(super) fn as_stored(
    target: &Target,
    operation: &'static str,
    source: Source,
    keeps_columns: bool,
) -> Result<Source> {
    let table = target.table().snapshot().ok().filter(|_| keeps_columns);
    let table = table.map(|state| state.snapshot().arrow_schema());
    let mut fields = Vec::with_capacity(source.schema().fields().len());
    for field in source.schema().fields() {
        let stored = stored_field(field).map_err(|unknown| refused(target, field, &unknown))?;
        let known = table
            .as_ref()
            .and_then(|schema| schema.field_with_name(field.name()).ok());
        fields.push(match known {
            Some(known) if stored != *field => {
                Arc::new(Field::clone(field).with_data_type(known.data_type().clone()))
            }
            _ => stored,
        });
    }
    if fields.iter().eq(source.schema().fields()) {
        return Ok(source);
    }
    let columns = source.plan().schema().columns();
    let expressions = columns.into_iter().zip(&fields).map(|(column, field)| {
        let name = column.name.clone();
        cast(Expr::Column(column), field.data_type().clone()).alias(name)
    });
    let plan = LogicalPlanBuilder::from(source.plan().clone())
        .project(expressions)
        .and_then(LogicalPlanBuilder::build)
        .map_err(|error| failed(target, operation, &error.into()))?;
    Ok(source.with_plan(plan, Arc::new(Schema::new(fields))))
}

fn refused(target: &Target, field: &Field, unknown: &DataType) -> EngineError {
    EngineError::new(
        ErrorCode::DeltaSchemaMismatch,
        format!(
            "the column '{}' can't be written to {}: Delta has no type for {unknown}",
            field.name(),
            target.location().name()
        ),
    )
    .with_detail("location", target.location().url().to_string())
    .with_detail("column", field.name())
    .with_hint(
        "cast it, for example a time of day to text and a duration to a number of microseconds",
    )
}

/// The field as Delta stores it.
///
/// # Errors
///
/// The type that Delta has nothing for.
pub(crate) fn stored_field(field: &FieldRef) -> Result<FieldRef, DataType> {
    let stored = stored_type(field.data_type())?;
    Ok(if stored == *field.data_type() {
        Arc::clone(field)
    } else {
        Arc::new(Field::clone(field).with_data_type(stored))
    })
}

fn stored_type(data_type: &DataType) -> Result<DataType, DataType> {
    Ok(match data_type {
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(DIGITS_OF_UINT64, 0),
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(digits, scale) | DataType::Decimal64(digits, scale) => {
            DataType::Decimal128(*digits, *scale)
        }
        DataType::Decimal256(digits, scale) if *digits <= DIGITS_OF_DELTA => {
            DataType::Decimal128(*digits, *scale)
        }
        DataType::Timestamp(_, Some(zone)) if &**zone != UTC => {
            DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into()))
        }
        DataType::Decimal256(..)
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Duration(_)
        | DataType::Interval(_)
        | DataType::Union(..) => return Err(data_type.clone()),
        // The writer of Parquet files knows dictionaries of plain texts and numbers only.
        DataType::Dictionary(_, values) => {
            let stored = stored_type(values)?;
            match &stored {
                DataType::Utf8View => DataType::Utf8,
                DataType::BinaryView => DataType::Binary,
                same if same == &**values => data_type.clone(),
                _ => stored,
            }
        }
        DataType::RunEndEncoded(_, values) => stored_type(values.data_type())?,
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(stored_field(item)?, *size),
        DataType::List(item) | DataType::ListView(item) => DataType::List(stored_field(item)?),
        DataType::LargeList(item) | DataType::LargeListView(item) => {
            DataType::LargeList(stored_field(item)?)
        }
        DataType::Map(entries, sorted) => DataType::Map(stored_field(entries)?, *sorted),
        DataType::Struct(fields) => {
            let stored = fields.iter().map(stored_field);
            DataType::Struct(stored.collect::<Result<Fields, _>>()?)
        }
        other => other.clone(),
    })
}
