//! The install of the runtime into a session, and what it registered.

use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::{
    AsyncUdfPolicy, ExprPlanners, RuntimePolicy, StatementPolicy, install,
    registry_snapshot as snapshot_of_session, validate_required_functions as validate,
};
use pyo3::prelude::*;

use crate::context::native_session;
use crate::convert::to_python;
use crate::guard::run_native;

/// Installs the function library into the session, or leaves the session as it was, and reports what the session then has.
#[pyfunction]
#[pyo3(signature = (
    ctx, enable_async_udfs = false, async_udf_timeout_ms = None, async_udf_batch_size = None, *,
    allow_ddl = true, allow_dml = true, allow_statements = true, expr_planner_names = None,
))]
#[expect(
    clippy::fn_params_excessive_bools,
    clippy::similar_names,
    clippy::too_many_arguments,
    reason = "they are keyword arguments in Python"
)]
pub(crate) fn install_codeanatomy_runtime<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    enable_async_udfs: bool,
    async_udf_timeout_ms: Option<i64>,
    async_udf_batch_size: Option<i64>,
    allow_ddl: bool,
    allow_dml: bool,
    allow_statements: bool,
    expr_planner_names: Option<Vec<String>>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let report = run_native(py, || {
        let policy = RuntimePolicy {
            async_udf: AsyncUdfPolicy::new(
                enable_async_udfs,
                async_udf_timeout_ms,
                async_udf_batch_size,
            )?,
            statements: StatementPolicy {
                allow_ddl,
                allow_dml,
                allow_statements,
            },
            expr_planners: match &expr_planner_names {
                Some(names) => ExprPlanners::named(names)?,
                None => ExprPlanners::default(),
            },
        };
        install(&session, &policy)
    })?;
    to_python(py, &report)
}

/// Every function of the session that DataFusion does not bring, described from the function objects.
#[pyfunction]
pub(crate) fn registry_snapshot<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let snapshot = run_native(py, || Ok(snapshot_of_session(&session)))?;
    to_python(py, &snapshot)
}

/// The same description as JSON text.
#[pyfunction]
pub(crate) fn registry_snapshot_json(py: Python<'_>, ctx: Bound<'_, PyAny>) -> PyResult<String> {
    let session = native_session(&ctx)?;
    run_native(py, || {
        serde_json::to_string(&snapshot_of_session(&session))
            .map_err(|error| EngineError::new(ErrorCode::InternalError, error.to_string()))
    })
}

/// Checks that the session has functions of these names, and tells the kinds of which each is.
#[pyfunction]
#[pyo3(signature = (ctx, names = None))]
pub(crate) fn validate_required_functions<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    names: Option<Vec<String>>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let names: Option<Vec<_>> = names
        .as_ref()
        .map(|names| names.iter().map(String::as_str).collect());
    let found = run_native(py, || validate(&session, names.as_deref()))?;
    to_python(py, &found)
}
