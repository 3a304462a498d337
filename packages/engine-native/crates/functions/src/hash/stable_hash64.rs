//! `stable_hash64(value)`: XXH3-64, a fast key for joins and partitions.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;
use twox_hash::XxHash3_64;

use super::argument::{binary_argument, text_argument};
use crate::unary::{BytesKernel, apply_to_argument};

/// The SQL function `stable_hash64`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns the XXH3-64 hash of the value, seed 0, with its 64 bits read as a signed integer. \
                   The specification of XXH3 freezes the values. It is fast and not collision-proof against someone who wants collisions: \
                   use stable_id for identities. NULL if the value is NULL.",
    syntax_example = "stable_hash64(value)",
    sql_example = r"```sql
> select stable_hash64('json.decoder') as key;
+----------------------+
| key                  |
+----------------------+
| -3987985779604159950 |
+----------------------+
```",
    argument(name = "value", description = "What to hash. Text or binary."),
    related_udf(name = "stable_hash128")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableHash64 {
    signature: Signature,
    aliases: Vec<String>,
}

impl StableHash64 {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::one_of(
            vec![
                TypeSignature::Coercible(vec![text_argument()]),
                TypeSignature::Coercible(vec![binary_argument()]),
            ],
            Volatility::Immutable,
        );
        signature.parameter_names = Some(vec!["value".to_owned()]);
        Self {
            signature,
            aliases: vec!["hash64".to_owned()],
        }
    }
}

impl Default for StableHash64 {
    fn default() -> Self {
        Self::new()
    }
}

/// XXH3-64 of each value, its bits read as a signed integer.
pub(super) struct Xxh3;

impl BytesKernel for Xxh3 {
    fn apply<'a, Values>(values: Values, _rows: usize) -> ArrayRef
    where
        Values: Iterator<Item = Option<&'a [u8]>>,
    {
        Arc::new(
            values
                .map(|value| value.map(|bytes| XxHash3_64::oneshot(bytes).cast_signed()))
                .collect::<Int64Array>(),
        )
    }
}

impl ScalarUDFImpl for StableHash64 {
    fn name(&self) -> &'static str {
        "stable_hash64"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
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
        let [value] = arguments.args.as_slice() else {
            return internal_err!("stable_hash64 has one argument");
        };
        apply_to_argument::<Xxh3>(value)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
