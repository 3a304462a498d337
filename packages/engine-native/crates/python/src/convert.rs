//! Arguments from Python, and reports as Python objects: whatever serialises becomes dicts, lists and plain values.

use codeanatomy_errors::{EngineError, ErrorCode};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde::Serialize;
use serde_json::Value;

use crate::error::to_python_error;

/// A record as a dict of plain Python values.
pub(crate) fn to_python<'py, Record: Serialize>(
    py: Python<'py>,
    record: &Record,
) -> PyResult<Bound<'py, PyAny>> {
    let value = serde_json::to_value(record).map_err(|error| {
        to_python_error(
            py,
            EngineError::new(ErrorCode::InternalError, error.to_string()),
        )
    })?;
    value_to_python(py, &value)
}

/// An optional count from Python; smaller ones than `minimum` are refused as the option of that name.
pub(crate) fn at_least<Count: TryFrom<u64>>(
    py: Python<'_>,
    option: &'static str,
    value: Option<i64>,
    minimum: u64,
) -> PyResult<Option<Count>> {
    let Some(value) = value else {
        return Ok(None);
    };
    let count = u64::try_from(value)
        .ok()
        .filter(|count| *count >= minimum)
        .and_then(|count| Count::try_from(count).ok());
    if count.is_some() {
        return Ok(count);
    }
    let error = EngineError::new(
        ErrorCode::InvalidOption,
        format!("{option} is {value}; it must be None or at least {minimum}"),
    )
    .with_detail("option", option);
    Err(to_python_error(py, error))
}

fn value_to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => flag.into_pyobject(py)?.to_owned().into_any(),
        Value::Number(number) => {
            if let Some(integer) = number.as_i64() {
                integer.into_pyobject(py)?.into_any()
            } else if let Some(integer) = number.as_u64() {
                integer.into_pyobject(py)?.into_any()
            } else {
                number.as_f64().into_pyobject(py)?.into_any()
            }
        }
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(value_to_python(py, item)?)?;
            }
            list.into_any()
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (name, field) in fields {
                dict.set_item(name, value_to_python(py, field)?)?;
            }
            dict.into_any()
        }
    })
}
