//! The policy of asynchronous functions.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use serde::Serialize;

/// Whether a session may have asynchronous functions, and within which limits. It is only made of values that go together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct AsyncUdfPolicy {
    enabled: bool,
    timeout_ms: Option<NonZeroU64>,
    batch_size: Option<NonZeroU64>,
}

/// The limits of one call of an asynchronous function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AsyncLimits {
    /// After what time the call fails.
    pub timeout: Duration,
    /// How many rows it gets at most.
    pub batch_size: NonZeroUsize,
}

impl AsyncUdfPolicy {
    /// The policy of what a caller states.
    ///
    /// # Errors
    ///
    /// `invalid-option`: limits are stated although the functions are disabled; or the functions are enabled, and one of the limits is missing or
    /// not positive.
    ///
    /// ```
    /// use codeanatomy_runtime::AsyncUdfPolicy;
    ///
    /// assert!(AsyncUdfPolicy::new(true, Some(1000), Some(64)).is_ok());
    /// assert!(AsyncUdfPolicy::new(true, Some(1000), None).is_err());
    /// assert!(AsyncUdfPolicy::new(false, None, Some(64)).is_err());
    /// assert_eq!(AsyncUdfPolicy::new(false, None, None)?, AsyncUdfPolicy::default());
    /// # Ok::<(), codeanatomy_errors::EngineError>(())
    /// ```
    pub fn new(enabled: bool, timeout_ms: Option<i64>, batch_size: Option<i64>) -> Result<Self> {
        if !enabled {
            if timeout_ms.is_some() || batch_size.is_some() {
                return Err(invalid(
                    "enable_async",
                    "Async UDF policy provided but enable_async is False.",
                )
                .with_hint(
                    "enable asynchronous functions, or leave async_udf_timeout_ms and async_udf_batch_size out",
                ));
            }
            return Ok(Self::default());
        }
        Ok(Self {
            enabled,
            timeout_ms: Some(positive("async_udf_timeout_ms", timeout_ms)?),
            batch_size: Some(positive("async_udf_batch_size", batch_size)?),
        })
    }

    /// The limits of calls; `None` where asynchronous functions are disabled.
    #[must_use]
    pub fn limits(&self) -> Option<AsyncLimits> {
        Some(AsyncLimits {
            timeout: Duration::from_millis(self.timeout_ms?.get()),
            batch_size: NonZeroUsize::try_from(self.batch_size?).unwrap_or(NonZeroUsize::MAX),
        })
    }
}

fn positive(option: &'static str, value: Option<i64>) -> Result<NonZeroU64> {
    let positive = value
        .and_then(|value| u64::try_from(value).ok())
        .and_then(NonZeroU64::new);
    positive.ok_or_else(|| {
        let stated = value.map_or_else(String::new, |value| format!(" It is {value}."));
        invalid(
            option,
            format!("{option} must be a positive integer when async UDFs are enabled.{stated}"),
        )
        .with_hint(format!("state {option}, for example 1000"))
    })
}

fn invalid(option: &'static str, message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, message).with_detail("option", option)
}
