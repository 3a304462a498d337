//! JSON scalars as bounds and values of rules.

use std::cmp::Ordering;
use std::fmt;

use schemars::schema::InstanceType;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::value::json_schema::{any_of, inline_schema, of_type};

/// A scalar of JSON other than null. Integers beyond 64 bits and exact decimals are written as text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A boolean.
    Boolean(bool),
    /// An integer that `i64` holds.
    Integer(i64),
    /// An integer above `i64`.
    Unsigned(u64),
    /// A number with a fraction or an exponent; always finite.
    Float(f64),
    /// A text: also of dates, timestamps and decimals.
    Text(String),
}

impl Scalar {
    /// Why this can't be the lower bound of a range up to `greatest`.
    pub(super) fn problem_below(&self, greatest: &Self) -> Option<&'static str> {
        match self.compared(greatest) {
            None => Some("'min' and 'max' are of different types"),
            Some(Ordering::Greater) => Some("'min' is above 'max', so that no row could pass"),
            Some(_) => None,
        }
    }

    /// The order of two scalars as far as it is known without a column's type: that of two texts is not.
    fn compared(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(_), Self::Text(_)) => Some(Ordering::Equal),
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            _ => match (self.integer(), other.integer()) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => self.float()?.partial_cmp(&other.float()?),
            },
        }
    }

    fn integer(&self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some(i128::from(*number)),
            Self::Unsigned(number) => Some(i128::from(*number)),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer is compared with a float, whose precision is no better"
    )]
    fn float(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            _ => self.integer().map(|number| number as f64),
        }
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a boolean, a number or a text")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Unsigned(value), Scalar::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

inline_schema!(
    Scalar,
    any_of(
        [
            InstanceType::Boolean,
            InstanceType::Integer,
            InstanceType::Number,
            InstanceType::String
        ]
        .map(of_type)
        .into()
    )
);
