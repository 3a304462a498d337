//! Types of at most 64 bits as words whose order is that of `ORDER BY`.

use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef, AsArray, BooleanArray, make_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::datatypes::{ArrowNativeType, DataType, IntervalUnit};
use datafusion::common::Result;

/// How the values of a type lie in memory.
#[derive(Debug, Clone, Copy)]
pub(super) enum WordType {
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
}

impl WordType {
    /// `None` if the values of the type are no words.
    pub(super) fn of(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Boolean => Self::Boolean,
            DataType::Int8 => Self::Int8,
            DataType::Int16 => Self::Int16,
            DataType::Int32
            | DataType::Date32
            | DataType::Time32(_)
            | DataType::Interval(IntervalUnit::YearMonth)
            | DataType::Decimal32(_, _) => Self::Int32,
            DataType::Int64
            | DataType::Date64
            | DataType::Time64(_)
            | DataType::Timestamp(_, _)
            | DataType::Duration(_)
            | DataType::Decimal64(_, _) => Self::Int64,
            DataType::UInt8 => Self::UInt8,
            DataType::UInt16 => Self::UInt16,
            DataType::UInt32 => Self::UInt32,
            DataType::UInt64 => Self::UInt64,
            DataType::Float32 => Self::Float32,
            DataType::Float64 => Self::Float64,
            _ => return None,
        })
    }

    /// The words of an array; those of NULLs mean nothing.
    pub(super) fn encode(self, array: &ArrayRef) -> Vec<u64> {
        match self {
            Self::Boolean => array.as_boolean().values().iter().map(u64::from).collect(),
            Self::Int8 => encode::<i8>(array),
            Self::Int16 => encode::<i16>(array),
            Self::Int32 => encode::<i32>(array),
            Self::Int64 => encode::<i64>(array),
            Self::UInt8 => encode::<u8>(array),
            Self::UInt16 => encode::<u16>(array),
            Self::UInt32 => encode::<u32>(array),
            Self::UInt64 => encode::<u64>(array),
            Self::Float32 => encode::<f32>(array),
            Self::Float64 => encode::<f64>(array),
        }
    }

    /// The array of these words.
    pub(super) fn decode(
        self,
        words: &[u64],
        nulls: NullBuffer,
        data_type: &DataType,
    ) -> Result<ArrayRef> {
        let values = match self {
            Self::Boolean => {
                let values: BooleanBuffer = words.iter().map(|word| *word != 0).collect();
                return Ok(Arc::new(BooleanArray::new(values, Some(nulls))));
            }
            Self::Int8 => decode::<i8>(words),
            Self::Int16 => decode::<i16>(words),
            Self::Int32 => decode::<i32>(words),
            Self::Int64 => decode::<i64>(words),
            Self::UInt8 => decode::<u8>(words),
            Self::UInt16 => decode::<u16>(words),
            Self::UInt32 => decode::<u32>(words),
            Self::UInt64 => decode::<u64>(words),
            Self::Float32 => decode::<f32>(words),
            Self::Float64 => decode::<f64>(words),
        };
        let data = ArrayData::builder(data_type.clone())
            .len(words.len())
            .add_buffer(values)
            .nulls(Some(nulls))
            .build()?;
        Ok(make_array(data))
    }
}

fn encode<Value: Word>(array: &ArrayRef) -> Vec<u64> {
    let data = array.to_data();
    let values = &data.buffer::<Value>(0)[..data.len()];
    values.iter().map(|value| value.to_word()).collect()
}

fn decode<Value: Word>(words: &[u64]) -> Buffer {
    let values: Vec<Value> = words.iter().map(|word| Value::from_word(*word)).collect();
    Buffer::from_vec(values)
}

const SIGN: u64 = 1 << 63;

/// A value that can be written as a word of the same order.
trait Word: ArrowNativeType {
    fn to_word(self) -> u64;
    fn from_word(word: u64) -> Self;
}

impl Word for i64 {
    fn to_word(self) -> u64 {
        self.cast_unsigned() ^ SIGN
    }

    fn from_word(word: u64) -> Self {
        (word ^ SIGN).cast_signed()
    }
}

impl Word for u64 {
    fn to_word(self) -> u64 {
        self
    }

    fn from_word(word: u64) -> Self {
        word
    }
}

/// Types whose values are written as those of a wider one.
macro_rules! narrow {
    ($($narrow:ty as $wide:ty),+) => {
        $(impl Word for $narrow {
            fn to_word(self) -> u64 {
                <$wide>::from(self).to_word()
            }

            #[expect(clippy::cast_possible_truncation, reason = "the word was made of a value of the type")]
            fn from_word(word: u64) -> Self {
                <$wide>::from_word(word) as Self
            }
        })+
    };
}

narrow!(
    i8 as i64, i16 as i64, i32 as i64, u8 as u64, u16 as u64, u32 as u64
);

/// The bits of an IEEE number order as its total order does once those of negative numbers are turned over.
impl Word for f64 {
    fn to_word(self) -> u64 {
        let bits = self.to_bits();
        if bits & SIGN == 0 { bits | SIGN } else { !bits }
    }

    fn from_word(word: u64) -> Self {
        Self::from_bits(if word & SIGN == 0 { !word } else { word ^ SIGN })
    }
}

impl Word for f32 {
    fn to_word(self) -> u64 {
        let bits = self.to_bits();
        u64::from(if bits >> 31 == 0 {
            bits | 1 << 31
        } else {
            !bits
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the word was made of 32 bits"
    )]
    fn from_word(word: u64) -> Self {
        let bits = word as u32;
        Self::from_bits(if bits >> 31 == 0 {
            !bits
        } else {
            bits ^ 1 << 31
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_numbers_are_in_total_order_and_come_back() {
        let numbers = [
            -f64::NAN,
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -0.0,
            0.0,
            f64::MIN_POSITIVE,
            1.5,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ];
        let words = numbers.map(Word::to_word);
        assert!(words.is_sorted_by(|one, two| one < two), "{words:x?}");
        assert_eq!(
            words.map(|word| f64::from_word(word).to_bits()),
            numbers.map(f64::to_bits)
        );
        #[expect(
            clippy::cast_possible_truncation,
            reason = "smaller numbers are tested"
        )]
        let numbers = numbers.map(|number| number as f32);
        let words = numbers.map(Word::to_word);
        assert!(words.is_sorted(), "{words:x?}");
        assert_eq!(
            words.map(|word| f32::from_word(word).to_bits()),
            numbers.map(f32::to_bits)
        );
        let numbers = [i16::MIN, -1, 0, 1, i16::MAX];
        let words = numbers.map(Word::to_word);
        assert!(words.is_sorted_by(|one, two| one < two), "{words:x?}");
        assert_eq!(words.map(i16::from_word), numbers);
        assert_eq!(u8::from_word(200_u8.to_word()), 200);
    }
}
