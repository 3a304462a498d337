//! `damerau_levenshtein(a, b)`: the number of edits between two texts, where swapping neighbours is one edit.

use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion_macros::user_doc;

use super::measure::{measure_arguments, rapidfuzz_measure, result_field, two_texts};

const NAME: &str = "damerau_levenshtein";

/// The SQL function `damerau_levenshtein`.
#[user_doc(
    doc_section(label = "Text Functions"),
    description = "Returns how many edits make one text of the other: inserting, deleting or replacing a character, or swapping two neighbours, also if others are \
                   inserted between the two later. It is a metric (the unrestricted Damerau-Levenshtein distance), counted in characters. \
                   NULL if an argument is NULL.",
    syntax_example = "damerau_levenshtein(a, b)",
    sql_example = r"```sql
> select damerau_levenshtein('improt', 'import') as edits;
+-------+
| edits |
+-------+
| 1     |
+-------+
```",
    argument(name = "a", description = "One text."),
    argument(name = "b", description = "The other text."),
    related_udf(name = "text_similarity")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct DamerauLevenshtein {
    signature: Signature,
}

impl DamerauLevenshtein {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: two_texts(),
        }
    }
}

impl Default for DamerauLevenshtein {
    fn default() -> Self {
        Self::new()
    }
}

pub(super) struct Edits;

rapidfuzz_measure!(Edits, damerau_levenshtein::distance, Int64Type, edits);

/// A number of edits is at most the length of a text, which fits.
fn edits(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl ScalarUDFImpl for DamerauLevenshtein {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(result_field::<Edits>(NAME, &arguments))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        measure_arguments::<Edits>(NAME, &arguments)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
