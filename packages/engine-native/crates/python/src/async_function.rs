//! Asynchronous functions that are coroutines of Python over Arrow arrays.

use std::fmt;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use codeanatomy_runtime::{AsyncFunction, AsyncKernel, register_async_function as register};
use datafusion::arrow::array::{Array, ArrayData, ArrayRef, make_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::pyarrow::{FromPyArrow, PyArrowType, ToPyArrow};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::error::DataFusionError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyTuple};
use tokio::sync::oneshot;

use crate::context::native_session;
use crate::event_loop::event_loop;
use crate::guard::run_native;

/// Registers a coroutine function under a name, in a session whose policy allows asynchronous functions.
#[pyfunction]
#[pyo3(signature = (ctx, name, function, argument_types, return_type, *, max_concurrency = 8, replace = false))]
#[expect(
    clippy::too_many_arguments,
    reason = "most are keyword arguments in Python"
)]
pub(crate) fn register_async_function(
    py: Python<'_>,
    ctx: Bound<'_, PyAny>,
    name: String,
    function: Bound<'_, PyAny>,
    argument_types: Vec<PyArrowType<DataType>>,
    return_type: PyArrowType<DataType>,
    max_concurrency: usize,
    replace: bool,
) -> PyResult<()> {
    let session = native_session(&ctx)?;
    if !is_coroutine_function(&function)? {
        return Err(PyTypeError::new_err(format!(
            "function must be a coroutine function (async def), got {}",
            function.get_type().fully_qualified_name()?
        )));
    }
    if argument_types.is_empty() {
        return Err(PyValueError::new_err(
            "argument_types is empty; an asynchronous function takes at least one argument",
        ));
    }
    let Some(max_concurrency) = NonZeroUsize::new(max_concurrency) else {
        return Err(PyValueError::new_err(
            "max_concurrency is 0; it must be at least 1",
        ));
    };
    let kernel = PythonFunction {
        name: name.clone(),
        function: function.unbind(),
    };
    let declared = AsyncFunction {
        name,
        argument_types: argument_types
            .into_iter()
            .map(|wrapped| wrapped.0)
            .collect(),
        return_type: return_type.0,
        max_concurrency,
        kernel: Arc::new(kernel),
    };
    run_native(py, || register(&session, declared, replace))
}

/// Whether calling it gives a coroutine: an `async def`, or an object whose `__call__` is one.
fn is_coroutine_function(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let inspect = function.py().import("inspect")?;
    let answers = |callable: &Bound<'_, PyAny>| {
        inspect
            .call_method1("iscoroutinefunction", (callable,))?
            .is_truthy()
    };
    Ok(answers(function)? || answers(&function.getattr("__call__")?)?)
}

/// A coroutine function of Python.
struct PythonFunction {
    name: String,
    function: Py<PyAny>,
}

impl fmt::Debug for PythonFunction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PythonFunction({})", self.name)
    }
}

type Answer = Result<ArrayRef>;

impl AsyncKernel for PythonFunction {
    fn call(
        &self,
        arguments: Vec<ArrayRef>,
        _rows: usize,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        Box::pin(async move {
            let (sender, receiver) = oneshot::channel();
            let mut running = Python::attach(|py| self.start(py, &arguments, sender))
                .map_err(|error| raised(&self.name, &error))?;
            let answer = receiver.await;
            running.future = None;
            answer.unwrap_or_else(|_| {
                Err(exec_datafusion_err!(
                    "{} ended without an answer",
                    self.name
                ))
            })
        })
    }
}

impl PythonFunction {
    /// Starts a coroutine on the event loop; its answer goes to `sender`.
    fn start(
        &self,
        py: Python<'_>,
        arguments: &[ArrayRef],
        sender: oneshot::Sender<Answer>,
    ) -> PyResult<Running> {
        let arguments = arguments
            .iter()
            .map(|argument| argument.to_data().to_pyarrow(py))
            .collect::<PyResult<Vec<_>>>()?;
        let event_loop = event_loop(py)?;
        let coroutine = self.function.bind(py).call1(PyTuple::new(py, arguments)?)?;
        let future = py
            .import("asyncio")?
            .call_method1("run_coroutine_threadsafe", (coroutine, event_loop))?;
        let running = Running {
            future: Some(future.clone().unbind()),
        };
        let name = self.name.clone();
        let sender = Mutex::new(Some(sender));
        let done = PyCFunction::new_closure(py, None, None, move |arguments, _| -> PyResult<()> {
            let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(sender) = sender {
                // Nobody waits for the answer of a call that was given up.
                let _ = sender.send(answer_of(&name, &arguments.get_item(0)?));
            }
            Ok(())
        })?;
        future.call_method1("add_done_callback", (done,))?;
        Ok(running)
    }
}

/// A coroutine that somebody waits for; it is cancelled when nobody does any more.
struct Running {
    future: Option<Py<PyAny>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(future) = self.future.take() else {
            return;
        };
        // An interpreter that ends takes its coroutines with it.
        Python::try_attach(|py| {
            if let Err(error) = future.bind(py).call_method0("cancel") {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// The array that the coroutine returned, or what it raised.
fn answer_of(name: &str, future: &Bound<'_, PyAny>) -> Answer {
    let returned = future
        .call_method0("result")
        .map_err(|error| raised(name, &error))?;
    let data = ArrayData::from_pyarrow_bound(&returned).map_err(|_| {
        exec_datafusion_err!(
            "{name} returned a {}; it has to return an Arrow array, for example pyarrow.Array",
            class_of(&returned)
        )
    })?;
    Ok(make_array(data))
}

fn raised(name: &str, error: &PyErr) -> DataFusionError {
    Python::attach(|py| {
        let value = error.value(py);
        let class = class_of(value.as_any());
        let text = value.str().map_or_else(
            |_| String::new(),
            |text| text.to_string_lossy().into_owned(),
        );
        if text.is_empty() {
            exec_datafusion_err!("{name} raised {class}")
        } else {
            exec_datafusion_err!("{name} raised {class}: {text}")
        }
    })
}

fn class_of(object: &Bound<'_, PyAny>) -> String {
    object
        .get_type()
        .fully_qualified_name()
        .map_or_else(|_| "value".to_owned(), |name| name.to_string())
}
