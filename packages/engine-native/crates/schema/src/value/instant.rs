//! Points in time.

use arrow::array::timezone::Tz;
use arrow::compute::kernels::cast_utils::string_to_datetime;
use serde::{Deserialize, Serialize};

use crate::value::json_schema::inline_schema;

/// A point in time as RFC 3339 has it, such as `2026-11-24T08:30:00Z`; without an offset it is UTC. Written as it was stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant {
    text: String,
    microseconds: i64,
}

impl Instant {
    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn microseconds(&self) -> i64 {
        self.microseconds
    }
}

impl TryFrom<String> for Instant {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let utc: Result<Tz, _> = "+00:00".parse();
        let time = utc.and_then(|zone| string_to_datetime(&zone, &text));
        match time {
            Ok(time) => Ok(Self {
                microseconds: time.timestamp_micros(),
                text,
            }),
            Err(_) => Err(format!(
                "'{}' given; it takes a point in time such as 2026-11-24T08:30:00Z",
                crate::json::shortened(&text)
            )),
        }
    }
}

inline_schema!(Instant);

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.text
    }
}
