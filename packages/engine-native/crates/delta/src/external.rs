//! The engine's errors on their way through DataFusion.

use codeanatomy_errors::EngineError;
use datafusion::error::DataFusionError;

/// The error as DataFusion carries it.
pub(crate) fn external(error: EngineError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
