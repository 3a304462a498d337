//! Validates rows by a policy.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use codeanatomy_datasets::rows_of_reader;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{SchemaDescription, ValidationPolicySpec, decode};
use codeanatomy_validation::{ValidationObserver, ValidationOptions, validate};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::ffi_stream::ArrowArrayStreamReader;
use datafusion::arrow::pyarrow::FromPyArrow;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion_python::sql::logical::PyLogicalPlan;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::context::native_session;
use crate::convert::{at_least, to_python};
use crate::error::to_python_error;
use crate::guard::run_native;
use crate::wait::wait_for;

/// Checks rows by a `ValidationPolicySpec` (JSON), and returns the report.
///
/// `data` is the name of a table, a `datafusion.DataFrame`, or whatever exports an Arrow stream, which is read before the rows are checked:
/// one that can be read once is put aside on disk where it is large.
/// `schema` is a `SchemaDescription` (JSON), or whatever exports an Arrow schema.
#[pyfunction]
#[pyo3(signature = (ctx, data, policy, *, schema = None, examples = 5, progress = None))]
pub(crate) fn validate_rows<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
    data: Bound<'py, PyAny>,
    policy: String,
    schema: Option<Bound<'py, PyAny>>,
    examples: i64,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let policy: ValidationPolicySpec = run_native(py, || decode(&policy, "policy"))?;
    let declared = schema.as_ref().map(declared_schema).transpose()?;
    let examples_per_rule = at_least(py, "examples", Some(examples), 0)?.unwrap_or_default();
    let input = Input::of(&data)?;
    let counter = Arc::new(Counter::default());
    let options = ValidationOptions {
        examples_per_rule,
        streams_in_order: matches!(input, Input::Reader(_)),
        observer: Arc::clone(&counter) as _,
    };
    let mut told = 0;
    let report = wait_for(
        py,
        move || async move {
            let input = input.plan(&session).await?;
            validate(&session, input, declared.as_ref(), &policy, options).await
        },
        |_| counter.tell(&mut told, progress.as_ref()),
        Notify::notify_one,
    )?;
    to_python(py, &report)
}

/// What is validated, before it is a plan.
enum Input {
    Table(String),
    Plan(Arc<LogicalPlan>),
    Stream(Box<ArrowArrayStreamReader>),
    Reader(Box<ArrowArrayStreamReader>),
}

impl Input {
    fn of(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(name) = data.extract::<String>() {
            return Ok(Self::Table(name));
        }
        if let Some(plan) = plan_of_frame(data)? {
            return Ok(Self::Plan(plan));
        }
        if data.hasattr("__arrow_c_stream__")? {
            // What is in memory already is not put aside; what is read once gives its batches one after the other.
            let is_read_once = data.hasattr("__next__")?;
            let reader = Box::new(ArrowArrayStreamReader::from_pyarrow_bound(data)?);
            return Ok(if is_read_once {
                Self::Reader(reader)
            } else {
                Self::Stream(reader)
            });
        }
        Err(PyTypeError::new_err(format!(
            "data must be the name of a table, a datafusion.DataFrame or an Arrow table, got {}",
            data.get_type().fully_qualified_name()?
        )))
    }

    async fn plan(self, session: &SessionContext) -> Result<LogicalPlan> {
        let frame = match self {
            Self::Plan(plan) => return Ok(Arc::unwrap_or_clone(plan)),
            Self::Reader(reader) => return rows_of_reader(session, reader).await,
            Self::Table(name) => session.table(name.as_str()).await,
            Self::Stream(reader) => {
                let schema = datafusion::arrow::array::RecordBatchReader::schema(&*reader);
                let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|error| {
                    EngineError::new(ErrorCode::QueryFailed, error.to_string()).with_source(error)
                })?;
                // A table may have no batch, but it has a schema.
                let table = datafusion::datasource::MemTable::try_new(schema, vec![batches]);
                table.and_then(|table| session.read_table(Arc::new(table)))
            }
        };
        frame
            .map(datafusion::dataframe::DataFrame::into_unoptimized_plan)
            .map_err(|error| {
                EngineError::new(ErrorCode::QueryInvalid, error.strip_backtrace())
                    .with_source(error)
            })
    }
}

/// The plan of a `datafusion.DataFrame`.
pub(crate) fn plan_of_frame(data: &Bound<'_, PyAny>) -> PyResult<Option<Arc<LogicalPlan>>> {
    // Only DataFusion's wrapper has its native object under this name.
    if data.get_type().name()? != "DataFrame" || !data.hasattr("df")? {
        return Ok(None);
    }
    let plan = data.getattr("df")?.call_method0("logical_plan")?;
    Ok(Some(plan.cast::<PyLogicalPlan>()?.borrow().plan()))
}

fn declared_schema(schema: &Bound<'_, PyAny>) -> PyResult<SchemaDescription> {
    let py = schema.py();
    if let Ok(text) = schema.extract::<String>() {
        return run_native(py, || {
            serde_json::from_str(&text).map_err(|error| invalid_schema(&error.to_string()))
        });
    }
    let arrow = Schema::from_pyarrow_bound(schema)?;
    SchemaDescription::of(Arc::new(arrow))
        .map_err(|problem| to_python_error(py, invalid_schema(&problem)))
}

fn invalid_schema(problem: &str) -> EngineError {
    EngineError::new(ErrorCode::SchemaValueInvalid, format!("schema: {problem}"))
        .with_detail("argument", "schema")
        .with_hint("pass a pyarrow.Schema, or {\"fields\": [{\"name\": …, \"type\": …}]}")
}

/// Counts the rows on the threads that check them, so that none of them waits for the interpreter.
#[derive(Default)]
struct Counter(AtomicU64);

impl Counter {
    /// Tells Python how many rows are checked so far, if that changed.
    fn tell(&self, told: &mut u64, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let rows = self.0.load(Ordering::Relaxed);
        if rows > *told {
            *told = rows;
            if let Some(progress) = progress {
                progress.call1((rows,))?;
            }
        }
        Ok(())
    }
}

impl ValidationObserver for Counter {
    fn checked(&self, rows: u64) {
        self.0.fetch_add(rows, Ordering::Relaxed);
    }
}
