//! Text arguments as views: every layout is read through one kind of array, and no text is copied for it.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::compute::{cast, take};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;

/// The same texts as views into the same buffers. Rows of a dictionary that have one key have equal views.
pub(crate) fn text_views(array: &ArrayRef) -> Result<StringViewArray> {
    if let Some(views) = array.as_string_view_opt() {
        return Ok(views.clone());
    }
    let views = cast(array, &DataType::Utf8View)?;
    let Some(views) = views.as_string_view_opt() else {
        return internal_err!("{} is not text", array.data_type());
    };
    Ok(views.clone())
}

/// Applies a kernel to a text argument: a constant gives a constant, and of a dictionary each distinct value is worked on once.
pub(crate) fn map_text<Kernel>(argument: &ColumnarValue, kernel: Kernel) -> Result<ColumnarValue>
where
    Kernel: FnOnce(&StringViewArray) -> Result<ArrayRef>,
{
    match argument {
        ColumnarValue::Scalar(scalar) => {
            let result = kernel(&text_views(&scalar.to_array()?)?)?;
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?))
        }
        ColumnarValue::Array(array) => {
            let result = match array.as_any_dictionary_opt() {
                Some(dictionary) => take(
                    &kernel(&text_views(dictionary.values())?)?,
                    dictionary.keys(),
                    None,
                )?,
                None => kernel(&text_views(array)?)?,
            };
            Ok(ColumnarValue::Array(result))
        }
    }
}

/// A text argument of a function of several: a constant is kept once.
#[derive(Debug, Clone)]
pub(crate) struct TextColumn {
    pub(crate) views: StringViewArray,
    pub(crate) is_constant: bool,
}

impl TextColumn {
    pub(crate) fn of(argument: &ColumnarValue) -> Result<Self> {
        Ok(match argument {
            ColumnarValue::Scalar(scalar) => Self {
                views: text_views(&scalar.to_array()?)?,
                is_constant: true,
            },
            ColumnarValue::Array(array) => Self {
                views: text_views(array)?,
                is_constant: false,
            },
        })
    }

    /// Where the text of a row of the batch lies in `views`.
    pub(crate) fn position(&self, row: usize) -> usize {
        if self.is_constant { 0 } else { row }
    }

    /// The text of a row of the batch.
    pub(crate) fn value(&self, row: usize) -> Option<&str> {
        let position = self.position(row);
        (!self.views.is_null(position)).then(|| self.views.value(position))
    }

    /// The text of every row; `None` also where it is the constant NULL.
    pub(crate) fn constant(&self) -> Option<&str> {
        if self.is_constant {
            self.value(0)
        } else {
            None
        }
    }

    pub(crate) fn is_constant_null(&self) -> bool {
        self.is_constant && self.views.is_null(0)
    }
}

/// How many rows to compute: one if all arguments are constants.
pub(crate) fn rows_to_compute(arguments: &[ColumnarValue], rows: usize) -> usize {
    let is_constant = arguments
        .iter()
        .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    if is_constant { 1 } else { rows }
}

/// The result of a function: a constant if all its arguments are, and then `result` has one row.
pub(crate) fn as_the_arguments(
    arguments: &[ColumnarValue],
    result: ArrayRef,
) -> Result<ColumnarValue> {
    let is_constant = arguments
        .iter()
        .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    if is_constant {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
            &result, 0,
        )?));
    }
    Ok(ColumnarValue::Array(result))
}
