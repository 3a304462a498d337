//! `cpg_score(number)`: a number as a score from 0 to 1.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::cast::as_float64_array;
use datafusion::common::types::{NativeType, logical_float64};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{
    Coercion, ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    TypeSignatureClass, Volatility,
};
use datafusion_macros::user_doc;

/// The SQL function `cpg_score`.
#[user_doc(
    doc_section(label = "Metadata Functions"),
    description = "Returns the number as a score, a double from 0 to 1: less than 0 becomes 0, more than 1 becomes 1, infinities included. \
                   NULL if the number is NULL or NaN, because neither says how good something is. \
                   So scores of different sources can be compared, averaged and sorted without a NaN that is above all others.",
    syntax_example = "cpg_score(number)",
    sql_example = r"```sql
> select cpg_score(1.25) as score;
+-------+
| score |
+-------+
| 1.0   |
+-------+
```",
    argument(name = "number", description = "The number. Any numeric type.")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CpgScore {
    signature: Signature,
}

impl CpgScore {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let number = Coercion::new_implicit(
            TypeSignatureClass::Native(logical_float64()),
            vec![TypeSignatureClass::Numeric],
            NativeType::Float64,
        );
        let mut signature = Signature::coercible(vec![number], Volatility::Immutable);
        signature.parameter_names = Some(vec!["number".to_owned()]);
        Self { signature }
    }
}

impl Default for CpgScore {
    fn default() -> Self {
        Self::new()
    }
}

fn score(number: f64) -> Option<f64> {
    // Adding zero makes of -0.0 the zero that compares and prints like every other.
    (!number.is_nan()).then(|| number.clamp(0.0, 1.0) + 0.0)
}

impl ScalarUDFImpl for CpgScore {
    fn name(&self) -> &'static str {
        "cpg_score"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match arguments.args.as_slice() {
            [ColumnarValue::Scalar(ScalarValue::Float64(number))] => Ok(ColumnarValue::Scalar(
                ScalarValue::Float64(number.and_then(score)),
            )),
            [ColumnarValue::Array(numbers)] => {
                let scores: Float64Array =
                    as_float64_array(numbers)?.unary_opt::<_, Float64Type>(score);
                Ok(ColumnarValue::Array(Arc::new(scores) as ArrayRef))
            }
            _ => internal_err!("cpg_score has one argument, a double"),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
