//! `async_echo`: gives back what it gets, on the way that every asynchronous function takes.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};

use super::declaration::{AsyncFunction, AsyncKernel};

/// The function's name.
pub(super) const NAME: &str = "async_echo";

/// `async_echo(text)`: the text. For trying out whether a session has asynchronous functions, and what they cost.
pub(super) fn async_echo() -> AsyncFunction {
    AsyncFunction {
        name: NAME.to_owned(),
        argument_types: vec![DataType::Utf8],
        return_type: DataType::Utf8,
        max_concurrency: NonZeroUsize::MIN,
        kernel: Arc::new(Echo),
    }
}

#[derive(Debug)]
struct Echo;

impl AsyncKernel for Echo {
    fn call(
        &self,
        arguments: Vec<ArrayRef>,
        _rows: usize,
    ) -> Pin<Box<dyn Future<Output = Result<ArrayRef>> + Send + '_>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let Some(text) = arguments.into_iter().next() else {
                return internal_err!("async_echo takes one argument");
            };
            Ok(text)
        })
    }
}
