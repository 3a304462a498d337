//! What a user may decide about the runtime of one session.

mod enforce;
mod statements;
#[cfg(test)]
mod tests;

use std::num::NonZeroU64;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use serde::Serialize;

pub(crate) use enforce::enforce;
pub use statements::StatementPolicy;

/// Whether the library has asynchronous functions. It has none yet.
pub(crate) const ASYNC_UDF_AVAILABLE: bool = false;

/// The decisions that [`install`](crate::install) takes; kept per session, never globally.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuntimePolicy {
    /// Limits of asynchronous functions.
    pub async_udf: AsyncUdfPolicy,
    /// Which statements SQL may have.
    pub statements: StatementPolicy,
}

/// Limits of asynchronous functions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct AsyncUdfPolicy {
    /// Whether asynchronous functions are registered.
    pub enabled: bool,
    /// After how many milliseconds a call of one fails; `None` is never.
    pub timeout_ms: Option<NonZeroU64>,
    /// How many rows one call gets at most; `None` is the session's batch size.
    pub batch_size: Option<NonZeroU64>,
}

impl RuntimePolicy {
    /// Checks that every decision can be honoured.
    pub(crate) fn validate(&self) -> Result<()> {
        if self.async_udf.enabled && !ASYNC_UDF_AVAILABLE {
            return Err(EngineError::new(
                ErrorCode::InvalidOption,
                "enable_async_udfs is True, but this engine has no asynchronous functions; it must be False",
            )
            .with_detail("option", "enable_async_udfs")
            .with_hint("leave enable_async_udfs at its default"));
        }
        Ok(())
    }
}
