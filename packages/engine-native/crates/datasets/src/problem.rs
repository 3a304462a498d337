//! What went wrong, where a report goes on instead of an error.

use codeanatomy_errors::EngineError;
use serde::{Deserialize, Serialize};

/// What went wrong, as the engine's errors say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The code of the error.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl From<&EngineError> for Problem {
    fn from(error: &EngineError) -> Self {
        Self {
            code: error.code().as_str().to_owned(),
            message: error.message().to_owned(),
            hint: error.hint().map(str::to_owned),
        }
    }
}
