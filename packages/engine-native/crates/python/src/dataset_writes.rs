//! Datasets written, maintained, and checked.

use std::sync::Arc;

use arrow::array::RecordBatchReader;
use codeanatomy_datasets::{
    DatasetResolutionRequest, DatasetWriteOptions, maintain_dataset as maintain,
    registered_request, validate_dataset as validate, write_dataset as write,
};
use codeanatomy_delta::operations::Source;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::decode;
use datafusion::error::DataFusionError;
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::logical_expr::LogicalPlan;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::context::native_session;
use crate::convert::{at_least, to_python};
use crate::delta::arrow_reader;
use crate::guard::run_native;
use crate::validation::plan_of_frame;
use crate::wait::wait_for;

/// Writes rows into a dataset, and reports what was written.
///
/// `dataset` is the name of a registered dataset, or a `DatasetResolutionRequest` (JSON) where `registered` is false. `data` is SQL of a query, a
/// `datafusion.DataFrame`, or whatever exports an Arrow stream.
#[pyfunction]
#[pyo3(signature = (ctx, dataset, data, options, *, registered))]
pub(crate) fn write_dataset<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    dataset: String,
    data: Bound<'py, PyAny>,
    options: String,
    registered: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let options = run_native(py, || DatasetWriteOptions::from_json(&options))?;
    let rows = Rows::of(&data)?;
    let report = wait_for(
        py,
        move || async move {
            let request = request(&session, &dataset, registered)?;
            let source = rows.source(&session).await?;
            write(&session, &request, source, options).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    to_python(py, &report)
}

/// Does what the maintenance policy of a dataset says is due, or tells it. `dataset` is as in `write_dataset`.
#[pyfunction]
#[pyo3(signature = (ctx, dataset, *, registered, dry_run = true))]
pub(crate) fn maintain_dataset<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    dataset: String,
    registered: bool,
    dry_run: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let report = wait_for(
        py,
        move || async move {
            let request = request(&session, &dataset, registered)?;
            maintain(&session, &request, dry_run).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    to_python(py, &report)
}

/// Checks the rows that a dataset has by its contract and its policies. `dataset` is as in `write_dataset`.
#[pyfunction]
#[pyo3(signature = (ctx, dataset, *, registered, examples = 5))]
pub(crate) fn validate_dataset<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    dataset: String,
    registered: bool,
    examples: i64,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let examples = at_least(py, "examples", Some(examples), 0)?.unwrap_or_default();
    let report = wait_for(
        py,
        move || async move {
            let request = request(&session, &dataset, registered)?;
            validate(&session, &request, examples).await
        },
        |_| Ok(()),
        Notify::notify_one,
    )?;
    to_python(py, &report)
}

fn request(
    session: &SessionContext,
    dataset: &str,
    registered: bool,
) -> Result<DatasetResolutionRequest> {
    if registered {
        registered_request(session, dataset)
    } else {
        decode(dataset, "request")
    }
}

/// What is written, before it is a source.
enum Rows {
    Sql(String),
    Plan(Arc<LogicalPlan>),
    Reader(Box<dyn RecordBatchReader + Send>),
}

impl Rows {
    fn of(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(sql) = data.extract::<String>() {
            return Ok(Self::Sql(sql));
        }
        match plan_of_frame(data)? {
            Some(plan) => Ok(Self::Plan(plan)),
            None => arrow_reader(data).map(Self::Reader),
        }
    }

    async fn source(self, session: &SessionContext) -> Result<Source> {
        let plan = match self {
            Self::Reader(reader) => return Source::from_reader(reader).map_err(unplanned),
            Self::Plan(plan) => Arc::unwrap_or_clone(plan),
            Self::Sql(sql) => {
                let query = SQLOptions::new()
                    .with_allow_ddl(false)
                    .with_allow_dml(false)
                    .with_allow_statements(false);
                let rows = session.sql_with_options(&sql, query).await;
                rows.map_err(unplanned)?.into_unoptimized_plan()
            }
        };
        Ok(Source::from_logical_plan(plan))
    }
}

fn unplanned(error: DataFusionError) -> EngineError {
    EngineError::new(ErrorCode::QueryInvalid, error.strip_backtrace())
        .with_hint("the rows are SQL of a query, a DataFrame, or what exports an Arrow stream")
        .with_source(error)
}
