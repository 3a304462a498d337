//! Which version of a table is meant.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use codeanatomy_errors::{EngineError, ErrorCode, Result};

/// Which version of a table is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TablePin {
    /// The latest one, whichever that is when it is asked for.
    #[default]
    Latest,
    /// The version of that number.
    Version(u64),
    /// The latest version that was committed at or before that time, to the millisecond.
    Timestamp(DateTime<Utc>),
}

impl TablePin {
    /// The pin of an RFC 3339 timestamp, for example `2026-01-31T12:00:00Z`.
    ///
    /// # Errors
    ///
    /// `invalid-option`: the text is no timestamp, or has no time zone.
    ///
    /// ```
    /// use codeanatomy_delta::TablePin;
    ///
    /// assert_eq!(TablePin::at("2026-01-31T13:00:00+01:00")?, TablePin::at("2026-01-31T12:00:00Z")?);
    /// assert!(TablePin::at("2026-01-31T12:00:00").is_err());
    /// # Ok::<(), codeanatomy_errors::EngineError>(())
    /// ```
    pub fn at(timestamp: &str) -> Result<Self> {
        let parsed = DateTime::parse_from_rfc3339(timestamp).map_err(|error| {
            EngineError::new(
                ErrorCode::InvalidOption,
                format!("the timestamp '{timestamp}' is not valid: {error}"),
            )
            .with_hint("write it as RFC 3339 has it, with a time zone: 2026-01-31T12:00:00Z")
        })?;
        Ok(Self::Timestamp(parsed.to_utc()))
    }

    /// The pin of a time in microseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// `invalid-option`: the time is too far away to have a date.
    pub fn at_microseconds(microseconds: i64) -> Result<Self> {
        let time = DateTime::from_timestamp_micros(microseconds);
        time.map(Self::Timestamp).ok_or_else(|| {
            EngineError::new(
                ErrorCode::InvalidOption,
                format!("{microseconds} microseconds since 1970 are no date"),
            )
        })
    }

    /// Whether the pin always means the same version, also after other commits.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        *self != Self::Latest
    }
}

impl fmt::Display for TablePin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => formatter.write_str("the latest version"),
            Self::Version(version) => write!(formatter, "version {version}"),
            Self::Timestamp(timestamp) => {
                let text = timestamp.to_rfc3339_opts(SecondsFormat::AutoSi, true);
                write!(formatter, "the version at {text}")
            }
        }
    }
}
