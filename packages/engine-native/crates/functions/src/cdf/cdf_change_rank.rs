//! `cdf_change_rank(change_type)`: which of several changes of one row counts.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::change;
use crate::unary::{BytesKernel, apply_to_argument};

/// The SQL function `cdf_change_rank`.
#[user_doc(
    doc_section(label = "Change Data Feed Functions"),
    description = "Returns the rank of a change in a change data feed: of the changes of one row in one commit, the one of the highest rank says what the row is now. \
                   update_postimage has 3, insert 2, delete 1 and update_preimage 0; any other text has -1. NULL if the change type is NULL.",
    syntax_example = "cdf_change_rank(change_type)",
    sql_example = r"```sql
> select cdf_change_rank('update_postimage') as answer;
+--------+
| answer |
+--------+
| 3      |
+--------+
```",
    argument(
        name = "change_type",
        description = "The column _change_type of a change data feed. Text."
    ),
    related_udf(name = "cdf_is_upsert"),
    related_udf(name = "cdf_is_delete")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CdfChangeRank {
    signature: Signature,
}

impl CdfChangeRank {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: change::signature(),
        }
    }
}

impl Default for CdfChangeRank {
    fn default() -> Self {
        Self::new()
    }
}

struct Kernel;

impl BytesKernel for Kernel {
    fn apply<'a, Values>(values: Values, _rows: usize) -> ArrayRef
    where
        Values: Iterator<Item = Option<&'a [u8]>>,
    {
        Arc::new(
            values
                .map(|value| value.map(change::rank))
                .collect::<Int32Array>(),
        )
    }
}

impl ScalarUDFImpl for CdfChangeRank {
    fn name(&self) -> &'static str {
        "cdf_change_rank"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [change_type] = arguments.args.as_slice() else {
            return internal_err!("cdf_change_rank has one argument");
        };
        apply_to_argument::<Kernel>(change_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
