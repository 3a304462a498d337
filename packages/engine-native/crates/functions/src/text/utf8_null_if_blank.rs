//! `utf8_null_if_blank(value)`: the text without white space at its ends, NULL if nothing is left.

use std::sync::Arc;

use arrow::array::{Array, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::argument::text_argument;
use super::column::map_text;
use super::shared_views::SharedViews;
use super::white_space::trimmed;

const NAME: &str = "utf8_null_if_blank";

/// The SQL function `utf8_null_if_blank`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns the text without white space at its ends; white space is the Unicode property White_Space. No text is copied: the result \
                   points into the value. NULL if the value is NULL or nothing is left of it.",
    syntax_example = "utf8_null_if_blank(value)",
    sql_example = r"```sql
> select utf8_null_if_blank('  a docstring ') as kept, utf8_null_if_blank('  ') as blank;
+-------------+-------+
| kept        | blank |
+-------------+-------+
| a docstring |       |
+-------------+-------+
```",
    argument(name = "value", description = "What to trim. Text."),
    alternative_syntax = "null_if_blank(value)",
    related_udf(name = "utf8_normalize")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Utf8NullIfBlank {
    signature: Signature,
    aliases: Vec<String>,
}

impl Utf8NullIfBlank {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::coercible(vec![text_argument()], Volatility::Immutable);
        signature.parameter_names = Some(vec!["value".to_owned()]);
        Self {
            signature,
            aliases: vec!["null_if_blank".to_owned()],
        }
    }
}

impl Default for Utf8NullIfBlank {
    fn default() -> Self {
        Self::new()
    }
}

fn trim(values: &StringViewArray) -> Result<StringViewArray> {
    let mut rows = SharedViews::new(NAME, values, values.len());
    for (row, value) in values.iter().enumerate() {
        let (start, part) = trimmed(value.unwrap_or_default());
        if part.is_empty() {
            rows.append_null(row);
        } else {
            rows.append_part(row, start, part);
        }
    }
    rows.finish()
}

impl ScalarUDFImpl for Utf8NullIfBlank {
    fn name(&self) -> &'static str {
        NAME
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value] = arguments.args.as_slice() else {
            return internal_err!("{NAME} has one argument");
        };
        map_text(value, |values| Ok(Arc::new(trim(values)?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
