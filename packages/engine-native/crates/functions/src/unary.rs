//! The batch loop of the functions of one column of text or bytes.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;

/// What is done to the values of a column of a concrete array type.
pub(crate) trait BytesKernel {
    /// Makes the array of results; NULL stays NULL.
    fn apply<'a, Values>(values: Values, rows: usize) -> ArrayRef
    where
        Values: Iterator<Item = Option<&'a [u8]>>;
}

/// Applies the kernel to one argument: a constant gives a constant.
pub(crate) fn apply_to_argument<Kernel: BytesKernel>(
    argument: &ColumnarValue,
) -> Result<ColumnarValue> {
    Ok(match argument {
        ColumnarValue::Array(array) => ColumnarValue::Array(apply_to_array::<Kernel>(array)?),
        ColumnarValue::Scalar(scalar) => {
            let results = apply_to_array::<Kernel>(&scalar.to_array()?)?;
            ColumnarValue::Scalar(ScalarValue::try_from_array(&results, 0)?)
        }
    })
}

/// Applies the kernel to text or bytes of any layout; of a dictionary, to each distinct value once.
pub(crate) fn apply_to_array<Kernel: BytesKernel>(array: &ArrayRef) -> Result<ArrayRef> {
    let rows = array.len();
    let results = match array.data_type() {
        DataType::Utf8 => array
            .as_string_opt::<i32>()
            .map(|array| Kernel::apply(array.iter().map(as_bytes), rows)),
        DataType::LargeUtf8 => array
            .as_string_opt::<i64>()
            .map(|array| Kernel::apply(array.iter().map(as_bytes), rows)),
        DataType::Utf8View => array
            .as_string_view_opt()
            .map(|array| Kernel::apply(array.iter().map(as_bytes), rows)),
        DataType::Binary => array
            .as_binary_opt::<i32>()
            .map(|array| Kernel::apply(array.iter(), rows)),
        DataType::LargeBinary => array
            .as_binary_opt::<i64>()
            .map(|array| Kernel::apply(array.iter(), rows)),
        DataType::BinaryView => array
            .as_binary_view_opt()
            .map(|array| Kernel::apply(array.iter(), rows)),
        DataType::Null => Some(Kernel::apply(std::iter::repeat_n(None, rows), rows)),
        DataType::Dictionary(_, _) => match array.as_any_dictionary_opt() {
            Some(dictionary) => Some(take(
                &apply_to_array::<Kernel>(dictionary.values())?,
                dictionary.keys(),
                None,
            )?),
            None => None,
        },
        _ => None,
    };
    let Some(results) = results else {
        return internal_err!("{} is not text or bytes", array.data_type());
    };
    Ok(results)
}

fn as_bytes(text: Option<&str>) -> Option<&[u8]> {
    text.map(str::as_bytes)
}
