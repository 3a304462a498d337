//! `span_make(bstart, bend)`: a span of its positions.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::convention::{Convention, Defaults, Each, masked};
use super::read::{check_order, is_boolean, is_text};
use super::write::{columnar, span_array, span_field, span_type, word};
use crate::FunctionSettings;
use crate::integers::{bigint_type, bigints, is_integer};

const NAMES: [&str; 5] = ["bstart", "bend", "line_base", "col_unit", "end_exclusive"];

/// The SQL function `span_make`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns a span, a struct of bstart (bigint), bend (bigint), line_base (int), col_unit (text) and end_exclusive (boolean). \
                   Its field has the metadata semantic_type = Span and line_base, col_unit and end_exclusive where they are the same for all \
                   rows, which arrow_metadata reads. An argument that is left out or NULL is what the session's settings say when the query is \
                   planned. NULL if bstart or bend is NULL. A span of negative length is an error: where such rows are no mistake, leave them \
                   out with case when bend >= bstart then span_make(bstart, bend) end. A span of length 0 is none.",
    syntax_example = "span_make(bstart, bend[, line_base, col_unit, end_exclusive])",
    sql_example = r"```sql
> select span_make(10, 14) as span;
+---------------------------------------------------------------------------+
| span                                                                      |
+---------------------------------------------------------------------------+
| {bstart: 10, bend: 14, line_base: 0, col_unit: byte, end_exclusive: true} |
+---------------------------------------------------------------------------+
```",
    argument(name = "bstart", description = "The first position. An integer."),
    argument(
        name = "bend",
        description = "The first position behind the span, or its last position if end_exclusive is false. An integer."
    ),
    argument(
        name = "line_base",
        description = "The number of the text's first line. An integer; the setting codeanatomy_udf.span_default_line_base if it is left out."
    ),
    argument(
        name = "col_unit",
        description = "What the positions count: byte, utf16 or utf32. Text; the setting codeanatomy_udf.span_default_col_unit if it is left out."
    ),
    argument(
        name = "end_exclusive",
        description = "Whether bend lies behind the span. A boolean; the setting codeanatomy_udf.span_default_end_exclusive if it is left out."
    ),
    alternative_syntax = "span(bstart, bend[, line_base, col_unit, end_exclusive])",
    related_udf(name = "span_len"),
    related_udf(name = "span_shift")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanMake {
    signature: Signature,
    aliases: Vec<String>,
    /// Held here and not read while a query runs, because the metadata of the field tells them when it is planned.
    defaults: Defaults,
}

impl SpanMake {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self::with_settings(&FunctionSettings::default())
    }

    /// The function as a session with these settings has it.
    #[must_use]
    pub fn with_settings(settings: &FunctionSettings) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(NAMES.map(str::to_owned).to_vec());
        Self {
            signature,
            aliases: vec!["span".to_owned()],
            defaults: Defaults {
                line_base: settings.span_default_line_base,
                col_unit: settings.span_default_col_unit,
                end_exclusive: settings.span_default_end_exclusive,
            },
        }
    }

    /// The options as columns, or as constants of one row.
    fn convention(
        &self,
        [line_base, col_unit, end_exclusive]: &[Option<ArrayRef>; 3],
    ) -> Result<Convention> {
        self.defaults.read(
            self.name(),
            line_base.as_ref(),
            col_unit.as_ref(),
            end_exclusive.as_ref(),
        )
    }
}

impl Default for SpanMake {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanMake {
    fn name(&self) -> &'static str {
        "span_make"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn with_updated_config(&self, config: &ConfigOptions) -> Option<ScalarUDF> {
        let updated = Self::with_settings(&FunctionSettings::of(config));
        (updated != *self).then(|| ScalarUDF::from(updated))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if !(2..=5).contains(&given.len()) {
            return plan_err!(
                "span_make takes bstart, bend and optionally line_base, col_unit and end_exclusive, got {} arguments",
                given.len()
            );
        }
        let mut types = Vec::with_capacity(given.len());
        for (position, (given, name)) in given.iter().zip(NAMES).enumerate() {
            let (is_accepted, meaning) = match name {
                "col_unit" => (is_text(given), "text"),
                "end_exclusive" => (is_boolean(given), "a boolean"),
                _ => (is_integer(given), "an integer"),
            };
            if !is_accepted {
                return plan_err!("{name} of span_make is {meaning}, not {given}");
            }
            // Options stay as they are: a constant in a cast would not be seen as one when the field is made.
            types.push(if position < 2 {
                bigint_type(given)
            } else {
                given.clone()
            });
        }
        Ok(types)
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(span_type())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let options = arguments.scalar_arguments.get(2..).unwrap_or_default();
        let constant = |position: usize| match options.get(position) {
            Some(Some(scalar)) => scalar.to_array().map(Some),
            _ => Ok(None),
        };
        let convention = self.convention(&[constant(0)?, constant(1)?, constant(2)?])?;
        let written = [
            convention.line_base.at(0).to_string(),
            word(convention.col_unit.at(0)).to_owned(),
            convention.end_exclusive.at(0).to_string(),
        ];
        let metadata: HashMap<_, _> = NAMES[2..]
            .iter()
            .zip(written)
            .enumerate()
            // An option that is a column may differ from row to row.
            .filter(|(position, _)| !matches!(options.get(*position), Some(None)))
            .map(|(_, (name, text))| ((*name).to_owned(), text))
            .collect();
        Ok(span_field(self.name(), metadata))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [start, end, options @ ..] = arguments.args.as_slice() else {
            return internal_err!("span_make has at least two arguments");
        };
        let is_constant = arguments
            .args
            .iter()
            .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if is_constant {
            1
        } else {
            arguments.number_rows
        };
        let starts = bigints(self.name(), NAMES[0], &start.to_array(rows)?)?;
        let bends = bigints(self.name(), NAMES[1], &end.to_array(rows)?)?;
        let nulls = NullBuffer::union(starts.nulls(), bends.nulls());
        let is_valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));

        let option = |position: usize| match options.get(position) {
            None => Ok(None),
            Some(ColumnarValue::Scalar(scalar)) => scalar.to_array().map(Some),
            Some(ColumnarValue::Array(column)) => masked(column, nulls.as_ref()).map(Some),
        };
        let convention = self.convention(&[option(0)?, option(1)?, option(2)?])?;
        check_ends(starts.values(), bends.values(), &convention, is_valid)?;
        let spans = span_array(
            starts.values().clone(),
            bends.values().clone(),
            nulls.clone(),
            &convention,
        )?;
        columnar(spans, is_constant)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn check_ends(
    starts: &ScalarBuffer<i64>,
    bends: &ScalarBuffer<i64>,
    convention: &Convention,
    is_valid: impl Fn(usize) -> bool,
) -> Result<()> {
    if convention.end_exclusive == Each::One(true) {
        return check_order("span_make", starts, bends, is_valid);
    }
    let ends: Vec<_> = bends
        .iter()
        .enumerate()
        .map(|(row, &bend)| bend.saturating_add(i64::from(!convention.end_exclusive.at(row))))
        .collect();
    check_order("span_make", starts, &ends, is_valid)
}
