//! Asynchronous functions: scalar functions that wait for something else, called with bounded batches, time and concurrency.

mod declaration;
mod echo;
mod limited;

mod register;
mod separate;
#[cfg(test)]
mod tests;

pub use declaration::{AsyncFunction, AsyncKernel};

pub use register::register_async_function;
pub(crate) use separate::SeparateAsyncCalls;

use datafusion::logical_expr::ScalarUDF;

use crate::policy::AsyncLimits;

/// The names of the asynchronous functions that the library brings.
pub(crate) const ASYNC_FUNCTION_NAMES: &[&str] = &[echo::NAME];

/// The asynchronous functions that the library brings, under these limits.
pub(crate) fn async_functions(limits: AsyncLimits) -> Vec<ScalarUDF> {
    vec![limited::function_of(echo::async_echo(), limits)]
}
