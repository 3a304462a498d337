//! The arguments of the table functions: literals.

use chrono::{DateTime, Utc};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::catalog::TableFunctionArgs;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;

use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// The arguments of one call.
pub(super) struct Arguments<'call> {
    function: &'static str,
    values: Vec<&'call ScalarValue>,
}

impl<'call> Arguments<'call> {
    /// The arguments, of which there have to be `required` and may be `allowed`.
    pub(super) fn of(
        function: &'static str,
        arguments: &TableFunctionArgs<'call, '_>,
        required: usize,
        allowed: usize,
    ) -> Result<Self> {
        let given = arguments.exprs();
        if !(required..=allowed).contains(&given.len()) {
            let takes = if required == allowed {
                required.to_string()
            } else {
                format!("{required} to {allowed}")
            };
            return Err(invalid(format!(
                "'{function}' takes {takes} arguments, but got {}",
                given.len()
            )));
        }
        let values = given
            .iter()
            .enumerate()
            .map(|(position, argument)| match argument {
                Expr::Literal(value, _) if !value.is_null() => Ok(value),
                other => Err(invalid(format!(
                    "argument {} of '{function}' has to be a literal that is not NULL, but is {other}",
                    position + 1
                ))),
            })
            .collect::<Result<_>>()?;
        Ok(Self { function, values })
    }

    /// The location, which is the first argument.
    pub(super) fn location(&self) -> Result<TableLocation> {
        let text = self
            .values
            .first()
            .and_then(|value| value.try_as_str())
            .flatten();
        match text {
            Some(text) => TableLocation::parse(text, []),
            None => Err(self.wrong(0, "a location as a text")),
        }
    }

    /// The version or timestamp at a position; the latest version if there is no argument.
    pub(super) fn pin(&self, position: usize) -> Result<TablePin> {
        let Some(value) = self.values.get(position) else {
            return Ok(TablePin::Latest);
        };
        if let Some(text) = value.try_as_str().flatten() {
            return TablePin::at(text);
        }
        if let Some(time) = timestamp(value) {
            return Ok(TablePin::Timestamp(time));
        }
        let version = match value {
            ScalarValue::Int64(Some(version)) => u64::try_from(*version).ok(),
            ScalarValue::Int32(Some(version)) => u64::try_from(*version).ok(),
            ScalarValue::UInt64(Some(version)) => Some(*version),
            ScalarValue::UInt32(Some(version)) => Some(u64::from(*version)),
            _ => None,
        };
        version.map(TablePin::Version).ok_or_else(|| {
            self.wrong(
                position,
                "a version from 0, or a timestamp with a time zone",
            )
        })
    }

    fn wrong(&self, position: usize, expected: &str) -> EngineError {
        invalid(format!(
            "argument {} of '{}' has to be {expected}, but is {}",
            position + 1,
            self.function,
            self.values
                .get(position)
                .map_or_else(String::new, |value| (*value).to_string())
        ))
    }
}

/// The time of a timestamp with a time zone, which is counted from 1970 in UTC.
fn timestamp(value: &ScalarValue) -> Option<DateTime<Utc>> {
    match value {
        ScalarValue::TimestampSecond(Some(seconds), Some(_)) => {
            DateTime::from_timestamp(*seconds, 0)
        }
        ScalarValue::TimestampMillisecond(Some(millis), Some(_)) => {
            DateTime::from_timestamp_millis(*millis)
        }
        ScalarValue::TimestampMicrosecond(Some(micros), Some(_)) => {
            DateTime::from_timestamp_micros(*micros)
        }
        ScalarValue::TimestampNanosecond(Some(nanos), Some(_)) => {
            Some(DateTime::from_timestamp_nanos(*nanos))
        }
        _ => None,
    }
}

fn invalid(message: String) -> EngineError {
    EngineError::new(ErrorCode::QueryInvalid, message)
}
