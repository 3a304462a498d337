//! `stable_hash128(value)`: XXH3-128 as 32 hexadecimal digits.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;
use twox_hash::XxHash3_128;

use super::argument::{binary_argument, text_argument};
use super::hexadecimal::hexadecimal;
use crate::unary::{BytesKernel, apply_to_argument};

/// The SQL function `stable_hash128`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns the XXH3-128 hash of the value, seed 0, as 32 hexadecimal digits, most significant first. \
                   The specification of XXH3 freezes the values. It is fast and not collision-proof against someone who wants collisions: \
                   use stable_id for identities. NULL if the value is NULL.",
    syntax_example = "stable_hash128(value)",
    sql_example = r"```sql
> select stable_hash128('json.decoder') as key;
+----------------------------------+
| key                              |
+----------------------------------+
| 1914fbe5885654f73666dd99ead71bb8 |
+----------------------------------+
```",
    argument(name = "value", description = "What to hash. Text or binary."),
    related_udf(name = "stable_hash64")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableHash128 {
    signature: Signature,
    aliases: Vec<String>,
}

impl StableHash128 {
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
            aliases: vec!["hash128".to_owned()],
        }
    }
}

impl Default for StableHash128 {
    fn default() -> Self {
        Self::new()
    }
}

struct Xxh3;

impl BytesKernel for Xxh3 {
    fn apply<'a, Values>(values: Values, rows: usize) -> ArrayRef
    where
        Values: Iterator<Item = Option<&'a [u8]>>,
    {
        let mut hashes = StringViewBuilder::with_capacity(rows);
        let mut digits = String::new();
        for value in values {
            match value {
                None => hashes.append_null(),
                Some(bytes) => {
                    digits.clear();
                    hexadecimal(&XxHash3_128::oneshot(bytes).to_be_bytes(), &mut digits);
                    hashes.append_value(&digits);
                }
            }
        }
        Arc::new(hashes.finish())
    }
}

impl ScalarUDFImpl for StableHash128 {
    fn name(&self) -> &'static str {
        "stable_hash128"
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
            return internal_err!("stable_hash128 has one argument");
        };
        apply_to_argument::<Xxh3>(value)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
