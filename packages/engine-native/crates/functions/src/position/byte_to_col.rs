//! `byte_to_col(line_text, byte[, col_unit])`: the column of the character that a byte of a line belongs to.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::argument::{convert_positions, position_in_line};
use super::line_columns::column_of_byte;

const NAME: &str = "byte_to_col";

/// The SQL function `byte_to_col`.
#[user_doc(
    doc_section(label = "Position Functions"),
    description = "Returns the column of the character that a byte of a line belongs to: the inverse of col_to_byte. A byte past the end is the column of the \
                   end, as in the Language Server Protocol; one inside of a character is the column at which the character starts. Both count from 0. A unit that is left out or NULL is the session's setting \
                   codeanatomy_udf.span_default_col_unit. NULL if another argument is NULL or the position is negative; an error if the unit is unknown.",
    syntax_example = "byte_to_col(line_text, byte[, col_unit])",
    sql_example = r"```sql
> select byte_to_col('naïve = 🐍.x', 13, 'utf16') as units, byte_to_col('naïve = 🐍.x', 13, 'utf32') as characters;
+-------+------------+
| units | characters |
+-------+------------+
| 10    | 9          |
+-------+------------+
```",
    argument(
        name = "line_text",
        description = "The text of the line, with or without its end. Text."
    ),
    argument(
        name = "byte",
        description = "The offset in bytes of UTF-8, from 0. An integer."
    ),
    argument(
        name = "col_unit",
        description = "What is counted: 'byte' (also 'utf8'), 'utf16' or 'utf32' (also 'codepoint'), in any case and also spelled 'utf-16', or their numbers 1, 2 and 3. Text or an integer."
    ),
    related_udf(name = "col_to_byte"),
    related_udf(name = "position_encoding_norm")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ByteToCol {
    signature: Signature,
}

impl ByteToCol {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: position_in_line("byte"),
        }
    }
}

impl Default for ByteToCol {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for ByteToCol {
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
        convert_positions(NAME, &arguments, column_of_byte)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
