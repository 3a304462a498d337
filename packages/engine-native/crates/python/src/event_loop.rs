//! The event loop that asynchronous functions of Python run on: one a process, on a thread of its own.
//!
//! A caller's loop can't be used: it stands still while the caller waits for the query.

use std::sync::Mutex;

use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyDict;

/// A loop and the thread that runs it.
struct EventLoop {
    handle: Py<PyAny>,
    thread: Py<PyAny>,
    process: u32,
}

static EVENT_LOOP: Mutex<Option<EventLoop>> = Mutex::new(None);

/// The running loop. It is made anew where it has ended (a coroutine can raise `SystemExit`), and in a forked process, which has no threads.
pub(crate) fn event_loop(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let mut current = EVENT_LOOP
        .lock_py_attached(py)
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(running) = &*current
        && running.process == std::process::id()
    {
        let event_loop = running.handle.bind(py);
        let thread = running.thread.bind(py);
        if thread.call_method0("is_alive")?.is_truthy()? {
            return Ok(event_loop.clone());
        }
        event_loop.call_method0("close")?;
    }
    let event_loop = py.import("asyncio")?.call_method0("new_event_loop")?;
    let arguments = PyDict::new(py);
    arguments.set_item("target", event_loop.getattr("run_forever")?)?;
    arguments.set_item("name", "codeanatomy-async")?;
    // It must not keep the interpreter from ending.
    arguments.set_item("daemon", true)?;
    let thread = py
        .import("threading")?
        .call_method("Thread", (), Some(&arguments))?;
    thread.call_method0("start")?;
    *current = Some(EventLoop {
        handle: event_loop.clone().unbind(),
        thread: thread.unbind(),
        process: std::process::id(),
    });
    Ok(event_loop)
}
