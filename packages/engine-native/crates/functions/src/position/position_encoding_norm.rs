//! `position_encoding_norm(value)`: the number of a column unit.

use std::sync::Arc;

use arrow::array::{Array, Int32Builder, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::argument::Integers;
use super::column_unit::{number_of_unit, unit_of_number, unit_of_text};
use crate::text::argument::{integer_argument, text_argument};
use crate::text::column::{as_the_arguments, map_text, rows_to_compute};

const NAME: &str = "position_encoding_norm";

/// The SQL function `position_encoding_norm`.
#[user_doc(
    doc_section(label = "Position Functions"),
    description = "Returns the number of a unit of columns, which col_to_byte and byte_to_col take: 1 for bytes of UTF-8, 2 for units of UTF-16, 3 for code \
                   points (UTF-32). Names are read in any case, with or without a hyphen, as in the Language Server Protocol. NULL if the value is \
                   NULL or no unit.",
    syntax_example = "position_encoding_norm(value)",
    sql_example = r"```sql
> select position_encoding_norm('utf-16') as editor, position_encoding_norm('codepoint') as python, position_encoding_norm('ebcdic') as unknown;
+--------+--------+---------+
| editor | python | unknown |
+--------+--------+---------+
| 2      | 3      |         |
+--------+--------+---------+
```",
    argument(
        name = "value",
        description = "The name of a unit: 'byte', 'utf8', 'utf16', 'utf32' or 'codepoint', or its number. Text or an integer."
    ),
    related_udf(name = "col_to_byte"),
    related_udf(name = "byte_to_col")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PositionEncodingNorm {
    signature: Signature,
}

impl PositionEncodingNorm {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::one_of(
            vec![
                TypeSignature::Coercible(vec![text_argument()]),
                TypeSignature::Coercible(vec![integer_argument()]),
            ],
            Volatility::Immutable,
        );
        signature.parameter_names = Some(vec!["value".to_owned()]);
        Self { signature }
    }
}

impl Default for PositionEncodingNorm {
    fn default() -> Self {
        Self::new()
    }
}

fn numbers_of_texts(texts: &StringViewArray) -> Int32Builder {
    let mut numbers = Int32Builder::with_capacity(texts.len());
    // Columns of units repeat few words; equal views are equal texts.
    let mut last = None;
    for (text, view) in texts.iter().zip(texts.views()) {
        let Some(text) = text else {
            numbers.append_null();
            continue;
        };
        let number = match last {
            Some((known, number)) if known == view => number,
            _ => unit_of_text(text).map(number_of_unit),
        };
        last = Some((view, number));
        numbers.append_option(number);
    }
    numbers
}

impl ScalarUDFImpl for PositionEncodingNorm {
    fn name(&self) -> &'static str {
        NAME
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
        let [value] = arguments.args.as_slice() else {
            return internal_err!("{NAME} has one argument");
        };
        if !value.data_type().is_integer() {
            return map_text(value, |texts| {
                Ok(Arc::new(numbers_of_texts(texts).finish()))
            });
        }
        let values = Integers::of(value)?;
        let rows = rows_to_compute(&arguments.args, arguments.number_rows);
        let mut numbers = Int32Builder::with_capacity(rows);
        for row in 0..rows {
            let unit = values.value(row).and_then(unit_of_number);
            numbers.append_option(unit.map(number_of_unit));
        }
        as_the_arguments(&arguments.args, Arc::new(numbers.finish()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
