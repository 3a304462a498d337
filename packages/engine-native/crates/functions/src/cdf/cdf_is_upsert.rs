//! `cdf_is_upsert(change_type)`: whether a row exists after the change.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::change;
use crate::unary::{BytesKernel, apply_to_argument};

/// The SQL function `cdf_is_upsert`.
#[user_doc(
    doc_section(label = "Change Data Feed Functions"),
    description = "Returns whether the row exists after the change and is as the change says: true for insert and update_postimage, false for any other text. \
                   NULL if the change type is NULL.",
    syntax_example = "cdf_is_upsert(change_type)",
    sql_example = r"```sql
> select cdf_is_upsert('update_postimage') as answer;
+--------+
| answer |
+--------+
| true   |
+--------+
```",
    argument(
        name = "change_type",
        description = "The column _change_type of a change data feed. Text."
    ),
    related_udf(name = "cdf_change_rank")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CdfIsUpsert {
    signature: Signature,
}

impl CdfIsUpsert {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: change::signature(),
        }
    }
}

impl Default for CdfIsUpsert {
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
                .map(|value| value.map(change::is_upsert))
                .collect::<BooleanArray>(),
        )
    }
}

impl ScalarUDFImpl for CdfIsUpsert {
    fn name(&self) -> &'static str {
        "cdf_is_upsert"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [change_type] = arguments.args.as_slice() else {
            return internal_err!("cdf_is_upsert has one argument");
        };
        apply_to_argument::<Kernel>(change_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
