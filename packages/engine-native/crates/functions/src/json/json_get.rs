//! `json_get(text, key, …)`: the JSON value at the end of a path.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::arguments::{coerce, map_values, signature};

/// The SQL function `json_get`.
#[user_doc(
    doc_section(label = "JSON Functions"),
    description = "Returns the value that the keys lead to, as JSON: a piece of the text as it stands there, strings with their quotation marks. \
                   NULL if an argument is NULL, if there is no such value, or if the text is not JSON up to the value. \
                   What is passed over is read for its brackets and strings only, and what comes after the value not at all. Of members with the same key, the first counts. \
                   The operators -> and #> are this function where their left side is text.",
    syntax_example = "json_get(text, key, ...)",
    sql_example = r#"```sql
> select json_get('{"spans": [{"start": 3}]}', 'spans', 0) as span;
+--------------+
| span         |
+--------------+
| {"start": 3} |
+--------------+
```"#,
    argument(name = "text", description = "JSON. Text of any layout."),
    argument(
        name = "key",
        description = "Steps into the value, one or more, each a column or a constant. A text names a member of an object; an integer, or a                        text that is one, counts the elements of an array from 0, or from the end where it is negative: -1 is the last."
    ),
    related_udf(name = "json_get_text")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JsonGet {
    signature: Signature,
}

impl JsonGet {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: signature(),
        }
    }
}

impl Default for JsonGet {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for JsonGet {
    fn name(&self) -> &'static str {
        "json_get"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerce(self.name(), given)
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        map_values(&arguments.args, arguments.number_rows, |values, value| {
            values.append_value(value);
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
