//! Numbers of bytes.

use std::fmt;

use schemars::schema::InstanceType;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::json_schema::{any_of, inline_schema, natural, of_type};

const ACCEPTS: &str = "a number of bytes, or a size such as 64MiB or 2GB";

/// A number of bytes: plain, or with a unit of 1000 (kB, MB, GB, TB) or 1024 (KiB, MiB, GiB, TiB, and K, M, G, T, as `DataFusion` writes
/// them), in any case; written as it was stated.
///
/// ```
/// use codeanatomy_schema::ByteSize;
///
/// assert_eq!(ByteSize::from_text("64MiB").map(|size| size.bytes()), Some(64 << 20));
/// assert_eq!(ByteSize::from_text("64 potatoes"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteSize {
    text: Option<String>,
    bytes: u64,
}

impl ByteSize {
    /// So many bytes.
    #[must_use]
    pub const fn of_bytes(bytes: u64) -> Self {
        Self { text: None, bytes }
    }

    /// Reads a size; `None` if the text is none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let stated = text.trim();
        let end = stated.find(|character: char| !character.is_ascii_digit() && character != '_');
        let (number, unit) = stated.split_at(end.unwrap_or(stated.len()));
        let number: u64 = number.replace('_', "").parse().ok()?;
        let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "tb" => 1_000_000_000_000,
            "k" | "kib" => 1 << 10,
            "m" | "mib" => 1 << 20,
            "g" | "gib" => 1 << 30,
            "t" | "tib" => 1 << 40,
            _ => return None,
        };
        Some(Self {
            text: Some(text.to_owned()),
            bytes: number.checked_mul(factor)?,
        })
    }

    /// The number of bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.text {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_u64(self.bytes),
        }
    }
}

struct SizeVisitor;

impl Visitor<'_> for SizeVisitor {
    type Value = ByteSize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(ACCEPTS)
    }

    fn visit_u64<E: Error>(self, bytes: u64) -> Result<ByteSize, E> {
        Ok(ByteSize::of_bytes(bytes))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ByteSize, E> {
        ByteSize::from_text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

inline_schema!(
    ByteSize,
    any_of(vec![natural(), of_type(InstanceType::String)])
);
