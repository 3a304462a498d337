//! Lengths of time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::value::json_schema::inline_schema;

/// A length of time above zero, such as `5m`, `1h 30m`, `90s` or `2days`; written as it was stated.
///
/// ```
/// use std::time::Duration;
/// use codeanatomy_schema::Interval;
///
/// assert_eq!(Interval::try_from("5m".to_owned())?.duration(), Duration::from_secs(300));
/// assert!(Interval::try_from("five".to_owned()).is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval {
    text: String,
    duration: Duration,
}

impl Interval {
    /// The length.
    #[must_use]
    pub const fn duration(&self) -> Duration {
        self.duration
    }
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match humantime::parse_duration(&text) {
            Ok(duration) if !duration.is_zero() => Ok(Self { text, duration }),
            _ => Err(format!(
                "'{}' given; it takes a length of time above zero, such as 90s, 5m, 1h 30m or 2days",
                crate::json::shortened(&text)
            )),
        }
    }
}

inline_schema!(Interval);

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.text
    }
}
