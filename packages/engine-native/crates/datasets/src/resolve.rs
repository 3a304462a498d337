//! The resolution of one dataset.

use std::fmt;
use std::sync::Arc;

use codeanatomy_delta::operations::{Target, snapshot};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_runtime::engine_error;
use codeanatomy_schema::{
    DatasetProvider, FieldDescription, Record, ResolvedLocation, fingerprint,
};
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;

use crate::declared_columns;
use crate::layers::resolve_layers;
use crate::open::Opened;
use crate::open_delta::{asked_files, open_changes, open_table};
use crate::open_listing::open_listing;
use crate::pruning::{FileCounts, FilterPushdown, count_files, plan_predicate, pushdown};
use crate::report::ResolutionReport;
use crate::request::DatasetResolutionRequest;
use crate::shape::shaped;

/// A dataset, ready to be registered, with the explanation of what it is.
#[derive(Clone)]
pub struct DatasetResolution {
    /// What SQL reads.
    pub provider: Arc<dyn TableProvider>,
    /// The explanation.
    pub report: ResolutionReport,
}

impl fmt::Debug for DatasetResolution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DatasetResolution")
            .field("name", &self.report.name)
            .field("provider_kind", &self.report.provider_kind)
            .finish_non_exhaustive()
    }
}

/// Opens a dataset as all the layers around it say, and explains every decision. The session is left as it is, but for the store of a location
/// that it did not know.
///
/// # Errors
///
/// `dataset-unresolved`, with the code of what went wrong as the detail `cause`: nothing is there, it has another format or a protocol that is
/// too new, a column has the name of the file column, SQL of the spec can't be planned, or a record is not valid. A predicate that can't be
/// planned is no error; the report tells it.
pub async fn resolve_dataset_provider(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
) -> Result<DatasetResolution> {
    resolve(context, request)
        .await
        .map_err(|error| unresolved(&request.name, error))
}

async fn resolve(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
) -> Result<DatasetResolution> {
    request.check("$")?;
    let state = context.state();
    let location = &request.location;
    let (resolved, scan_policy) = resolve_layers(&state, request)?;
    let kind = resolved.provider.value.unwrap_or(DatasetProvider::Listing);
    let files = if request.scan_files.is_empty() {
        &location.files
    } else {
        &request.scan_files
    };
    let (opened, target) = match kind {
        DatasetProvider::Delta => {
            let (opened, target) = open_table(&state, location, files, &resolved).await?;
            (opened, Some(target))
        }
        DatasetProvider::DeltaCdf => (
            open_changes(&state, &request.name, location, &resolved).await?,
            None,
        ),
        DatasetProvider::Listing => {
            let opened = open_listing(&state, &request.name, location, files, &resolved).await?;
            (opened, None)
        }
    };
    let table = Arc::clone(&opened.provider);
    let rows = if kind == DatasetProvider::Delta {
        declared_columns::of_table(context, &request.name, table, &resolved)?
    } else {
        table
    };
    let provider = shaped(
        context,
        &request.name,
        rows,
        location.dataset_spec.as_ref(),
        &resolved.datafusion_scan.options,
    )
    .await?;
    let mut report = report(
        &state,
        request,
        kind,
        resolved,
        &opened,
        &provider,
        target.as_ref(),
    )
    .await?;
    report.scan_policy = scan_policy;
    Ok(DatasetResolution { provider, report })
}

async fn report(
    state: &SessionState,
    request: &DatasetResolutionRequest,
    kind: DatasetProvider,
    options: ResolvedLocation,
    opened: &Opened,
    provider: &Arc<dyn TableProvider>,
    target: Option<&Target>,
) -> Result<ResolutionReport> {
    let mut schema = Vec::new();
    let mut undescribed_columns = Vec::new();
    for field in provider.schema().fields() {
        match FieldDescription::of(field) {
            Some(description) => schema.push(description),
            None => undescribed_columns.push(field.name().clone()),
        }
    }
    let scan = scan_of(state, request, kind, &opened.provider).await?;
    Ok(ResolutionReport {
        name: request.name.to_string(),
        location: request.location.identity()?,
        provider_kind: kind,
        delta_scan_identity_hash: (kind == DatasetProvider::Delta)
            .then(|| fingerprint(&options.delta_scan.options))
            .transpose()?,
        cdf_options: (kind == DatasetProvider::DeltaCdf).then(|| {
            request
                .location
                .delta_cdf_options
                .clone()
                .unwrap_or_default()
        }),
        options,
        scan_policy: None,
        schema,
        undescribed_columns,
        schema_origin: opened.schema_origin,
        delta_snapshot: target.map(snapshot).transpose()?,
        add_actions: target
            .map(|target| asked_files(target, &request.scan_files))
            .transpose()?
            .unwrap_or_default(),
        files: scan.files,
        filters: scan.filters,
        predicate_error: scan.predicate_error,
    })
}

/// What a scan under the request's predicate does.
#[derive(Default)]
struct ScanFacts {
    files: Option<FileCounts>,
    filters: Vec<FilterPushdown>,
    predicate_error: Option<String>,
}

async fn scan_of(
    state: &SessionState,
    request: &DatasetResolutionRequest,
    kind: DatasetProvider,
    files: &Arc<dyn TableProvider>,
) -> Result<ScanFacts> {
    let mut facts = ScanFacts::default();
    let filters = match &request.predicate {
        None => Vec::new(),
        Some(predicate) => match plan_predicate(state, files, predicate) {
            Ok(filters) => filters,
            Err(error) => {
                facts.predicate_error = Some(error.strip_backtrace());
                Vec::new()
            }
        },
    };
    let failed = |error: DataFusionError| planning(&request.name, error);
    facts.filters = pushdown(files, &filters).map_err(failed)?;
    if kind != DatasetProvider::DeltaCdf {
        facts.files = Some(
            count_files(state, files, &filters, &facts.filters)
                .await
                .map_err(failed)?,
        );
    }
    Ok(facts)
}

/// An error of DataFusion while a dataset is opened. One of the engine's own comes through as it was.
pub(crate) fn planning(name: &str, error: DataFusionError) -> EngineError {
    let error = engine_error(error, ErrorCode::QueryInvalid);
    if error.code() != ErrorCode::QueryInvalid {
        return error;
    }
    EngineError::new(
        ErrorCode::QueryInvalid,
        format!("the dataset '{name}' can't be planned: {}", error.message()),
    )
    .with_hint("check the columns and the SQL that are stated about the dataset")
}

fn unresolved(name: &str, error: EngineError) -> EngineError {
    let mut wrapped = EngineError::new(
        ErrorCode::DatasetUnresolved,
        format!(
            "the dataset '{name}' can't be resolved: {}",
            error.message()
        ),
    )
    .with_detail("dataset", name)
    .with_detail("cause", error.code().as_str());
    for (key, value) in error.details() {
        wrapped = wrapped.with_detail(key, value.clone());
    }
    if let Some(hint) = error.hint() {
        wrapped = wrapped.with_hint(hint);
    }
    wrapped.with_source(error)
}
