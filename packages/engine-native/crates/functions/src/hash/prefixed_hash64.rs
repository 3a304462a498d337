//! `prefixed_hash64(prefix, value)`: XXH3-64 as a decimal number behind a prefix.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion::common::cast::as_int64_array;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::argument::{binary_argument, text_argument};
use super::identity::{Bytes, text};
use super::stable_hash64::Xxh3;
use crate::unary::apply_to_argument;

/// The SQL function `prefixed_hash64`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns the prefix, a colon and stable_hash64 of the value as a decimal number, which may be negative. \
                   It is a short key that says what it is a key of; the prefix is printed and not hashed. \
                   It is not collision-proof against someone who wants collisions: use stable_id for identities. NULL if an argument is NULL.",
    syntax_example = "prefixed_hash64(prefix, value)",
    sql_example = r"```sql
> select prefixed_hash64('module', 'json.decoder') as key;
+-----------------------------+
| key                         |
+-----------------------------+
| module:-3987985779604159950 |
+-----------------------------+
```",
    argument(
        name = "prefix",
        description = "What kind of thing the key is of. It is printed and not hashed. Text."
    ),
    argument(name = "value", description = "What to hash. Text or binary."),
    alternative_syntax = "prefixed_hash(prefix, value)",
    related_udf(name = "stable_hash64"),
    related_udf(name = "prefixed_hash_parts64")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PrefixedHash64 {
    signature: Signature,
    aliases: Vec<String>,
}

impl PrefixedHash64 {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::one_of(
            vec![
                TypeSignature::Coercible(vec![text_argument(), text_argument()]),
                TypeSignature::Coercible(vec![text_argument(), binary_argument()]),
            ],
            Volatility::Immutable,
        );
        signature.parameter_names = Some(vec!["prefix".to_owned(), "value".to_owned()]);
        Self {
            signature,
            aliases: vec!["prefixed_hash".to_owned()],
        }
    }
}

impl Default for PrefixedHash64 {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for PrefixedHash64 {
    fn name(&self) -> &'static str {
        "prefixed_hash64"
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
        let [prefix, value] = arguments.args.as_slice() else {
            return internal_err!("prefixed_hash64 has two arguments");
        };
        let hashes = apply_to_argument::<Xxh3>(value)?;
        let prefix_step = usize::from(matches!(prefix, ColumnarValue::Array(_)));
        let hash_step = usize::from(matches!(hashes, ColumnarValue::Array(_)));
        let is_constant = prefix_step + hash_step == 0;
        let keys = prefixed(
            (&prefix.to_array(1)?, prefix_step),
            (as_int64_array(&hashes.to_array(1)?)?, hash_step),
            if is_constant {
                1
            } else {
                arguments.number_rows
            },
        )?;
        Ok(if is_constant {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&keys, 0)?)
        } else {
            ColumnarValue::Array(keys)
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// The prefixes before the hashes, each column with its step: 0 for a constant, which has one row.
fn prefixed(
    (prefixes, prefix_step): (&ArrayRef, usize),
    (hashes, hash_step): (&Int64Array, usize),
    rows: usize,
) -> Result<ArrayRef> {
    let prefixes = Bytes::of(prefixes)?;
    let mut keys = StringViewBuilder::with_capacity(rows);
    let mut key = String::new();
    for row in 0..rows {
        let hash_row = row * hash_step;
        match prefixes.value(row * prefix_step) {
            Some(prefix) if hashes.is_valid(hash_row) => {
                key.clear();
                key.push_str(text(prefix)?);
                key.push(':');
                key.push_str(itoa::Buffer::new().format(hashes.value(hash_row)));
                keys.append_value(&key);
            }
            _ => keys.append_null(),
        }
    }
    Ok(Arc::new(keys.finish()))
}
