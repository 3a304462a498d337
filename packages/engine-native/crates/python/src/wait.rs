//! Waits for native work while Python stays responsive: signals are handled, progress is told, Ctrl-C stops the work.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use codeanatomy_errors::{EngineError, Result};
use datafusion_python_util::get_tokio_runtime;
use pyo3::prelude::*;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinHandle};

use crate::error::to_python_error;
use crate::guard::panic_error;

/// How long a signal or a callback waits at most.
const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on the process's one runtime, with the interpreter released, until it is finished.
///
/// Every 50 ms the interpreter handles signals and calls `meanwhile`. If one of them raises, `stop` is called with what makes this function
/// drop the work where it waits next; the work is waited for, and what was raised is raised.
pub(crate) fn wait_for<Output, Work>(
    py: Python<'_>,
    work: impl FnOnce() -> Work + Send + 'static,
    mut meanwhile: impl FnMut(Python<'_>) -> PyResult<()>,
    stop: impl FnOnce(&Notify),
) -> PyResult<Output>
where
    Output: Send + 'static,
    Work: Future<Output = Result<Output>>,
{
    let dropped = Arc::new(Notify::new());
    let mut task = {
        let dropped = Arc::clone(&dropped);
        let runtime = get_tokio_runtime();
        // On a thread of its own, so that a future that can't move between threads will do, and none of the runtime's is kept busy.
        runtime.spawn_blocking(move || {
            runtime.block_on(async {
                tokio::select! {
                    outcome = work() => Some(outcome),
                    () = dropped.notified() => None,
                }
            })
        })
    };
    let raised = loop {
        if let Some(outcome) = block_on(py, outcome_within(&mut task, POLL)) {
            meanwhile(py)?;
            return outcome.map_err(|error| to_python_error(py, error));
        }
        if let Err(raised) = py.check_signals().and_then(|()| meanwhile(py)) {
            break raised;
        }
    };
    stop(&dropped);
    // What comes of it does not matter any more, but it must have let go of everything.
    block_on(py, outcome_within(&mut task, Duration::MAX));
    Err(raised)
}

/// The outcome of the task, or `None` if it needs longer or was dropped.
async fn outcome_within<Output>(
    task: &mut JoinHandle<Option<Result<Output>>>,
    patience: Duration,
) -> Option<Result<Output>> {
    let joined = tokio::time::timeout(patience, task).await.ok()?;
    joined.unwrap_or_else(|error| Some(Err(join_error(error))))
}

fn join_error(error: JoinError) -> EngineError {
    match error.try_into_panic() {
        Ok(panic) => panic_error(&*panic),
        Err(error) => panic_error(&error.to_string()),
    }
}

/// Blocks this thread with the interpreter released. That panics on a thread of the runtime itself, which is told as an error.
fn block_on<Output: Send>(
    py: Python<'_>,
    future: impl Future<Output = Option<Result<Output>>> + Send,
) -> Option<Result<Output>> {
    py.detach(|| {
        catch_unwind(AssertUnwindSafe(|| get_tokio_runtime().block_on(future)))
            .unwrap_or_else(|panic| Some(Err(panic_error(&*panic))))
    })
}
