//! Operations on Delta tables.

use std::collections::BTreeMap;

use arrow::array::RecordBatchReader;
use arrow::ffi_stream::ArrowArrayStreamReader;
use arrow::pyarrow::FromPyArrow;
use codeanatomy_delta::operations::{Request, Source, run};
use codeanatomy_delta::{TableLocation, TablePin};
use codeanatomy_errors::{EngineError, ErrorCode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::convert::{at_least, to_python};
use crate::guard::run_native;
use crate::profile::{SessionProfile, session_of};
use crate::wait::wait_for;

/// Where a Delta table lies, and which version of it is meant.
#[pyclass(frozen, module = "codeanatomy_engine")]
pub(crate) struct DeltaLocation {
    location: TableLocation,
    pin: TablePin,
}

#[pymethods]
impl DeltaLocation {
    #[new]
    #[pyo3(signature = (location, *, version = None, timestamp = None, storage_options = BTreeMap::new()))]
    fn new(
        py: Python<'_>,
        location: &str,
        version: Option<i64>,
        timestamp: Option<&str>,
        storage_options: BTreeMap<String, String>,
    ) -> PyResult<Self> {
        let version = at_least(py, "version", version, 0)?;
        run_native(py, || {
            let pin = match (version, timestamp) {
                (None, None) => TablePin::Latest,
                (Some(version), None) => TablePin::Version(version),
                (None, Some(timestamp)) => TablePin::at(timestamp)?,
                (Some(_), Some(_)) => {
                    return Err(EngineError::new(
                        ErrorCode::InvalidOption,
                        "there are a version and a timestamp",
                    )
                    .with_detail("option", "version")
                    .with_hint("give at most one of the two"));
                }
            };
            let location = TableLocation::parse(location, storage_options)?;
            Ok(Self { location, pin })
        })
    }

    /// What the table is called in texts: a path, or a URL.
    #[getter]
    fn name(&self) -> String {
        self.location.name()
    }

    /// Runs the operation that `request` describes in JSON, and returns its report. The rows of `data` are streamed.
    #[pyo3(signature = (request, data = None, *, profile = None))]
    fn run<'py>(
        &self,
        py: Python<'py>,
        request: &str,
        data: Option<Bound<'py, PyAny>>,
        profile: Option<PyRef<'py, SessionProfile>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let request = run_native(py, || Request::from_json(request))?;
        let reader = data.as_ref().map(arrow_reader).transpose()?;
        let profile = profile.as_deref();
        let context = run_native(py, || session_of(profile))?;
        let (location, pin) = (self.location.clone(), self.pin);
        let report = wait_for(
            py,
            move || async move {
                let source = reader.map(Source::from_reader).transpose();
                let source = source.map_err(|error| location.error(&error.into()))?;
                run(&location, &pin, &context, request, source).await
            },
            |_| Ok(()),
            Notify::notify_one,
        )?;
        to_python(py, &report)
    }

    fn __repr__(&self) -> String {
        format!("DeltaLocation({}, {})", self.location, self.pin)
    }
}

/// The rows of whatever exports an Arrow stream. Nothing is read yet.
pub(crate) fn arrow_reader(data: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    if !data.hasattr("__arrow_c_stream__")? {
        return Err(PyTypeError::new_err(format!(
            "data must have __arrow_c_stream__, as a pyarrow.Table or RecordBatchReader, a polars.DataFrame or a datafusion.DataFrame has, \
             got {}",
            data.get_type().fully_qualified_name()?
        )));
    }
    Ok(Box::new(ArrowArrayStreamReader::from_pyarrow_bound(data)?))
}
