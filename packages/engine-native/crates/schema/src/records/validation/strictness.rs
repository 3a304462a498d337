//! What happens to columns that nobody declared.

use std::fmt;

use schemars::schema::InstanceType;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::json_schema::{any_of, inline_schema, of_type, one_of};

/// What happens to columns that the schema does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// They are violations: `true`.
    Refuse,
    /// They pass: `false`.
    Pass,
    /// They are dropped: `"filter"`.
    Filter,
}

const FILTER: &str = "filter";

impl Serialize for Strictness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Refuse => serializer.serialize_bool(true),
            Self::Pass => serializer.serialize_bool(false),
            Self::Filter => serializer.serialize_str(FILTER),
        }
    }
}

struct StrictnessVisitor;

impl Visitor<'_> for StrictnessVisitor {
    type Value = Strictness;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false or 'filter'")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Strictness, E> {
        Ok(if value {
            Strictness::Refuse
        } else {
            Strictness::Pass
        })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Strictness, E> {
        if value == FILTER {
            Ok(Strictness::Filter)
        } else {
            Err(E::invalid_value(Unexpected::Str(value), &self))
        }
    }
}

impl<'de> Deserialize<'de> for Strictness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictnessVisitor)
    }
}

inline_schema!(
    Strictness,
    any_of(vec![of_type(InstanceType::Boolean), one_of(&[FILTER])])
);
