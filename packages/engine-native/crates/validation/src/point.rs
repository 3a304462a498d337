//! JSON scalars as values of a column's type, exactly.

use arrow::array::timezone::Tz;
use arrow::compute::kernels::cast_utils::string_to_datetime;
use arrow::datatypes::{DataType, TimeUnit, i256};
use codeanatomy_schema::Scalar;
use datafusion::scalar::ScalarValue;

/// A scalar on the scale of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Point {
    /// Of a column that stores integers, among them decimals and points in time: the greatest stored integer that is not above the scalar,
    /// and whether it is the scalar.
    Steps { floor: i256, exact: bool },
    /// Of a float column.
    Float(f64),
    /// Of a text column.
    Text(String),
    /// Of a boolean column.
    Boolean(bool),
}

/// The type of a column's values, whichever way they are encoded.
pub(crate) fn value_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => value_type(values),
        DataType::RunEndEncoded(_, values) => value_type(values.data_type()),
        plain => plain,
    }
}

/// What scalars a column of the type is compared with; `None` for a type without an order that JSON could state.
pub(crate) fn accepted(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
        integer if integer.is_integer() => "numbers",
        float if float.is_floating() => "numbers",
        decimal if decimal.is_decimal() => "numbers and texts such as \"12.30\"",
        text if text.is_string() => "texts",
        DataType::Boolean => "booleans",
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) => {
            "texts such as \"2024-05-31T12:00:00Z\""
        }
        _ => return None,
    })
}

/// The scalar on the scale of the value type; `None` if the two do not go together.
pub(crate) fn point(scalar: &Scalar, data_type: &DataType) -> Option<Point> {
    match (scalar, data_type) {
        (Scalar::Integer(_) | Scalar::Unsigned(_) | Scalar::Float(_), integer)
            if integer.is_integer() =>
        {
            decimal(&number_text(scalar)?, 0)
        }
        (number, float) if float.is_floating() => as_float(number).map(Point::Float),
        (Scalar::Text(text), decimal_type) if decimal_type.is_decimal() => {
            decimal(text, scale(decimal_type)?)
        }
        (number, decimal_type) if decimal_type.is_decimal() => {
            decimal(&number_text(number)?, scale(decimal_type)?)
        }
        (Scalar::Text(text), string) if string.is_string() => Some(Point::Text(text.clone())),
        (Scalar::Boolean(flag), DataType::Boolean) => Some(Point::Boolean(*flag)),
        (Scalar::Text(text), instant) => moment(text, nanoseconds_a_step(instant)?),
        _ => None,
    }
}

/// The stored integer as a value of the type; `None` if the type does not reach so far.
pub(crate) fn stored(steps: i256, data_type: &DataType) -> Option<ScalarValue> {
    let number = steps.to_i128();
    macro_rules! integer {
        ($variant:ident) => {
            ScalarValue::$variant(Some(number?.try_into().ok()?))
        };
    }
    Some(match data_type {
        DataType::Int8 => integer!(Int8),
        DataType::Int16 => integer!(Int16),
        DataType::Int32 => integer!(Int32),
        DataType::Int64 => integer!(Int64),
        DataType::UInt8 => integer!(UInt8),
        DataType::UInt16 => integer!(UInt16),
        DataType::UInt32 => integer!(UInt32),
        DataType::UInt64 => integer!(UInt64),
        DataType::Date32 => integer!(Date32),
        DataType::Date64 => integer!(Date64),
        DataType::Decimal32(precision, scale) => {
            ScalarValue::Decimal32(Some(number?.try_into().ok()?), *precision, *scale)
        }
        DataType::Decimal64(precision, scale) => {
            ScalarValue::Decimal64(Some(number?.try_into().ok()?), *precision, *scale)
        }
        DataType::Decimal128(precision, scale) => {
            ScalarValue::Decimal128(Some(number?), *precision, *scale)
        }
        DataType::Decimal256(precision, scale) => {
            ScalarValue::Decimal256(Some(steps), *precision, *scale)
        }
        DataType::Timestamp(unit, zone) => {
            let number = Some(number?.try_into().ok()?);
            let zone = zone.clone();
            match unit {
                TimeUnit::Second => ScalarValue::TimestampSecond(number, zone),
                TimeUnit::Millisecond => ScalarValue::TimestampMillisecond(number, zone),
                TimeUnit::Microsecond => ScalarValue::TimestampMicrosecond(number, zone),
                TimeUnit::Nanosecond => ScalarValue::TimestampNanosecond(number, zone),
            }
        }
        _ => return None,
    })
}

/// A text as a value of a text type.
pub(crate) fn text_value(text: String, data_type: &DataType) -> ScalarValue {
    match data_type {
        DataType::LargeUtf8 => ScalarValue::LargeUtf8(Some(text)),
        DataType::Utf8View => ScalarValue::Utf8View(Some(text)),
        _ => ScalarValue::Utf8(Some(text)),
    }
}

fn number_text(scalar: &Scalar) -> Option<String> {
    match scalar {
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Unsigned(number) => Some(number.to_string()),
        // The shortest digits that give the number again, without an exponent.
        Scalar::Float(number) => Some(number.to_string()),
        Scalar::Boolean(_) | Scalar::Text(_) => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a float column compares as f64, as the rules document"
)]
const fn as_float(scalar: &Scalar) -> Option<f64> {
    match scalar {
        Scalar::Integer(number) => Some(*number as f64),
        Scalar::Unsigned(number) => Some(*number as f64),
        Scalar::Float(number) => Some(*number),
        Scalar::Boolean(_) | Scalar::Text(_) => None,
    }
}

