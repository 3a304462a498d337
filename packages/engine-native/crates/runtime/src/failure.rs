//! The engine's own errors, found again in those that DataFusion carried them in.

use codeanatomy_errors::{EngineError, ErrorCode};
use datafusion::error::DataFusionError;

/// The error of the engine that is within `error`; if there is none, one of `code` that says what DataFusion says.
///
/// ```
/// use codeanatomy_errors::{EngineError, ErrorCode};
/// use codeanatomy_runtime::engine_error;
/// use datafusion::error::DataFusionError;
///
/// let inner = EngineError::new(ErrorCode::DeltaTableNotFound, "there is no table").with_hint("look again");
/// let carried = DataFusionError::External(Box::new(inner)).context("DELETE operation");
/// let error = engine_error(carried, ErrorCode::QueryFailed);
/// assert_eq!(error.code(), ErrorCode::DeltaTableNotFound);
/// assert_eq!(error.hint(), Some("look again"));
/// ```
#[must_use]
pub fn engine_error(error: DataFusionError, code: ErrorCode) -> EngineError {
    match within(&error) {
        Some(inner) => inner,
        None => EngineError::new(code, error.strip_backtrace()).with_source(error),
    }
}

fn within(error: &DataFusionError) -> Option<EngineError> {
    let DataFusionError::External(inner) = error.find_root() else {
        return None;
    };
    let inner = inner.downcast_ref::<EngineError>()?;
    let mut copy = EngineError::new(inner.code(), inner.message());
    for (name, value) in inner.details() {
        copy = copy.with_detail(name, value);
    }
    Some(match inner.hint() {
        Some(hint) => copy.with_hint(hint),
        None => copy,
    })
}
