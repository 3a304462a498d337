//! Keeps panics from reaching Python, where they would be an exception that `except Exception` does not catch.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use pyo3::prelude::*;

use crate::error::to_python_error;

/// Runs native work with the interpreter released; an error or a panic of it becomes a Python exception.
pub(crate) fn run_native<Output: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<Output> + Send,
) -> PyResult<Output> {
    catch_native(py, work).map_err(|error| to_python_error(py, error))
}

/// Runs native work with the interpreter released; a panic of it becomes an error.
pub(crate) fn catch_native<Output: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<Output> + Send,
) -> Result<Output> {
    py.detach(|| {
        // Nothing that a panic may have left half-done is used afterwards but sessions, whose state changes in one assignment.
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panic_error(&*panic)))
    })
}

/// The error that reports a panic.
pub(crate) fn panic_error(panic: &(dyn Any + Send)) -> EngineError {
    let what = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    EngineError::new(
        ErrorCode::InternalError,
        format!("the engine panicked: {what}"),
    )
    .with_hint("this is a bug of the engine; please report it with what you did")
}
