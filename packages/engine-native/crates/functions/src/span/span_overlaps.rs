//! `span_overlaps(a, b)`: whether two spans share a position.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::pair::{Pair, pair_arguments, pair_signature};

/// The SQL function `span_overlaps`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns whether the two spans have a position in common. Spans that only touch do not overlap, and an empty span overlaps nothing. \
                   Inclusive and exclusive ends can be mixed. NULL if a span is NULL; spans of different units are an error.",
    syntax_example = "span_overlaps(a, b)",
    sql_example = r"```sql
> select span_overlaps(span_make(0, 5), span_make(4, 8)) as answer;
+--------+
| answer |
+--------+
| true   |
+--------+
```",
    argument(name = "a", description = "A span."),
    argument(name = "b", description = "A span of the same unit."),
    related_udf(name = "span_contains"),
    related_udf(name = "span_intersection")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanOverlaps {
    signature: Signature,
}

impl SpanOverlaps {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: pair_signature(),
        }
    }
}

impl Default for SpanOverlaps {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanOverlaps {
    fn name(&self) -> &'static str {
        "span_overlaps"
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
        Pair::of(self.name(), &arguments)?.relate(|a, b| a.start.max(b.start) < a.end.min(b.end))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
