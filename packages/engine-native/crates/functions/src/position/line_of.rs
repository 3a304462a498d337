//! `line_of(text, byte)`: the number of the line that a byte is in.

use std::sync::Arc;

use arrow::array::Int64Builder;
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::argument::Integers;
use super::line_index::{LineIndex, line_of_byte};
use crate::text::argument::{integer_argument, text_argument};
use crate::text::column::{TextColumn, as_the_arguments, rows_to_compute};

const NAME: &str = "line_of";

/// The SQL function `line_of`.
#[user_doc(
    doc_section(label = "Position Functions"),
    description = "Returns the number of the line that a byte of a text is in, counted from 0. A line ends with LF, CR LF or CR, as in Python's source \
                   files, and the characters that end it belong to it. A byte past the end is in the last line. Where rows that follow each other \
                   have the same text, it is searched for lines only once. NULL if an argument is NULL or the byte is negative.",
    syntax_example = "line_of(text, byte)",
    sql_example = r"```sql
> select line_of('import os' || chr(10) || 'import sys', 3) as first, line_of('import os' || chr(10) || 'import sys', 12) as second;
+-------+--------+
| first | second |
+-------+--------+
| 0     | 1      |
+-------+--------+
```",
    argument(name = "text", description = "The whole text. Text."),
    argument(
        name = "byte",
        description = "An offset in bytes of UTF-8, from 0. An integer."
    ),
    related_udf(name = "byte_to_col")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LineOf {
    signature: Signature,
}

impl LineOf {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::coercible(
            vec![text_argument(), integer_argument()],
            Volatility::Immutable,
        );
        signature.parameter_names = Some(vec!["text".to_owned(), "byte".to_owned()]);
        Self { signature }
    }
}

impl Default for LineOf {
    fn default() -> Self {
        Self::new()
    }
}

/// Answers for one text after the other, and keeps the lines of a text that comes again.
struct Lines<'a> {
    texts: &'a TextColumn,
    last: Option<u128>,
    index: Option<LineIndex>,
}

impl Lines<'_> {
    fn line(&mut self, row: usize, byte: i64) -> Option<i64> {
        let text = self.texts.value(row)?;
        if byte < 0 {
            return None;
        }
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        // Equal views are equal texts.
        let view = self
            .texts
            .views
            .views()
            .get(self.texts.position(row))
            .copied();
        let line = if view == self.last {
            self.index
                .get_or_insert_with(|| LineIndex::of(text))
                .line_of_byte(byte)
        } else {
            self.last = view;
            self.index = None;
            line_of_byte(text, byte)
        };
        i64::try_from(line).ok()
    }
}

impl ScalarUDFImpl for LineOf {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [texts, bytes] = arguments.args.as_slice() else {
            return internal_err!("{NAME} has two arguments");
        };
        let texts = TextColumn::of(texts)?;
        let bytes = Integers::of(bytes)?;
        let rows = rows_to_compute(&arguments.args, arguments.number_rows);
        let mut answers = Int64Builder::with_capacity(rows);
        let mut lines = Lines {
            texts: &texts,
            last: None,
            index: None,
        };
        for row in 0..rows {
            answers.append_option(bytes.value(row).and_then(|byte| lines.line(row, byte)));
        }
        as_the_arguments(&arguments.args, Arc::new(answers.finish()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
