//! `jaro_winkler_similarity(a, b)`: how alike two short texts are, with weight on how they start.

use arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::measure::{measure_arguments, rapidfuzz_measure, result_field, two_texts};

const NAME: &str = "jaro_winkler_similarity";

/// The SQL function `jaro_winkler_similarity`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns the Jaro-Winkler similarity of two texts, from 0 to 1: made for short texts such as names, where it counts most how they start. The Jaro \
                   similarity, if it is above 0.7, is raised by a tenth of what it lacks for each of the first four characters up to the first \
                   that differs. 1 if they are equal, also if both are empty. NULL if an argument is NULL.",
    syntax_example = "jaro_winkler_similarity(a, b)",
    sql_example = r"```sql
> select jaro_winkler_similarity('parse', 'parser') as similarity;
+--------------------+
| similarity         |
+--------------------+
| 0.9666666666666667 |
+--------------------+
```",
    argument(name = "a", description = "One text."),
    argument(name = "b", description = "The other text."),
    related_udf(name = "text_similarity")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JaroWinklerSimilarity {
    signature: Signature,
}

impl JaroWinklerSimilarity {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: two_texts(),
        }
    }
}

impl Default for JaroWinklerSimilarity {
    fn default() -> Self {
        Self::new()
    }
}

pub(super) struct JaroWinkler;

rapidfuzz_measure!(
    JaroWinkler,
    jaro_winkler::similarity,
    Float64Type,
    f64::from
);

impl ScalarUDFImpl for JaroWinklerSimilarity {
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
        Ok(result_field::<JaroWinkler>(NAME, &arguments))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        measure_arguments::<JaroWinkler>(NAME, &arguments)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
