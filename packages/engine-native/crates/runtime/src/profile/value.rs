//! Values of settings: how they are written, and how they are read.

use std::fmt;

use codeanatomy_schema::ByteSize;
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
    /// Names, sorted.
    Names(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(formatter),
            Self::Count(count) => count.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
            Self::Names(names) => formatter.write_str(&names.join(", ")),
        }
    }
}

/// A value as a layer states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Flag(bool),
    Integer(i64),
    Text(String),
    /// A list of texts.
    Names(Vec<String>),
    /// Something of another kind, which no setting accepts.
    Other(&'static str),
}

impl fmt::Display for Raw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(formatter),
            Self::Integer(integer) => integer.fmt(formatter),
            Self::Text(text) => write!(formatter, "'{text}'"),
            Self::Names(_) => formatter.write_str("a value of the kind list"),
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
            Self::Integer(_) | Self::Names(_) | Self::Other(_) => None,
        }
    }

    pub(super) fn as_count(&self) -> Option<u64> {
        match self {
            Self::Integer(integer) => u64::try_from(*integer).ok(),
            Self::Text(text) => text.replace('_', "").parse().ok(),
            Self::Flag(_) | Self::Names(_) | Self::Other(_) => None,
        }
    }

    /// A number of bytes: plain, or as [`ByteSize`] reads it.
    pub(super) fn as_bytes(&self) -> Option<u64> {
        match self {
            Self::Text(text) => Some(ByteSize::from_text(text)?.bytes()),
            _ => self.as_count(),
        }
    }
}
