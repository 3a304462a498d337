//! Runs SQL under the session's policy, and creates functions of records.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_runtime::{
    CreateFunctionConfig, create_function_sql as sql_of, engine_error,
    register_function as register, run_sql as run,
};
use datafusion_python::dataframe::PyDataFrame;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::context::native_session;
use crate::guard::run_native;
use crate::wait::wait_for;

/// Runs one statement in the session as `SessionContext.sql` does, under the session's policy, and returns its `datafusion.DataFrame`.
#[pyfunction]
pub(crate) fn run_sql<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    sql: String,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let frame = wait_for(
        py,
        move || async move {
            run(&session, &sql)
                .await
                .map_err(|error| engine_error(error, ErrorCode::QueryInvalid))
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    py.import("datafusion")?
        .getattr("DataFrame")?
        .call1((PyDataFrame::new(frame),))
}

/// The statement that creates the function that the record (JSON) describes.
#[pyfunction]
pub(crate) fn create_function_sql(py: Python<'_>, config: &str) -> PyResult<String> {
    run_native(py, || sql_of(&record(config)?))
}

/// Creates the function that the record (JSON) describes, under the session's policy.
#[pyfunction]
pub(crate) fn register_function(
    py: Python<'_>,
    ctx: Bound<'_, PyAny>,
    config: String,
) -> PyResult<()> {
    let session = native_session(&ctx)?;
    wait_for(
        py,
        move || async move { register(&session, &record(&config)?).await.map(drop) },
        |_| Ok(()),
        Notify::notify_one,
    )
}

fn record(json: &str) -> Result<CreateFunctionConfig> {
    serde_json::from_str(json).map_err(|error| {
        EngineError::new(
            ErrorCode::InvalidOption,
            format!("the function is not described by a CreateFunctionConfig: {error}"),
        )
    })
}
