//! Options of a call, which are the same in all rows.

use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::ColumnarValue;

fn constant<'a>(
    function: &str,
    option: &str,
    argument: Option<&'a ColumnarValue>,
) -> Result<Option<&'a ScalarValue>> {
    match argument {
        None => Ok(None),
        Some(ColumnarValue::Scalar(scalar)) => Ok((!scalar.is_null()).then_some(scalar)),
        Some(ColumnarValue::Array(_)) => {
            exec_err!("{option} of {function} is a constant, not a column")
        }
    }
}

/// An option that is a word; `None` where it is left out or NULL.
pub(super) fn word_option<'a>(
    function: &str,
    option: &str,
    argument: Option<&'a ColumnarValue>,
) -> Result<Option<&'a str>> {
    let Some(scalar) = constant(function, option, argument)? else {
        return Ok(None);
    };
    let Some(word) = scalar.try_as_str() else {
        return exec_err!("{option} of {function} is text, not {}", scalar.data_type());
    };
    Ok(word)
}

/// An option that is true or false; `None` where it is left out or NULL.
pub(super) fn boolean_option(
    function: &str,
    option: &str,
    argument: Option<&ColumnarValue>,
) -> Result<Option<bool>> {
    match constant(function, option, argument)? {
        None => Ok(None),
        Some(ScalarValue::Boolean(value)) => Ok(*value),
        Some(other) => exec_err!(
            "{option} of {function} is true or false, not {}",
            other.data_type()
        ),
    }
}
