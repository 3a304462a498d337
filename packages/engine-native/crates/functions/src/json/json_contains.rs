//! `json_contains(text, part)`: whether a JSON value has everything that another has.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::types::logical_string;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{
    Coercion, ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    TypeSignatureClass, Volatility,
};
use datafusion_macros::user_doc;
use serde_json::Value;

use super::contains::contains;

/// The SQL function `json_contains`.
#[user_doc(
    doc_section(label = "JSON Functions"),
    description = "Returns whether a JSON value has everything that another has, both given as text: each member of an object by its key, \
                   each element of an array wherever it is, and other values by equality, numbers by their value. An array also contains \
                   a single string, number, boolean or null that is one of its elements. NULL if an argument is NULL or not JSON. \
                   The operators @> and <@ are this function where both sides are text.",
    syntax_example = "json_contains(text, part)",
    sql_example = r#"```sql
> select json_contains('{"kind": "def", "tags": ["a", "b"]}', '{"tags": ["b"]}') as found;
+-------+
| found |
+-------+
| true  |
+-------+
```"#,
    argument(
        name = "text",
        description = "The JSON that contains. Text of any layout."
    ),
    argument(
        name = "part",
        description = "The JSON that is contained. Text of any layout; a constant is read once."
    ),
    related_udf(name = "json_get")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JsonContains {
    signature: Signature,
}

impl JsonContains {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let text = || Coercion::new_exact(TypeSignatureClass::Native(logical_string()));
        let mut signature = Signature::coercible(vec![text(), text()], Volatility::Immutable);
        signature.parameter_names = Some(vec!["text".to_owned(), "part".to_owned()]);
        Self { signature }
    }
}

impl Default for JsonContains {
    fn default() -> Self {
        Self::new()
    }
}

/// One argument: a constant is read once.
enum Column {
    Constant(Option<Value>),
    Texts(StringViewArray),
}

impl Column {
    fn of(argument: &ColumnarValue) -> Result<Self> {
        Ok(match argument {
            ColumnarValue::Scalar(value) => {
                Self::Constant(value.try_as_str().flatten().and_then(read))
            }
            ColumnarValue::Array(array) => {
                let texts = arrow::compute::cast(array, &DataType::Utf8View)?;
                Self::Texts(texts.as_string_view().clone())
            }
        })
    }

    fn read(&self, row: usize) -> Option<Value> {
        match self {
            Self::Constant(_) => None,
            Self::Texts(texts) => texts.is_valid(row).then(|| texts.value(row)).and_then(read),
        }
    }

    fn constant(&self) -> Option<&Value> {
        match self {
            Self::Constant(value) => value.as_ref(),
            Self::Texts(_) => None,
        }
    }
}

fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

impl ScalarUDFImpl for JsonContains {
    fn name(&self) -> &'static str {
        "json_contains"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [whole, part] = arguments.args.as_slice() else {
            return internal_err!("json_contains has two arguments");
        };
        let (whole, part) = (Column::of(whole)?, Column::of(part)?);
        let is_constant = matches!((&whole, &part), (Column::Constant(_), Column::Constant(_)));
        let rows = if is_constant {
            1
        } else {
            arguments.number_rows
        };
        let answers: BooleanArray = (0..rows)
            .map(|row| {
                let (own_whole, own_part) = (whole.read(row), part.read(row));
                let whole = own_whole.as_ref().or(whole.constant())?;
                let part = own_part.as_ref().or(part.constant())?;
                Some(contains(whole, part))
            })
            .collect();
        let answers: ArrayRef = Arc::new(answers);
        if is_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &answers, 0,
            )?));
        }
        Ok(ColumnarValue::Array(answers))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
