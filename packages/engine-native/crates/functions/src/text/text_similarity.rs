//! `text_similarity(a, b)`: the share of characters that two texts have in common, in order.

use arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::measure::{measure_arguments, rapidfuzz_measure, result_field, two_texts};

const NAME: &str = "text_similarity";

/// The SQL function `text_similarity`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns how alike two texts are, from 0 to 1: twice the length of their longest common subsequence, divided by the sum of their lengths (the \
                   normalised Indel similarity). 1 if they are equal, also if both are empty; 0 if they have no character in common. Lengths are \
                   counted in characters. The cost grows with the product of the lengths. NULL if an argument is NULL.",
    syntax_example = "text_similarity(a, b)",
    sql_example = r"```sql
> select text_similarity('decoder', 'decode') as similarity;
+--------------------+
| similarity         |
+--------------------+
| 0.9230769230769231 |
+--------------------+
```",
    argument(name = "a", description = "One text."),
    argument(name = "b", description = "The other text."),
    related_udf(name = "jaro_winkler_similarity"),
    related_udf(name = "identifier_similarity")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct TextSimilarity {
    signature: Signature,
}

impl TextSimilarity {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: two_texts(),
        }
    }
}

impl Default for TextSimilarity {
    fn default() -> Self {
        Self::new()
    }
}

/// The normalised Indel similarity.
pub(super) struct Indel;

rapidfuzz_measure!(Indel, indel::normalized_similarity, Float64Type, f64::from);

impl ScalarUDFImpl for TextSimilarity {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(result_field::<Indel>(NAME, &arguments))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        measure_arguments::<Indel>(NAME, &arguments)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
