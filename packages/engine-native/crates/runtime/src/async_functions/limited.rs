//! Calls an asynchronous function within its limits.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::compute::concat;
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, internal_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::async_udf::{AsyncScalarUDF, AsyncScalarUDFImpl};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::Semaphore;

use super::declaration::AsyncFunction;
use crate::policy::AsyncLimits;

/// The declared function as a session has it.
pub(super) fn function_of(declared: AsyncFunction, limits: AsyncLimits) -> ScalarUDF {
    let permits = declared.max_concurrency.get().min(Semaphore::MAX_PERMITS);
    let limited = LimitedFunction {
        signature: Signature::exact(declared.argument_types.clone(), Volatility::Volatile),
        permits: Arc::new(Semaphore::new(permits)),
        declared,
        limits,
    };
    AsyncScalarUDF::new(Arc::new(limited)).into_scalar_udf()
}

/// An asynchronous function with its limits.
#[derive(Debug)]
struct LimitedFunction {
    declared: AsyncFunction,
    signature: Signature,
    limits: AsyncLimits,
    /// One for each call that may run at once.
    permits: Arc<Semaphore>,
}

impl LimitedFunction {
    /// Calls the function once, when there is room for another call.
    async fn call(&self, arguments: Vec<ArrayRef>, rows: usize) -> Result<ArrayRef> {
        let Ok(_permit) = self.permits.acquire().await else {
            return internal_err!("the permits of {} are closed", self.declared.name);
        };
        let AsyncFunction { name, kernel, .. } = &self.declared;
        let timeout = self.limits.timeout;
        let Ok(answer) = tokio::time::timeout(timeout, kernel.call(arguments, rows)).await else {
            return exec_err!(
                "{name} timed out: a call with {rows} rows took more than the {} ms that async_udf_timeout_ms allows",
                timeout.as_millis()
            );
        };
        let answer = answer?;
        if answer.len() != rows {
            return exec_err!(
                "{name} returned {} values for {rows} rows; it has to return one a row",
                answer.len()
            );
        }
        if answer.data_type() != &self.declared.return_type {
            return exec_err!(
                "{name} returned {}; it was registered to return {}",
                answer.data_type(),
                self.declared.return_type
            );
        }
        Ok(answer)
    }
}

#[async_trait::async_trait]
impl AsyncScalarUDFImpl for LimitedFunction {
    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arguments = args
            .args
            .into_iter()
            .map(|argument| argument.into_array(rows))
            .collect::<Result<Vec<_>>>()?;
        let size = self.limits.batch_size.get();
        // DataFusion would call for one part of a batch after the other.
        let calls = (0..rows).step_by(size).map(|start| {
            let count = size.min(rows - start);
            let part = arguments
                .iter()
                .map(|argument| argument.slice(start, count));
            self.call(part.collect(), count)
        });
        let answers: Vec<_> = stream::iter(calls)
            .buffered(self.declared.max_concurrency.get())
            .try_collect()
            .await?;
        Ok(ColumnarValue::Array(match answers.as_slice() {
            [] => new_empty_array(&self.declared.return_type),
            [answer] => Arc::clone(answer),
            answers => {
                let answers: Vec<&dyn Array> = answers.iter().map(AsRef::as_ref).collect();
                concat(&answers).map_err(DataFusionError::from)?
            }
        }))
    }
}

impl ScalarUDFImpl for LimitedFunction {
    fn name(&self) -> &str {
        &self.declared.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(self.declared.return_type.clone())
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("{} is asynchronous", self.declared.name)
    }
}

/// Two functions are one if they have the same permits: each registration has its own.
impl PartialEq for LimitedFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.permits, &other.permits)
    }
}

impl Eq for LimitedFunction {}

impl Hash for LimitedFunction {
    fn hash<State: Hasher>(&self, state: &mut State) {
        Arc::as_ptr(&self.permits).hash(state);
    }
}
