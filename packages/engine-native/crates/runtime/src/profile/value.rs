//! Values of settings: how they are written, and how they are read.

use std::fmt;

use serde::Serialize;

/// The word for a size without a limit.
pub(super) const UNLIMITED: &str = "unlimited";

/// A value that its setting accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// On or off.
    Flag(bool),
    /// A number; a size in bytes.
    Count(u64),
    /// Anything else.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(formatter),
            Self::Count(count) => count.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

/// A value as a layer states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Flag(bool),
    Integer(i64),
    Text(String),
    /// Something of another kind, which no setting accepts.
    Other(&'static str),
}

impl fmt::Display for Raw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(formatter),
            Self::Integer(integer) => integer.fmt(formatter),
            Self::Text(text) => write!(formatter, "'{text}'"),
            Self::Other(kind) => write!(formatter, "a value of the kind {kind}"),
        }
    }
}

impl Raw {
    pub(super) fn as_flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "on" | "yes" | "1" => Some(true),
                "false" | "off" | "no" | "0" => Some(false),
                _ => None,
            },
            Self::Integer(_) | Self::Other(_) => None,
        }
    }

    pub(super) fn as_count(&self) -> Option<u64> {
        match self {
            Self::Integer(integer) => u64::try_from(*integer).ok(),
            Self::Text(text) => text.replace('_', "").parse().ok(),
            Self::Flag(_) | Self::Other(_) => None,
        }
    }

    /// A number of bytes: plain, or with a unit of 1000 (kB, MB, GB, TB) or 1024 (KiB, MiB, GiB, TiB), in any case.
    pub(super) fn as_bytes(&self) -> Option<u64> {
        let Self::Text(text) = self else {
            return self.as_count();
        };
        let text = text.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit() && character != '_');
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let number: u64 = number.replace('_', "").parse().ok()?;
        let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "tb" => 1_000_000_000_000,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            "tib" => 1 << 40,
            _ => return None,
        };
        number.checked_mul(factor)
    }
}
