//! `span_id(prefix, path, bstart, bend)`: the id of a place in a file.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::read::is_text;
use crate::hash::{Kind, NullPart, coerce_parts, identities};
use crate::integers::is_integer;
use crate::metadata::SEMANTIC_TYPE;

const NAMES: [&str; 5] = ["prefix", "path", "bstart", "bend", "kind"];

/// The SQL function `span_id`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns the id of a place in a file: stable_id_parts(prefix, path, bstart, bend) or, with a kind, \
                   stable_id_parts(prefix, path, bstart, bend, kind). Its field has the metadata semantic_type = SpanId. \
                   As there, a NULL part is a part that differs from every value. NULL if the prefix is NULL.",
    syntax_example = "span_id(prefix, path, bstart, bend[, kind])",
    sql_example = r"```sql
> select span_id('call', 'json/decoder.py', 1024, 1040) as id;
+---------------------------------------+
| id                                    |
+---------------------------------------+
| call:3c83bb1cbcc934c5586e24e751f6d1d9 |
+---------------------------------------+
```",
    argument(
        name = "prefix",
        description = "What kind of thing the id names. It is printed and hashed. Text."
    ),
    argument(name = "path", description = "The file. Text."),
    argument(
        name = "bstart",
        description = "Where in the file the place starts. An integer."
    ),
    argument(
        name = "bend",
        description = "Where in the file the place ends. An integer."
    ),
    argument(
        name = "kind",
        description = "What tells apart several things in one place. Text."
    ),
    related_udf(name = "stable_id_parts")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SpanId {
    signature: Signature,
}

impl SpanId {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(NAMES.map(str::to_owned).to_vec());
        Self { signature }
    }
}

impl Default for SpanId {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for SpanId {
    fn name(&self) -> &'static str {
        "span_id"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if !(4..=5).contains(&given.len()) {
            return plan_err!(
                "span_id takes prefix, path, bstart, bend and optionally kind, got {} arguments",
                given.len()
            );
        }
        for (given, name) in given.iter().zip(NAMES) {
            let (is_accepted, meaning) = match name {
                "bstart" | "bend" => (is_integer(given), "an integer"),
                _ => (is_text(given), "text"),
            };
            if !is_accepted {
                return plan_err!("{name} of span_id is {meaning}, not {given}");
            }
        }
        coerce_parts(self.name(), given)
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn return_field_from_args(&self, _arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let metadata = HashMap::from([(SEMANTIC_TYPE.to_owned(), "SpanId".to_owned())]);
        let field = Field::new(self.name(), DataType::Utf8View, true).with_metadata(metadata);
        Ok(Arc::new(field))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [prefix, parts @ ..] = arguments.args.as_slice() else {
            return internal_err!("span_id has a prefix");
        };
        identities(
            prefix,
            parts,
            NullPart::IsHashed,
            arguments.number_rows,
            Kind::Blake3,
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
