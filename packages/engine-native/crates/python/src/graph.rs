//! Builds, registers and queries graphs.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use codeanatomy_graph::{
    BuildObserver, BuildRequest, ResultFormat, build, read_manifest, register_graph as register,
    run_query,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tokio::sync::Notify;

use crate::context::native_session;
use crate::convert::{at_least, to_python};
use crate::guard::run_native;
use crate::profile::{SessionProfile, session_of};
use crate::wait::wait_for;

/// Builds the graph of a repository, and returns the build report.
#[pyfunction]
#[pyo3(signature = (repository, output, *, include = Vec::new(), exclude = Vec::new(), threads = None, verify = false, progress = None, profile = None))]
#[expect(
    clippy::too_many_arguments,
    reason = "they are keyword arguments in Python"
)]
pub(crate) fn build_graph<'py>(
    py: Python<'py>,
    repository: PathBuf,
    output: PathBuf,
    include: Vec<String>,
    exclude: Vec<String>,
    threads: Option<i64>,
    verify: bool,
    progress: Option<Bound<'py, PyAny>>,
    profile: Option<PyRef<'py, SessionProfile>>,
) -> PyResult<Bound<'py, PyAny>> {
    let threads = at_least::<usize>(py, "threads", threads, 1)?.and_then(NonZeroUsize::new);
    let profile = profile.as_deref();
    let context = run_native(py, || session_of(profile))?;
    if let Some(threads) = threads {
        let state = context.state_ref();
        let mut state = state.write();
        state.config_mut().options_mut().execution.target_partitions = threads.get();
    }
    let request = BuildRequest {
        repository,
        output,
        include,
        exclude,
        threads,
        verify,
    };
    let observer = Arc::new(Observer::default());
    let watched: Arc<dyn BuildObserver> = Arc::clone(&observer) as _;
    let report = wait_for(
        py,
        move || async move { build(&context, request, watched).await },
        |_| observer.tell(progress.as_ref()),
        |_| observer.cancelled.store(true, Ordering::Relaxed),
    )?;
    to_python(py, &report)
}

/// Registers the tables of a graph in the session, at the versions that its manifest pins, and returns their names.
#[pyfunction]
pub(crate) fn register_graph(
    py: Python<'_>,
    ctx: Bound<'_, PyAny>,
    directory: PathBuf,
) -> PyResult<Vec<String>> {
    let session = native_session(&ctx)?;
    wait_for(
        py,
        move || async move { register(&session, &directory).await },
        |_| Ok(()),
        Notify::notify_one,
    )
}

/// The manifest of a graph: its tables with their versions, and the report of its build.
#[pyfunction]
pub(crate) fn graph_manifest(py: Python<'_>, directory: PathBuf) -> PyResult<Bound<'_, PyAny>> {
    let manifest = run_native(py, || read_manifest(&directory))?;
    to_python(py, &manifest)
}

/// What a query gave.
#[pyclass(frozen, get_all, module = "codeanatomy_engine")]
pub(crate) struct QueryOutput {
    /// The number of rows written.
    rows: u64,
    /// Whether there were more rows than `max_rows`.
    truncated: bool,
    /// The written rows; `None` if they went to a file.
    text: Option<Py<PyBytes>>,
}

#[pymethods]
impl QueryOutput {
    fn __repr__(&self) -> String {
        let truncated = if self.truncated { "True" } else { "False" };
        let text = if self.text.is_some() { "bytes" } else { "None" };
        format!(
            "QueryOutput(rows={}, truncated={truncated}, text=<{text}>)",
            self.rows
        )
    }
}

/// Runs one query over a graph in a session of its own, without Python's DataFusion, and writes the rows as they come.
#[pyfunction]
#[pyo3(signature = (directory, sql, *, format = "table", output = None, max_rows = None, profile = None))]
pub(crate) fn query_graph(
    py: Python<'_>,
    directory: PathBuf,
    sql: String,
    format: &str,
    output: Option<PathBuf>,
    max_rows: Option<i64>,
    profile: Option<PyRef<'_, SessionProfile>>,
) -> PyResult<QueryOutput> {
    let format = run_native(py, || ResultFormat::from_name(format))?;
    let max_rows = at_least(py, "max_rows", max_rows, 0)?;
    let profile = profile.as_deref();
    let context = run_native(py, || session_of(profile))?;
    let result = wait_for(
        py,
        move || async move {
            register(&context, &directory).await?;
            run_query(&context, &sql, format, output.as_deref(), max_rows).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    Ok(QueryOutput {
        rows: result.rows,
        truncated: result.truncated,
        text: result.text.map(|text| PyBytes::new(py, &text).unbind()),
    })
}

/// Collects progress from the threads of a build, so that none of them waits for the interpreter.
#[derive(Default)]
struct Observer {
    cancelled: AtomicBool,
    /// The stages that Python was not told of yet, each as it stands.
    untold: Mutex<Vec<(String, u64, Option<u64>)>>,
}

impl Observer {
    /// Tells Python what happened since the last call.
    fn tell(&self, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let untold = std::mem::take(&mut *self.lock());
        if let Some(progress) = progress {
            for stage in untold {
                progress.call1(stage)?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, u64, Option<u64>)>> {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BuildObserver for Observer {
    fn progress(&self, stage: &str, done: u64, total: Option<u64>) {
        let mut untold = self.lock();
        match untold.last_mut() {
            Some(last) if last.0 == stage => (last.1, last.2) = (done, total),
            _ => untold.push((stage.to_owned(), done, total)),
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