const fn scale(data_type: &DataType) -> Option<i8> {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Some(*scale),
        _ => None,
    }
}

/// A decimal text in steps of 10^-scale; `None` if it is none.
fn decimal(text: &str, scale: i8) -> Option<Point> {
    let text = text.trim();
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let more = isize::from(scale) - isize::try_from(fraction.len()).ok()?;
    let mut exact = true;
    if let Ok(zeros) = usize::try_from(more) {
        digits.extend(std::iter::repeat_n('0', zeros));
    } else {
        let cut = digits.len().saturating_sub(more.unsigned_abs());
        exact = digits[cut..].bytes().all(|byte| byte == b'0');
        digits.truncate(cut);
    }
    let magnitude = match digits.trim_start_matches('0') {
        "" => Some(i256::ZERO),
        significant => i256::from_string(significant),
    };
    let floor = match (magnitude, negative) {
        (Some(magnitude), false) => magnitude,
        (Some(magnitude), true) if exact => magnitude.wrapping_neg(),
        (Some(magnitude), true) => magnitude.wrapping_neg().wrapping_sub(i256::ONE),
        // Beyond every column, on its side.
        (None, false) => i256::MAX,
        (None, true) => i256::MIN,
    };
    Some(Point::Steps { floor, exact })
}

const fn nanoseconds_a_step(data_type: &DataType) -> Option<i128> {
    Some(match data_type {
        DataType::Date32 => 86_400_000_000_000,
        DataType::Timestamp(TimeUnit::Second, _) => 1_000_000_000,
        DataType::Date64 | DataType::Timestamp(TimeUnit::Millisecond, _) => 1_000_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 1_000,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => 1,
        _ => return None,
    })
}

/// A point in time in steps since 1970; `None` if the text is none.
fn moment(text: &str, nanoseconds_a_step: i128) -> Option<Point> {
    let utc: Tz = "UTC".parse().ok()?;
    let moment = string_to_datetime(&utc, text.trim()).ok()?;
    let nanoseconds = i128::from(moment.timestamp()) * 1_000_000_000
        + i128::from(moment.timestamp_subsec_nanos());
    Some(Point::Steps {
        floor: i256::from_i128(nanoseconds.div_euclid(nanoseconds_a_step)),
        exact: nanoseconds.rem_euclid(nanoseconds_a_step) == 0,
    })
}

#[cfg(test)]
mod tests {
    use super::{Point, point, stored};
    use arrow::datatypes::{DataType, TimeUnit, i256};
    use codeanatomy_schema::Scalar;
    use datafusion::scalar::ScalarValue;

    fn steps(floor: i128, exact: bool) -> Point {
        Point::Steps {
            floor: i256::from_i128(floor),
            exact,
        }
    }

    #[test]
    fn numbers_between_two_steps_have_the_lower_one_as_floor() {
        let decimal = DataType::Decimal128(10, 2);
        let text = |text: &str| Scalar::Text(text.to_owned());
        assert_eq!(
            point(&Scalar::Float(1.5), &DataType::Int8),
            Some(steps(1, false))
        );
        assert_eq!(
            point(&Scalar::Float(-1.5), &DataType::Int8),
            Some(steps(-2, false))
        );
        assert_eq!(
            point(&Scalar::Float(2.0), &DataType::Int8),
            Some(steps(2, true))
        );
        assert_eq!(point(&text("12.30"), &decimal), Some(steps(1230, true)));
        assert_eq!(point(&text("-0.001"), &decimal), Some(steps(-1, false)));
        assert_eq!(point(&text(".5"), &decimal), Some(steps(50, true)));
        assert_eq!(point(&Scalar::Float(0.1), &decimal), Some(steps(10, true)));
        assert_eq!(
            point(&Scalar::Integer(1234), &DataType::Decimal128(5, -2)),
            Some(steps(12, false))
        );
        for none in ["", ".", "1e3", "NaN", "1.2.3", "0x1"] {
            assert_eq!(point(&text(none), &decimal), None, "{none}");
        }
    }

    #[test]
    fn what_no_column_holds_is_beyond_all_of_them() {
        let huge = point(&Scalar::Float(1e300), &DataType::Decimal256(76, 0));
        assert_eq!(
            huge,
            Some(Point::Steps {
                floor: i256::MAX,
                exact: true
            })
        );
        assert_eq!(stored(i256::MAX, &DataType::Decimal128(38, 0)), None);
        assert_eq!(stored(i256::from_i128(-1), &DataType::UInt8), None);
        assert_eq!(
            stored(i256::from_i128(255), &DataType::UInt8),
            Some(ScalarValue::UInt8(Some(255)))
        );
    }

    #[test]
    fn points_in_time_are_in_the_columns_unit() {
        let day = DataType::Date32;
        let second = DataType::Timestamp(TimeUnit::Second, Some("Asia/Tokyo".into()));
        let text = |text: &str| Scalar::Text(text.to_owned());
        assert_eq!(point(&text("1970-01-02"), &day), Some(steps(1, true)));
        assert_eq!(
            point(&text("1970-01-02T12:00:00Z"), &day),
            Some(steps(1, false))
        );
        assert_eq!(
            point(&text("1969-12-31T12:00:00Z"), &day),
            Some(steps(-1, false))
        );
        assert_eq!(
            point(&text("1970-01-01T09:00:00+09:00"), &second),
            Some(steps(0, true))
        );
        assert_eq!(
            point(&text("1970-01-01T00:00:01.5"), &second),
            Some(steps(1, false))
        );
        assert_eq!(point(&text("soon"), &second), None);
        assert_eq!(point(&Scalar::Integer(0), &second), None);
    }
}
