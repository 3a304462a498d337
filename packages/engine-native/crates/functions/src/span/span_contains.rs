//! `span_contains(a, b)`: whether a span lies within another.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::pair::{Pair, pair_arguments, pair_signature};

/// The SQL function `span_contains`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns whether span a contains span b: b starts and ends within a, at its ends included. An empty span lies within a also at a's ends. \
                   Inclusive and exclusive ends can be mixed. NULL if a span is NULL; spans of different units are an error.",
    syntax_example = "span_contains(a, b)",
    sql_example = r"```sql
> select span_contains(span_make(0, 5), span_make(1, 5)) as answer;
+--------+
| answer |
+--------+
| true   |
+--------+
```",
    argument(name = "a", description = "A span."),
    argument(name = "b", description = "A span of the same unit."),
    related_udf(name = "span_overlaps")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanContains {
    signature: Signature,
}

impl SpanContains {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: pair_signature(),
        }
    }
}

impl Default for SpanContains {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanContains {
    fn name(&self) -> &'static str {
        "span_contains"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        pair_arguments(self.name(), given)
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Pair::of(self.name(), &arguments)?.relate(|a, b| a.start <= b.start && b.end <= a.end)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
