//! `span_len(span)`: how many positions a span has.

use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::read::{Spans, span_argument};
use super::write::columnar;

/// The SQL function `span_len`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns how many positions the span has, in its own unit: bend - bstart, and one more if its end is inclusive. \
                   NULL if the span is NULL; a negative length is an error.",
    syntax_example = "span_len(span)",
    sql_example = r"```sql
> select span_len(span_make(10, 14)) as length;
+--------+
| length |
+--------+
| 4      |
+--------+
```",
    argument(
        name = "span",
        description = "A span: any struct with integer fields bstart and bend."
    ),
    related_udf(name = "span_make")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanLen {
    signature: Signature,
}

impl SpanLen {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["span".to_owned()]);
        Self { signature }
    }
}

impl Default for SpanLen {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanLen {
    fn name(&self) -> &'static str {
        "span_len"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [span] = given else {
            return plan_err!("span_len takes one span, got {} arguments", given.len());
        };
        Ok(vec![span_argument(self.name(), span)?])
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [span] = arguments.args.as_slice() else {
            return internal_err!("span_len has one argument");
        };
        let spans = Spans::of(self.name(), span)?;
        let rows = if spans.is_constant() {
            1
        } else {
            arguments.number_rows
        };
        let lengths = (0..rows)
            .map(|row| {
                let Some(range) = spans.range(row) else {
                    return Ok(None);
                };
                let Some(length) = range.end.checked_sub(range.start) else {
                    return exec_err!(
                        "span_len: the length of the span from {} is no bigint",
                        range.start
                    );
                };
                Ok(Some(length))
            })
            .collect::<Result<Int64Array>>()?;
        columnar(Arc::new(lengths), spans.is_constant())
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
