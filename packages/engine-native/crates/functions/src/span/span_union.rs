//! `span_union(a, b)`: the shortest span that contains two spans.

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::pair::{Pair, pair_arguments, pair_signature};
use super::read::Range;
use super::write::{derived_field, span_type};

/// The SQL function `span_union`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns the shortest span that contains both spans, and so also what lies between them. NULL if a span is NULL. \
                   line_base, col_unit, end_exclusive and the field's metadata are those of a; the ends of a and b can be of different kinds. \
                   Spans of different units are an error.",
    syntax_example = "span_union(a, b)",
    sql_example = r"```sql
> select span_union(span_make(0, 5), span_make(7, 8)) as span;
+-------------------------------------------------------------------------+
| span                                                                    |
+-------------------------------------------------------------------------+
| {bstart: 0, bend: 8, line_base: 0, col_unit: byte, end_exclusive: true} |
+-------------------------------------------------------------------------+
```",
    argument(name = "a", description = "A span."),
    argument(name = "b", description = "A span of the same unit."),
    related_udf(name = "span_intersection")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanUnion {
    signature: Signature,
}

impl SpanUnion {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: pair_signature(),
        }
    }
}

impl Default for SpanUnion {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanUnion {
    fn name(&self) -> &'static str {
        "span_union"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        pair_arguments(self.name(), given)
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(span_type())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(derived_field(self.name(), arguments.arg_fields.first()))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Pair::of(self.name(), &arguments)?.combine(self.name(), |a, b| {
            Some(Range {
                start: a.start.min(b.start),
                end: a.end.max(b.end),
            })
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
