//! `stable_hash_any(value)`: XXH3-128 of a value of any type, nested ones included.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, StringViewBuilder};
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, ScalarValue, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;
use twox_hash::XxHash3_128;

use super::encoding::{encoder, kind};
use super::hexadecimal::hexadecimal;

/// The SQL function `stable_hash_any`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns the XXH3-128 hash of a value of any type, also a nested one, as 32 hexadecimal digits. \
                   What is hashed is the value with its kind, not how a column stores it: equal integers of all widths agree, and so do floats \
                   of all widths, decimals of all scales, text of all layouts, lists of all layouts, times of all units, timestamps of one \
                   instant in all time zones, maps in any order of entries, and a dictionary and its values. Values of different kinds differ: \
                   5, 5.0 and '5' have three hashes, as have NULL, '' and an empty list. Struct fields count with their names and order. \
                   It is not collision-proof against someone who wants collisions. NULL if the value is NULL and no null_sentinel is given; \
                   a NULL inside a value is part of it.",
    syntax_example = "stable_hash_any(value[, canonical, null_sentinel])",
    sql_example = r"```sql
> select stable_hash_any([1, 2, NULL]) as key;
+----------------------------------+
| key                              |
+----------------------------------+
| ae2a4fd91a72f20155bb7f643896a5c7 |
+----------------------------------+
```",
    argument(name = "value", description = "What to hash. Anything."),
    argument(
        name = "canonical",
        description = "Whether each text in the value is brought into Unicode's normal form NFKC and loses white space at both ends before it is \
                       hashed. A constant boolean; true if it is left out or NULL."
    ),
    argument(
        name = "null_sentinel",
        description = "The text that is hashed where the value is NULL. A constant text; if it is left out or NULL, the hash of NULL is NULL."
    ),
    alternative_syntax = "stable_hash(value[, canonical, null_sentinel])",
    related_udf(name = "stable_hash128"),
    related_udf(name = "stable_id_parts")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableHashAny {
    signature: Signature,
    aliases: Vec<String>,
}

impl StableHashAny {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(
            ["value", "canonical", "null_sentinel"]
                .map(str::to_owned)
                .to_vec(),
        );
        Self {
            signature,
            aliases: vec!["stable_hash".to_owned()],
        }
    }
}

impl Default for StableHashAny {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for StableHashAny {
    fn name(&self) -> &'static str {
        "stable_hash_any"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.is_empty() || given.len() > 3 {
            return plan_err!(
                "stable_hash_any takes a value and optionally canonical and null_sentinel, got {} arguments",
                given.len()
            );
        }
        if let Some(canonical) = given.get(1)
            && !matches!(canonical, DataType::Boolean | DataType::Null)
        {
            return plan_err!("canonical of stable_hash_any is a boolean, not {canonical}");
        }
        if let Some(sentinel) = given.get(2)
            && !(sentinel.is_string() || sentinel.is_null())
        {
            return plan_err!("null_sentinel of stable_hash_any is text, not {sentinel}");
        }
        Ok(given.to_vec())
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, options @ ..] = arguments.args.as_slice() else {
            return internal_err!("stable_hash_any has a value");
        };
        let canonical = match options.first() {
            Some(ColumnarValue::Scalar(ScalarValue::Boolean(Some(canonical)))) => *canonical,
            None | Some(ColumnarValue::Scalar(_)) => true,
            Some(ColumnarValue::Array(_)) => {
                return exec_err!("canonical of stable_hash_any is a constant, not a column");
            }
        };
        let sentinel = match options.get(1) {
            None => None,
            Some(ColumnarValue::Scalar(sentinel)) if sentinel.is_null() => None,
            Some(ColumnarValue::Scalar(sentinel)) => Some(
                hash_array(&sentinel.to_array()?, canonical)?
                    .value(0)
                    .to_owned(),
            ),
            Some(ColumnarValue::Array(_)) => {
                return exec_err!("null_sentinel of stable_hash_any is a constant, not a column");
            }
        };
        let mut hashes = hash_array(&value.to_array(1)?, canonical)?;
        if let Some(sentinel) = sentinel.filter(|_| hashes.null_count() > 0) {
            hashes = hashes
                .iter()
                .map(|hash| hash.or(Some(sentinel.as_str())))
                .collect();
        }
        Ok(match value {
            ColumnarValue::Array(_) => ColumnarValue::Array(Arc::new(hashes)),
            ColumnarValue::Scalar(_) => {
                ColumnarValue::Scalar(ScalarValue::try_from_array(&hashes, 0)?)
            }
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn hash_array(array: &ArrayRef, canonical: bool) -> Result<StringViewArray> {
    if let Some(dictionary) = array.as_any_dictionary_opt()
        && dictionary.values().len() < array.len()
    {
        let hashes = hash_array(dictionary.values(), canonical)?;
        let hashes = take(&hashes, dictionary.keys(), None)?;
        return Ok(as_string_view_array(&hashes)?.clone());
    }
    let encode = encoder(array.as_ref(), canonical)?;
    let mut hashes = StringViewBuilder::with_capacity(array.len());
    let mut message = Vec::new();
    let mut digits = String::new();
    for row in 0..array.len() {
        message.clear();
        encode(row, &mut message);
        // Nothing but NULL is encoded as this one byte.
        if message == [kind::NULL] {
            hashes.append_null();
        } else {
            digits.clear();
            hexadecimal(&XxHash3_128::oneshot(&message).to_be_bytes(), &mut digits);
            hashes.append_value(&digits);
        }
    }
    Ok(hashes.finish())
}
