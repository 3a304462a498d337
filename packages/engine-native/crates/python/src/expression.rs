//! Calls of the library's functions as expressions of `datafusion`.

use codeanatomy_runtime::function_expression as call;
use datafusion::logical_expr::Expr;
use datafusion_python::expr::PyExpr;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::guard::run_native;

/// A call of the library's function of that name or alias as the `.expr` of a `datafusion.Expr`; no session is needed.
#[pyfunction]
pub(crate) fn function_expression(
    py: Python<'_>,
    name: &str,
    arguments: Vec<Bound<'_, PyAny>>,
) -> PyResult<PyExpr> {
    let arguments = arguments
        .iter()
        .map(native_expression)
        .collect::<PyResult<Vec<_>>>()?;
    run_native(py, || call(name, arguments)).map(PyExpr::from)
}

/// The native expression of a `datafusion.Expr` or of its `.expr`; anything else is a `TypeError`.
fn native_expression(object: &Bound<'_, PyAny>) -> PyResult<Expr> {
    if let Ok(raw) = object.cast::<PyExpr>() {
        return Ok(raw.get().expr.clone());
    }
    let class = object.get_type();
    if class.name()? == "Expr"
        && let Ok(raw) = object.getattr("expr")?.cast::<PyExpr>()
    {
        return Ok(raw.get().expr.clone());
    }
    Err(PyTypeError::new_err(format!(
        "an argument must be a datafusion.Expr or its .expr, got {}",
        class.fully_qualified_name()?
    )))
}
