//! The encoders of columns that are not nested: see `encoding`.

use arrow::array::{Array, AsArray, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Decimal256Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalDayTimeType, IntervalMonthDayNanoType, IntervalUnit,
    IntervalYearMonthType, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    i256,
};
use icu_normalizer::ComposingNormalizerBorrowed;

use super::encoding::{Encoder, kind, push_length};

const SECOND: i128 = 1_000_000_000;
const MILLISECOND: i128 = 1_000_000;
const MICROSECOND: i128 = 1_000;
const MILLISECONDS_OF_A_DAY: i128 = 86_400_000;

const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();

pub(super) fn boolean_encoder(array: &dyn Array) -> Option<Encoder<'_>> {
    let values = array.as_boolean_opt()?;
    Some(Box::new(move |row, message| {
        message.extend_from_slice(&[kind::BOOLEAN, u8::from(values.value(row))]);
    }))
}

pub(super) fn text_encoder(array: &dyn Array, canonical: bool) -> Option<Encoder<'_>> {
    Some(match array.data_type() {
        DataType::Utf8 => {
            let values = array.as_string_opt::<i32>()?;
            texts(move |row| values.value(row), canonical)
        }
        DataType::LargeUtf8 => {
            let values = array.as_string_opt::<i64>()?;
            texts(move |row| values.value(row), canonical)
        }
        _ => {
            let values = array.as_string_view_opt()?;
            texts(move |row| values.value(row), canonical)
        }
    })
}

fn texts<'a>(value: impl Fn(usize) -> &'a str + 'a, canonical: bool) -> Encoder<'a> {
    Box::new(move |row, message| {
        let text = value(row);
        if !canonical {
            push_bytes(kind::TEXT, text.as_bytes(), message);
        } else if text.is_ascii() {
            push_bytes(kind::TEXT, text.trim().as_bytes(), message);
        } else {
            // Trimmed last: the compatibility form of some characters is or contains a space.
            let text = NFKC.normalize(text);
            push_bytes(kind::TEXT, text.trim().as_bytes(), message);
        }
    })
}

pub(super) fn bytes_encoder(array: &dyn Array) -> Option<Encoder<'_>> {
    Some(match array.data_type() {
        DataType::Binary => {
            let values = array.as_binary_opt::<i32>()?;
            Box::new(move |row, message| push_bytes(kind::BYTES, values.value(row), message))
        }
        DataType::LargeBinary => {
            let values = array.as_binary_opt::<i64>()?;
            Box::new(move |row, message| push_bytes(kind::BYTES, values.value(row), message))
        }
        DataType::BinaryView => {
            let values = array.as_binary_view_opt()?;
            Box::new(move |row, message| push_bytes(kind::BYTES, values.value(row), message))
        }
        _ => {
            let values = array.as_fixed_size_binary_opt()?;
            Box::new(move |row, message| push_bytes(kind::BYTES, values.value(row), message))
        }
    })
}

fn push_bytes(kind: u8, bytes: &[u8], message: &mut Vec<u8>) {
    message.push(kind);
    push_length(bytes.len(), message);
    message.extend_from_slice(bytes);
}

