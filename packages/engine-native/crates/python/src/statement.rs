//! Runs SQL under the session's policy.

use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::run_sql as run;
use datafusion_python::dataframe::PyDataFrame;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::context::native_session;
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
                .map_err(|error| EngineError::new(ErrorCode::QueryInvalid, error.strip_backtrace()))
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    py.import("datafusion")?
        .getattr("DataFrame")?
        .call1((PyDataFrame::new(frame),))
}
