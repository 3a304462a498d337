//! `semantic_tag(semantic_type, value)`: the value, with a note in the field's metadata of what it means.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::SEMANTIC_TYPE;

/// The SQL function `semantic_tag`.
#[user_doc(
    doc_section(label = "Metadata Functions"),
    description = "Returns the value unchanged; its field gets the metadata entry semantic_type, which arrow_metadata reads back and which stays \
                   with the column in Arrow, Parquet and Delta. The other metadata of the value's field stays. \
                   node, edge and span are written NodeId, EdgeId and SpanId, every other word as it is. \
                   A semantic type that is not a constant, or NULL or empty, is an error.",
    syntax_example = "semantic_tag(semantic_type, value)",
    sql_example = r"```sql
> select arrow_metadata(semantic_tag('node', 'node:1'), 'semantic_type') as meaning;
+---------+
| meaning |
+---------+
| NodeId  |
+---------+
```",
    argument(
        name = "semantic_type",
        description = "What the value means. A constant text."
    ),
    argument(name = "value", description = "The value. Anything.")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SemanticTag {
    signature: Signature,
}

impl SemanticTag {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["semantic_type".to_owned(), "value".to_owned()]);
        Self { signature }
    }
}

impl Default for SemanticTag {
    fn default() -> Self {
        Self::new()
    }
}

/// The word as it is written into the metadata.
fn written(semantic_type: &str) -> &str {
    match semantic_type {
        "node" => "NodeId",
        "edge" => "EdgeId",
        "span" => "SpanId",
        other => other,
    }
}

impl ScalarUDFImpl for SemanticTag {
    fn name(&self) -> &'static str {
        "semantic_tag"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [semantic_type, _] = given else {
            return plan_err!(
                "semantic_tag takes a semantic type and a value, got {} arguments",
                given.len()
            );
        };
        if !semantic_type.is_string() {
            return plan_err!("the semantic type of semantic_tag is text, not {semantic_type}");
        }
        Ok(given.to_vec())
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        internal_err!("the field of semantic_tag depends on its arguments")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let (Some(value), Some(semantic_type)) = (
            arguments.arg_fields.get(1),
            arguments.scalar_arguments.first(),
        ) else {
            return internal_err!("semantic_tag has two arguments");
        };
        let semantic_type = semantic_type.and_then(|scalar| scalar.try_as_str().flatten());
        let Some(semantic_type) = semantic_type.filter(|text| !text.is_empty()) else {
            return plan_err!(
                "the semantic type of semantic_tag is a constant text that is not empty, for example node, edge or span"
            );
        };
        let mut field = value.as_ref().clone();
        let mut metadata = field.metadata().clone();
        metadata.insert(SEMANTIC_TYPE.to_owned(), written(semantic_type).to_owned());
        field.set_metadata(metadata);
        Ok(Arc::new(field))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [_, value] = arguments.args.as_slice() else {
            return internal_err!("semantic_tag has two arguments");
        };
        Ok(value.clone())
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
