//! The batch loop of the functions that hash one column of text or bytes.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;

/// Hashes the values of a column of a concrete array type.
pub(super) trait ColumnHash {
    /// Makes the array of hashes; NULL stays NULL.
    fn hash<'a, Values>(values: Values, rows: usize) -> ArrayRef
    where
        Values: Iterator<Item = Option<&'a [u8]>>;
}

/// Applies `Hash` to one argument: a constant gives a constant, and of a dictionary each distinct value is hashed once.
pub(super) fn hash_argument<Hash: ColumnHash>(argument: &ColumnarValue) -> Result<ColumnarValue> {
    Ok(match argument {
        ColumnarValue::Array(array) => ColumnarValue::Array(hash_array::<Hash>(array)?),
        ColumnarValue::Scalar(scalar) => {
            let hashes = hash_array::<Hash>(&scalar.to_array()?)?;
            ColumnarValue::Scalar(ScalarValue::try_from_array(&hashes, 0)?)
        }
    })
}

fn hash_array<Hash: ColumnHash>(array: &ArrayRef) -> Result<ArrayRef> {
    let rows = array.len();
    let hashes = match array.data_type() {
        DataType::Utf8 => array
            .as_string_opt::<i32>()
            .map(|array| Hash::hash(array.iter().map(as_bytes), rows)),
        DataType::LargeUtf8 => array
            .as_string_opt::<i64>()
            .map(|array| Hash::hash(array.iter().map(as_bytes), rows)),
        DataType::Utf8View => array
            .as_string_view_opt()
            .map(|array| Hash::hash(array.iter().map(as_bytes), rows)),
        DataType::Binary => array
            .as_binary_opt::<i32>()
            .map(|array| Hash::hash(array.iter(), rows)),
        DataType::LargeBinary => array
            .as_binary_opt::<i64>()
            .map(|array| Hash::hash(array.iter(), rows)),
        DataType::BinaryView => array
            .as_binary_view_opt()
            .map(|array| Hash::hash(array.iter(), rows)),
        DataType::Null => Some(Hash::hash(std::iter::repeat_n(None, rows), rows)),
        DataType::Dictionary(_, _) => match array.as_any_dictionary_opt() {
            Some(dictionary) => Some(take(
                &hash_array::<Hash>(dictionary.values())?,
                dictionary.keys(),
                None,
            )?),
            None => None,
        },
        _ => None,
    };
    let Some(hashes) = hashes else {
        return internal_err!("{} is not text or bytes", array.data_type());
    };
    Ok(hashes)
}

fn as_bytes(text: Option<&str>) -> Option<&[u8]> {
    text.map(str::as_bytes)
}