/// The encoder of numbers and of times.
pub(super) fn primitive_encoder(array: &dyn Array) -> Option<Encoder<'_>> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    match array.data_type() {
        DataType::Int8 => quantities::<Int8Type>(array, kind::INTEGER, 1),
        DataType::Int16 => quantities::<Int16Type>(array, kind::INTEGER, 1),
        DataType::Int32 => quantities::<Int32Type>(array, kind::INTEGER, 1),
        DataType::Int64 => quantities::<Int64Type>(array, kind::INTEGER, 1),
        DataType::UInt8 => quantities::<UInt8Type>(array, kind::INTEGER, 1),
        DataType::UInt16 => quantities::<UInt16Type>(array, kind::INTEGER, 1),
        DataType::UInt32 => quantities::<UInt32Type>(array, kind::INTEGER, 1),
        DataType::UInt64 => quantities::<UInt64Type>(array, kind::INTEGER, 1),
        DataType::Float16 => floats::<Float16Type>(array),
        DataType::Float32 => floats::<Float32Type>(array),
        DataType::Float64 => floats::<Float64Type>(array),
        DataType::Decimal32(_, scale) => {
            decimals::<Decimal32Type>(array, *scale, |value| i256::from_i128(value.into()))
        }
        DataType::Decimal64(_, scale) => {
            decimals::<Decimal64Type>(array, *scale, |value| i256::from_i128(value.into()))
        }
        DataType::Decimal128(_, scale) => {
            decimals::<Decimal128Type>(array, *scale, i256::from_i128)
        }
        DataType::Decimal256(_, scale) => decimals::<Decimal256Type>(array, *scale, |value| value),
        DataType::Date32 => quantities::<Date32Type>(array, kind::DATE, MILLISECONDS_OF_A_DAY),
        DataType::Date64 => quantities::<Date64Type>(array, kind::DATE, 1),
        DataType::Time32(Second) => quantities::<Time32SecondType>(array, kind::TIME, SECOND),
        DataType::Time32(_) => quantities::<Time32MillisecondType>(array, kind::TIME, MILLISECOND),
        DataType::Time64(Microsecond) => {
            quantities::<Time64MicrosecondType>(array, kind::TIME, MICROSECOND)
        }
        DataType::Time64(_) => quantities::<Time64NanosecondType>(array, kind::TIME, 1),
        DataType::Timestamp(unit, zone) => {
            let kind = if zone.is_some() {
                kind::INSTANT
            } else {
                kind::TIMESTAMP
            };
            match unit {
                Second => quantities::<TimestampSecondType>(array, kind, SECOND),
                Millisecond => quantities::<TimestampMillisecondType>(array, kind, MILLISECOND),
                Microsecond => quantities::<TimestampMicrosecondType>(array, kind, MICROSECOND),
                Nanosecond => quantities::<TimestampNanosecondType>(array, kind, 1),
            }
        }
        DataType::Duration(unit) => match unit {
            Second => quantities::<DurationSecondType>(array, kind::DURATION, SECOND),
            Millisecond => {
                quantities::<DurationMillisecondType>(array, kind::DURATION, MILLISECOND)
            }
            Microsecond => {
                quantities::<DurationMicrosecondType>(array, kind::DURATION, MICROSECOND)
            }
            Nanosecond => quantities::<DurationNanosecondType>(array, kind::DURATION, 1),
        },
        DataType::Interval(IntervalUnit::YearMonth) => {
            intervals::<IntervalYearMonthType>(array, |months| (months, 0, 0))
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            intervals::<IntervalDayTimeType>(array, |value| {
                (0, value.days, i64::from(value.milliseconds) * 1_000_000)
            })
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            intervals::<IntervalMonthDayNanoType>(array, |value| {
                (value.months, value.days, value.nanoseconds)
            })
        }
        _ => None,
    }
}

fn quantities<Kind: ArrowPrimitiveType>(
    array: &dyn Array,
    kind: u8,
    factor: i128,
) -> Option<Encoder<'_>>
where
    i128: From<Kind::Native>,
{
    primitives::<Kind>(array, move |value, message| {
        message.push(kind);
        message.extend_from_slice(&(i128::from(value) * factor).to_le_bytes());
    })
}

fn floats<Kind: ArrowPrimitiveType>(array: &dyn Array) -> Option<Encoder<'_>>
where
    f64: From<Kind::Native>,
{
    primitives::<Kind>(array, |value, message| {
        let value = f64::from(value);
        // The two zeros are equal, and so are all NaN here: which of them a computation gives is an accident.
        let bits = if value.is_nan() {
            f64::NAN.to_bits() & !(1 << 63)
        } else {
            (value + 0.0).to_bits()
        };
        message.push(kind::FLOAT);
        message.extend_from_slice(&bits.to_le_bytes());
    })
}

fn decimals<Kind: ArrowPrimitiveType>(
    array: &dyn Array,
    scale: i8,
    mantissa: impl Fn(Kind::Native) -> i256 + 'static,
) -> Option<Encoder<'_>> {
    let ten = i256::from_i128(10);
    primitives::<Kind>(array, move |value, message| {
        let mut mantissa = mantissa(value);
        let mut exponent = -i32::from(scale);
        if mantissa == i256::ZERO {
            exponent = 0;
        } else {
            while mantissa.wrapping_rem(ten) == i256::ZERO {
                mantissa = mantissa.wrapping_div(ten);
                exponent += 1;
            }
        }
        message.push(kind::DECIMAL);
        message.extend_from_slice(&mantissa.to_le_bytes());
        message.extend_from_slice(&exponent.to_le_bytes());
    })
}

fn intervals<Kind: ArrowPrimitiveType>(
    array: &dyn Array,
    parts: impl Fn(Kind::Native) -> (i32, i32, i64) + 'static,
) -> Option<Encoder<'_>> {
    primitives::<Kind>(array, move |value, message| {
        let (months, days, nanoseconds) = parts(value);
        message.push(kind::INTERVAL);
        message.extend_from_slice(&months.to_le_bytes());
        message.extend_from_slice(&days.to_le_bytes());
        message.extend_from_slice(&nanoseconds.to_le_bytes());
    })
}

fn primitives<Kind: ArrowPrimitiveType>(
    array: &dyn Array,
    encode: impl Fn(Kind::Native, &mut Vec<u8>) + 'static,
) -> Option<Encoder<'_>> {
    let values: &PrimitiveArray<Kind> = array.as_primitive_opt()?;
    Some(Box::new(move |row, message| {
        encode(values.value(row), message);
    }))
}
