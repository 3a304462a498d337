//! Values of the log as values of a column.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::scalar::ScalarValue;
use delta_kernel::expressions::Scalar;

use crate::binary_partition::decoded;

/// The value of a partition as one of the type; `None` as of [`value_of`].
pub(super) fn partition_value(scalar: &Scalar, data_type: &DataType) -> Option<ScalarValue> {
    match (scalar, data_type) {
        (Scalar::Binary(text), DataType::Binary) => Some(ScalarValue::Binary(Some(decoded(text)))),
        (Scalar::Binary(text), DataType::BinaryView) => {
            Some(ScalarValue::BinaryView(Some(decoded(text))))
        }
        _ => value_of(scalar, data_type),
    }
}

/// The value as one of the type; `None` for a type whose values the log has in a form that is not as exact or as ordered as the column's.
pub(super) fn value_of(scalar: &Scalar, data_type: &DataType) -> Option<ScalarValue> {
    Some(match (scalar, data_type) {
        (Scalar::Null(_), _) => ScalarValue::try_from(data_type).ok()?,
        (Scalar::Boolean(flag), DataType::Boolean) => ScalarValue::Boolean(Some(*flag)),
        (Scalar::Byte(number), DataType::Int8) => ScalarValue::Int8(Some(*number)),
        (Scalar::Short(number), DataType::Int16) => ScalarValue::Int16(Some(*number)),
        (Scalar::Integer(number), DataType::Int32) => ScalarValue::Int32(Some(*number)),
        (Scalar::Long(number), DataType::Int64) => ScalarValue::Int64(Some(*number)),
        (Scalar::Date(days), DataType::Date32) => ScalarValue::Date32(Some(*days)),
        (Scalar::String(text), DataType::Utf8) => ScalarValue::Utf8(Some(text.clone())),
        (Scalar::String(text), DataType::Utf8View) => ScalarValue::Utf8View(Some(text.clone())),
        (Scalar::Decimal(decimal), DataType::Decimal128(precision, scale))
            if decimal.precision() == *precision && i8::try_from(decimal.scale()) == Ok(*scale) =>
        {
            ScalarValue::Decimal128(Some(decimal.bits()), *precision, *scale)
        }
        (Scalar::Timestamp(steps), DataType::Timestamp(TimeUnit::Microsecond, Some(zone))) => {
            ScalarValue::TimestampMicrosecond(Some(*steps), Some(Arc::clone(zone)))
        }
        (Scalar::TimestampNtz(steps), DataType::Timestamp(TimeUnit::Microsecond, None)) => {
            ScalarValue::TimestampMicrosecond(Some(*steps), None)
        }
        _ => return None,
    })
}
