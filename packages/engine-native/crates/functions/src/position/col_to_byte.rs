//! `col_to_byte(line_text, col[, col_unit])`: the byte at which a column of a line starts.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::argument::{convert_positions, position_in_line};
use super::line_columns::byte_of_column;

const NAME: &str = "col_to_byte";

/// The SQL function `col_to_byte`.
#[user_doc(
    doc_section(label = "Position Functions"),
    description = "Returns the offset in bytes of UTF-8 at which a column of a line starts. A column past the end is the length of the line in bytes, as in the \
                   Language Server Protocol; one inside of a character, or between its two units of UTF-16, is the start of that character. Both count from 0. A unit that is left out or NULL is the session's setting \
                   codeanatomy_udf.span_default_col_unit. NULL if another argument is NULL or the position is negative; an error if the unit is unknown.",
    syntax_example = "col_to_byte(line_text, col[, col_unit])",
    sql_example = r"```sql
> select col_to_byte('naïve = 🐍.x', 9, 'utf16') as inside, col_to_byte('naïve = 🐍.x', 9, 'utf32') as behind;
+--------+--------+
| inside | behind |
+--------+--------+
| 9      | 13     |
+--------+--------+
```",
    argument(
        name = "line_text",
        description = "The text of the line, with or without its end. Text."
    ),
    argument(name = "col", description = "The column, from 0. An integer."),
    argument(
        name = "col_unit",
        description = "What is counted: 'byte' (also 'utf8'), 'utf16' or 'utf32' (also 'codepoint'), in any case and also spelled 'utf-16', or their numbers 1, 2 and 3. Text or an integer."
    ),
    related_udf(name = "byte_to_col"),
    related_udf(name = "position_encoding_norm")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ColToByte {
    signature: Signature,
}

impl ColToByte {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: position_in_line("col"),
        }
    }
}

impl Default for ColToByte {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for ColToByte {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        convert_positions(NAME, &arguments, byte_of_column)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
