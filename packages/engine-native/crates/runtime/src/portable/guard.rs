//! Turns a panic into an error before it reaches a capsule's `extern "C"` function, where it would end the process.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use datafusion::common::{Result, internal_err};

#[cfg(not(panic = "unwind"))]
compile_error!("panics must unwind, so that they can be told as errors");

/// Runs one call of the function; a panic of it becomes an error.
///
/// What the panic may have left half-done belongs to the query that now fails, and is dropped with it.
pub(super) fn guarded<Output>(
    function: &str,
    call: impl FnOnce() -> Result<Output>,
) -> Result<Output> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(outcome) => outcome,
        Err(panic) => internal_err!("{function} panicked: {}", message(&*panic)),
    }
}

/// The same for a question that can't be answered by an error: a panic becomes the most cautious answer.
pub(super) fn guarded_or<Output>(cautious: Output, call: impl FnOnce() -> Output) -> Output {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(cautious)
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
