//! Calls of the library's functions as expressions of `datafusion`.

use codeanatomy_runtime::function_expression as call;
use datafusion_python::expr::PyExpr;
use pyo3::prelude::*;

use crate::guard::run_native;

/// A call of the library's function of that name or alias as a raw expression of `datafusion`; no session is needed.
#[pyfunction]
pub(crate) fn function_expression(
    py: Python<'_>,
    name: &str,
    arguments: Vec<PyExpr>,
) -> PyResult<PyExpr> {
    let arguments = arguments
        .into_iter()
        .map(|argument| argument.expr)
        .collect();
    run_native(py, || call(name, arguments)).map(PyExpr::from)
}
