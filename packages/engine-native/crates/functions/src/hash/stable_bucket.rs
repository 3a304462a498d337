//! `stable_bucket(value, n)`: which of `n` buckets a value belongs to.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion::common::cast::as_int64_array;
use datafusion::common::{Result, ScalarValue, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;
use twox_hash::XxHash3_64;

use super::stable_hash64::Xxh3;
use crate::integers::{bigint_type, bigints, is_integer};
use crate::unary::apply_to_array;

/// The SQL function `stable_bucket`.
#[user_doc(
    doc_section(label = "Hashing Functions"),
    description = "Returns which of n buckets the value belongs to, from 0 to n - 1: the same on every machine and in every version. \
                   The bucket is floor(h * n / 2^64), where h is stable_hash64 of the value with its bits read as an unsigned integer; \
                   an integer is hashed as its decimal text. So a bucket of n is cut into k buckets when there are k * n of them: \
                   stable_bucket(value, n) = stable_bucket(value, k * n) / k. \
                   NULL if an argument is NULL; an n below 1 is an error.",
    syntax_example = "stable_bucket(value, n)",
    sql_example = r"```sql
> select stable_bucket('json.decoder', 16) as bucket;
+--------+
| bucket |
+--------+
| 12     |
+--------+
```",
    argument(
        name = "value",
        description = "What to put into a bucket. Text, binary or an integer."
    ),
    argument(
        name = "n",
        description = "The number of buckets, at least 1. An integer."
    ),
    related_udf(name = "stable_hash64")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableBucket {
    signature: Signature,
}

impl StableBucket {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["value".to_owned(), "n".to_owned()]);
        Self { signature }
    }
}

impl Default for StableBucket {
    fn default() -> Self {
        Self::new()
    }
}

/// The type in which a value of the given type is hashed; `None` if it has no bucket.
fn value_type(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::Null => Some(given.clone()),
        DataType::FixedSizeBinary(_) => Some(DataType::Binary),
        DataType::UInt64 => Some(DataType::UInt64),
        integer if integer.is_integer() => Some(DataType::Int64),
        DataType::Dictionary(_, value) => match value_type(value)? {
            kept if kept == **value && !kept.is_integer() => Some(given.clone()),
            other => Some(other),
        },
        _ => None,
    }
}

impl ScalarUDFImpl for StableBucket {
    fn name(&self) -> &'static str {
        "stable_bucket"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [value, n] = given else {
            return plan_err!(
                "stable_bucket takes a value and a number of buckets, got {} arguments",
                given.len()
            );
        };
        let Some(value) = value_type(value) else {
            return plan_err!("stable_bucket takes text, binary or an integer, not {value}");
        };
        if !is_integer(n) {
            return plan_err!("the number of buckets of stable_bucket is an integer, not {n}");
        }
        Ok(vec![value, bigint_type(n)])
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, n] = arguments.args.as_slice() else {
            return internal_err!("stable_bucket has two arguments");
        };
        let hashes = hashes_of(&value.to_array(1)?)?;
        let counts = bigints(self.name(), "n", &n.to_array(1)?)?;
        let buckets = match (value, n) {
            (_, ColumnarValue::Scalar(_)) => in_buckets(&hashes, counts.iter().next().flatten())?,
            (ColumnarValue::Array(_), ColumnarValue::Array(_)) => hashes
                .iter()
                .zip(&counts)
                .map(|(hash, n)| bucket_of(hash, n))
                .collect::<Result<Int64Array>>()?,
            (ColumnarValue::Scalar(_), ColumnarValue::Array(_)) => {
                let hash = hashes.iter().next().flatten();
                counts
                    .iter()
                    .map(|n| bucket_of(hash, n))
                    .collect::<Result<Int64Array>>()?
            }
        };
        let buckets: ArrayRef = Arc::new(buckets);
        Ok(match (value, n) {
            (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)) => {
                ColumnarValue::Scalar(ScalarValue::try_from_array(&buckets, 0)?)
            }
            _ => ColumnarValue::Array(buckets),
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// XXH3-64 of each value; of an integer, of its decimal text.
fn hashes_of(values: &ArrayRef) -> Result<Int64Array> {
    if let Some(values) = values.as_primitive_opt::<Int64Type>() {
        return Ok(values.unary(|value| hash_of(itoa::Buffer::new().format(value))));
    }
    if let Some(values) = values.as_primitive_opt::<UInt64Type>() {
        return Ok(values.unary(|value| hash_of(itoa::Buffer::new().format(value))));
    }
    Ok(as_int64_array(&apply_to_array::<Xxh3>(values)?)?.clone())
}

fn hash_of(text: &str) -> i64 {
    XxHash3_64::oneshot(text.as_bytes()).cast_signed()
}

fn in_buckets(hashes: &Int64Array, n: Option<i64>) -> Result<Int64Array> {
    let Some(n) = n else {
        return Ok(Int64Array::new_null(hashes.len()));
    };
    // A wrong constant is an error whatever the values are.
    let n = number_of_buckets(n)?;
    Ok(hashes.unary(|hash| bucket(hash, n)))
}

fn bucket_of(hash: Option<i64>, n: Option<i64>) -> Result<Option<i64>> {
    let (Some(hash), Some(n)) = (hash, n) else {
        return Ok(None);
    };
    Ok(Some(bucket(hash, number_of_buckets(n)?)))
}

fn number_of_buckets(n: i64) -> Result<u64> {
    match u64::try_from(n) {
        Ok(n) if n > 0 => Ok(n),
        _ => exec_err!("stable_bucket: the number of buckets is at least 1, not {n}"),
    }
}

/// The high half of the product: each bucket gets the same share of the hashes, give or take one, without a division.
fn bucket(hash: i64, n: u64) -> i64 {
    let product = u128::from(hash.cast_unsigned()) * u128::from(n);
    // It is below `n`, which was an i64.
    i64::try_from(product >> 64).unwrap_or(i64::MAX)
}
