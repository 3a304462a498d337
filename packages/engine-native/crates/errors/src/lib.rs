//! The one registry of error codes, and the one error type that every crate of the engine returns.
//!
//! An error says what is wrong, where it happened (its stage, from its code), what would have been valid, and in `hint` what to do next.
//! The binding crate turns it into the Python exception that [`ErrorCode::python_class`] names.

mod code;
mod nearest;

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;

pub use code::{ErrorCode, Stage};
pub use nearest::nearest_name;

/// The result of every fallible function of the engine.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

/// An error with its code, details and hint.
///
/// The fields are boxed, so that `Result<T, EngineError>` stays small.
///
/// ```
/// use codeanatomy_errors::{EngineError, ErrorCode};
///
/// let error = EngineError::new(ErrorCode::RepositoryNotFound, "no such directory: 'spam'")
///     .with_detail("path", "spam")
///     .with_hint("pass the root directory of a Python repository");
/// assert_eq!(error.code().as_str(), "repository-not-found");
/// assert_eq!(
///     error.to_string(),
///     "no such directory: 'spam'\nhint: pass the root directory of a Python repository"
/// );
/// ```
#[derive(Debug)]
pub struct EngineError {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    message: String,
    details: BTreeMap<&'static str, String>,
    hint: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl EngineError {
    /// An error of `code` whose `message` says what is wrong and what would have been valid.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                code,
                message: message.into(),
                details: BTreeMap::new(),
                hint: None,
                source: None,
            }),
        }
    }

    /// Adds a named fact for programs that handle the error, for example the path it is about.
    #[must_use]
    pub fn with_detail(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.inner.details.insert(key, value.into());
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.inner.hint = Some(hint.into());
        self
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The registered code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.inner.code
    }

    /// What is wrong, without the hint.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// Named facts about the error, sorted by name.
    #[must_use]
    pub fn details(&self) -> &BTreeMap<&'static str, String> {
        &self.inner.details
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.inner.hint.as_deref()
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.inner.message)?;
        if let Some(hint) = &self.inner.hint {
            write!(formatter, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl StdError for EngineError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
