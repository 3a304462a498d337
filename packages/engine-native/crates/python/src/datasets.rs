//! Datasets: resolved, explained, and registered in sessions.

use codeanatomy_datasets::{
    BootstrapRequest, DatasetResolutionRequest, bootstrap_datasets as bootstrap,
    record_artifacts_json, register_datasets as register, registered_datasets as registered,
    resolve_dataset_provider as resolve,
};
use codeanatomy_delta::operations::CommitOptions;
use codeanatomy_schema::decode;
use datafusion_python::table::PyTable;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::context::native_session;
use crate::convert::to_python;
use crate::guard::run_native;
use crate::wait::wait_for;

/// Opens the dataset that the request (JSON) describes: its explanation, and the `datafusion.catalog.Table`.
#[pyfunction]
pub(crate) fn resolve_dataset_provider<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    request: String,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let session = native_session(&ctx)?;
    let resolution = wait_for(
        py,
        move || async move {
            let request: DatasetResolutionRequest = decode(&request, "request")?;
            resolve(&session, &request).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    let report = to_python(py, &resolution.report)?;
    // The class's constructor would take the table for one of another library.
    let class = py.import("datafusion.catalog")?.getattr("Table")?;
    let table = class.call_method1("__new__", (&class,))?;
    table.setattr("_inner", PyTable::from(resolution.provider))?;
    Ok((report, table))
}

/// Registers the datasets that the requests (JSON) describe, all or none, and explains them.
#[pyfunction]
#[pyo3(signature = (ctx, requests, *, overwrite = false))]
pub(crate) fn register_datasets<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    requests: Vec<String>,
    overwrite: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let reports = wait_for(
        py,
        move || async move {
            let requests = requests
                .iter()
                .map(|request| decode::<DatasetResolutionRequest>(request, "request"))
                .collect::<codeanatomy_errors::Result<Vec<_>>>()?;
            register(&session, &requests, overwrite).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    to_python(py, &reports)
}

/// The datasets that were registered in the session and are still there.
#[pyfunction]
pub(crate) fn registered_datasets<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let datasets = run_native(py, || Ok(registered(&session)))?;
    to_python(py, &datasets)
}

/// Makes empty tables for the datasets of the request (JSON) that have none, registers all of them, and tells what became of each.
#[pyfunction]
pub(crate) fn bootstrap_datasets<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    request: String,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let report = wait_for(
        py,
        move || async move {
            let request: BootstrapRequest = decode(&request, "request")?;
            bootstrap(&session, &request).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    to_python(py, &report)
}

/// Appends events (JSON each) to the internal table of that name below a directory or URL.
#[pyfunction]
#[pyo3(signature = (ctx, artifacts_root, table, artifacts, *, app_id = None, app_version = None))]
pub(crate) fn record_artifacts<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    artifacts_root: String,
    table: String,
    artifacts: Vec<String>,
    app_id: Option<String>,
    app_version: Option<i64>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let report = wait_for(
        py,
        move || async move {
            let commit = CommitOptions {
                app_id,
                app_version,
                ..CommitOptions::default()
            };
            record_artifacts_json(&session, &artifacts_root, &table, &artifacts, &commit).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    to_python(py, &report)
}
