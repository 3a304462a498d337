//! `span_shift(span, by)`: a span some positions further on.

use arrow::array::Array;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::pair::write_ranges;
use super::read::{Range, Spans, span_argument};
use super::write::{derived_field, span_type};
use crate::integers::{bigint_type, bigints, is_integer};

/// The SQL function `span_shift`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns the span moved by a number of positions of its unit: a span of a part of a text, moved by where the part begins, \
                   is a span of the text. line_base, col_unit, end_exclusive and the field's metadata stay. \
                   NULL if an argument is NULL; a position that is no bigint is an error.",
    syntax_example = "span_shift(span, by)",
    sql_example = r"```sql
> select span_shift(span_make(10, 14), -10) as span;
+-------------------------------------------------------------------------+
| span                                                                    |
+-------------------------------------------------------------------------+
| {bstart: 0, bend: 4, line_base: 0, col_unit: byte, end_exclusive: true} |
+-------------------------------------------------------------------------+
```",
    argument(
        name = "span",
        description = "A span: any struct with integer fields bstart and bend."
    ),
    argument(
        name = "by",
        description = "How many positions further on; to the left if it is negative. An integer."
    ),
    related_udf(name = "span_make")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanShift {
    signature: Signature,
}

impl SpanShift {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["span".to_owned(), "by".to_owned()]);
        Self { signature }
    }
}

impl Default for SpanShift {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanShift {
    fn name(&self) -> &'static str {
        "span_shift"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [span, by] = given else {
            return plan_err!(
                "span_shift takes a span and a number of positions, got {} arguments",
                given.len()
            );
        };
        if !is_integer(by) {
            return plan_err!("by of span_shift is an integer, not {by}");
        }
        Ok(vec![span_argument(self.name(), span)?, bigint_type(by)])
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
        let [span, by] = arguments.args.as_slice() else {
            return internal_err!("span_shift has two arguments");
        };
        let spans = Spans::of(self.name(), span)?;
        let by_step = usize::from(matches!(by, ColumnarValue::Array(_)));
        let distances = bigints(self.name(), "by", &by.to_array(1)?)?;
        let is_constant = spans.is_constant() && by_step == 0;
        let rows = if is_constant {
            1
        } else {
            arguments.number_rows
        };
        let shifted = (0..rows)
            .map(|row| {
                let distance = row * by_step;
                let (Some(range), true) = (spans.range(row), distances.is_valid(distance)) else {
                    return Ok(None);
                };
                shift(range, distances.value(distance)).map(Some)
            })
            .collect::<Result<Vec<_>>>()?;
        write_ranges(
            self.name(),
            shifted.into_iter(),
            &spans.convention,
            is_constant,
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn shift(range: Range, by: i64) -> Result<Range> {
    let (Some(start), Some(end)) = (range.start.checked_add(by), range.end.checked_add(by)) else {
        return exec_err!(
            "span_shift: the span from {} can't be moved by {by}: its positions would be no bigint",
            range.start
        );
    };
    Ok(Range { start, end })
}
