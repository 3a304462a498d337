//! What somebody who has an asynchronous function says of it.

use std::fmt::Debug;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

/// The work of an asynchronous function.
pub trait AsyncKernel: Debug + Send + Sync {
    /// Answers one batch: an array a parameter, all of `rows` values, of the declared types. The answer has as many values, of the declared type.
    ///
    /// A call is given up by dropping the future: when its time is over, when another call of the query has failed, or when nobody wants the
    /// result any more.
    fn call(
        &self,
        arguments: Vec<ArrayRef>,
        rows: usize,
    ) -> Pin<Box<dyn Future<Output = Result<ArrayRef>> + Send + '_>>;
}

/// An asynchronous function as it is declared. The session's policy adds the time and the rows of a call.
///
/// To the planner it is volatile: no call is left out, moved or made twice because of what another call answers.
#[derive(Debug, Clone)]
pub struct AsyncFunction {
    /// The name that SQL calls it by.
    pub name: String,
    /// The types of its parameters. Arguments of other types are cast, where SQL casts them without being told to.
    pub argument_types: Vec<DataType>,
    /// The type of the result, which may be NULL.
    pub return_type: DataType,
    /// How many calls run at once at most, over all partitions and queries of the session.
    pub max_concurrency: NonZeroUsize,
    /// The work.
    pub kernel: Arc<dyn AsyncKernel>,
}
