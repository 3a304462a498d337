//! The engine's errors as Python exceptions of `codeanatomy_engine.errors`.

use codeanatomy_errors::EngineError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

/// The exception that the error's code names, with its code, stage, details and hint.
pub(crate) fn to_python_error(py: Python<'_>, error: EngineError) -> PyErr {
    exception_of(py, "codeanatomy_engine.errors", &error)
}

/// The same exception of the module that has the tree of exceptions under this name.
pub(crate) fn exception_of(py: Python<'_>, module: &str, error: &EngineError) -> PyErr {
    build_exception(py, module, error).unwrap_or_else(|failure| failure)
}

fn build_exception(py: Python<'_>, module: &str, error: &EngineError) -> PyResult<PyErr> {
    let class = exception_class(py, module, error)?;
    let arguments = PyDict::new(py);
    arguments.set_item("code", error.code().as_str())?;
    arguments.set_item("stage", error.code().stage().as_str())?;
    let details = PyDict::new(py);
    for (name, value) in error.details() {
        details.set_item(name, value)?;
    }
    arguments.set_item("details", details)?;
    arguments.set_item("hint", error.hint())?;
    let exception = class.call((error.message(),), Some(&arguments))?;
    Ok(PyErr::from_value(exception))
}

fn exception_class<'py>(
    py: Python<'py>,
    module: &str,
    error: &EngineError,
) -> PyResult<Bound<'py, PyType>> {
    let class = py.import(module)?.getattr(error.code().python_class())?;
    Ok(class.cast_into::<PyType>()?)
}
