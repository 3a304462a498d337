//! The datasets of a session: put in together or not at all, and known afterwards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use codeanatomy_schema::{DatasetProvider, fingerprint};
use datafusion::catalog::TableProvider;
use datafusion::execution::context::SessionContext;
use futures::future::try_join_all;
use serde::Serialize;

use crate::clock::now_ms;
use crate::report::ResolutionReport;
use crate::request::DatasetResolutionRequest;
use crate::resolve::{DatasetResolution, planning, resolve_dataset_provider};

/// A dataset that a session has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisteredDataset {
    /// The name of its table.
    pub table_name: String,
    /// When it was registered, in milliseconds since 1970-01-01T00:00:00Z.
    pub registration_time_ms: u64,
    /// How its rows are provided.
    pub provider_kind: DatasetProvider,
    /// Identifies the location with its spec and overrides, without secrets: 32 hexadecimal digits of BLAKE3.
    pub location_hash: String,
    /// The version of its Delta table when it was registered.
    pub delta_version: Option<u64>,
}

/// What a session remembers; its configuration carries it.
#[derive(Default)]
struct Registered(Mutex<BTreeMap<String, (RegisteredDataset, DatasetResolutionRequest)>>);

/// Resolves the datasets and registers all of them as tables, or none: what goes wrong with one leaves the session as it was.
///
/// # Errors
///
/// - `dataset-name-taken`: the session has a table of that name, and `overwrite` is false; or two of the datasets have one name.
/// - Those of [`resolve_dataset_provider`].
pub async fn register_datasets(
    context: &SessionContext,
    requests: &[DatasetResolutionRequest],
    overwrite: bool,
) -> Result<Vec<ResolutionReport>> {
    check_names(context, requests, overwrite)?;
    let resolutions = try_join_all(
        requests
            .iter()
            .map(|request| resolve_dataset_provider(context, request)),
    )
    .await?;
    let registrations = requests
        .iter()
        .zip(&resolutions)
        .map(|(request, resolution)| Registration::of(request, resolution))
        .collect::<Result<_>>()?;
    register_all(context, registrations)?;
    Ok(resolutions
        .into_iter()
        .map(|resolution| resolution.report)
        .collect())
}

/// A table that is to be put into a session, with what the session remembers of it.
pub(crate) struct Registration {
    pub(crate) name: String,
    pub(crate) provider: Arc<dyn TableProvider>,
    /// The dataset, and what was asked; `None` for what is no dataset that could be opened again.
    pub(crate) entry: Option<(RegisteredDataset, DatasetResolutionRequest)>,
}

impl Registration {
    pub(crate) fn of(
        request: &DatasetResolutionRequest,
        resolution: &DatasetResolution,
    ) -> Result<Self> {
        let report = &resolution.report;
        let entry = RegisteredDataset {
            table_name: request.name.to_string(),
            registration_time_ms: now_ms(),
            provider_kind: report.provider_kind,
            location_hash: fingerprint(&request.location)?,
            delta_version: report
                .delta_snapshot
                .as_ref()
                .map(|snapshot| snapshot.protocol.version),
        };
        Ok(Self {
            name: report.name.clone(),
            provider: Arc::clone(&resolution.provider),
            entry: Some((entry, request.clone())),
        })
    }
}

/// Puts all tables into the session, or none. Those that have their names give way.
pub(crate) fn register_all(
    context: &SessionContext,
    registrations: Vec<Registration>,
) -> Result<()> {
    let mut done: Vec<(String, Option<Arc<dyn TableProvider>>)> = Vec::new();
    for registration in &registrations {
        let name = &registration.name;
        match put(context, name, &registration.provider) {
            Ok(before) => done.push((name.clone(), before)),
            Err(error) => {
                take_back(context, done);
                return Err(error);
            }
        }
    }
    let known = known(context);
    let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
    for registration in registrations {
        match registration.entry {
            Some(entry) => known.insert(registration.name, entry),
            None => known.remove(&registration.name),
        };
    }
    Ok(())
}

/// The datasets that were registered in the session and are still there, by name.
#[must_use]
pub fn registered_datasets(context: &SessionContext) -> Vec<RegisteredDataset> {
    let known = known(context);
    let known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
    known
        .values()
        .filter(|(entry, _)| exists(context, &entry.table_name))
        .map(|(entry, _)| entry.clone())
        .collect()
}

/// What was asked when the dataset of that name was registered in the session.
///
/// # Errors
///
/// `dataset-not-found`: the session has no dataset of that name; the text names those that it has.
pub fn registered_request(
    context: &SessionContext,
    name: &str,
) -> Result<DatasetResolutionRequest> {
    let known = known(context);
    let known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, request)) = known.get(name).filter(|_| exists(context, name)) {
        return Ok(request.clone());
    }
    let names: Vec<&str> = known
        .keys()
        .map(String::as_str)
        .filter(|name| exists(context, name))
        .collect();
    let meant = nearest_name(name, names.iter().copied()).map_or_else(String::new, |nearest| {
        format!("; did you mean '{nearest}'?")
    });
    Err(EngineError::new(
        ErrorCode::DatasetNotFound,
        format!("no dataset '{name}' is registered in the session{meant}"),
    )
    .with_detail("dataset", name)
    .with_hint(if names.is_empty() {
        "register it, or pass its DatasetResolutionRequest".to_owned()
    } else {
        format!("the registered datasets are {}", names.join(", "))
    }))
}

fn known(context: &SessionContext) -> Arc<Registered> {
    let state = context.state_ref();
    let mut state = state.write();
    if let Some(known) = state.config().get_extension::<Registered>() {
        return known;
    }
    let known = Arc::new(Registered::default());
    state.config_mut().set_extension(Arc::clone(&known));
    known
}

fn check_names(
    context: &SessionContext,
    requests: &[DatasetResolutionRequest],
    overwrite: bool,
) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for request in requests {
        let name: &str = &request.name;
        let twice = !seen.insert(name);
        if twice {
            return Err(taken(name, format!("two datasets are named '{name}'")));
        }
        if !overwrite && exists(context, name) {
            return Err(name_taken(name));
        }
    }
    Ok(())
}

/// The error of a name that a table of the session has.
pub(crate) fn name_taken(name: &str) -> EngineError {
    taken(name, format!("the session has a table '{name}' already"))
}

fn taken(name: &str, message: String) -> EngineError {
    EngineError::new(ErrorCode::DatasetNameTaken, message)
        .with_detail("dataset", name)
        .with_hint("choose another name, or pass overwrite=True to replace the table")
}

/// Names of datasets are names of tables as they are written, capitals included.
fn reference(name: &str) -> datafusion::common::TableReference {
    datafusion::common::TableReference::bare(name)
}

fn exists(context: &SessionContext, name: &str) -> bool {
    context.table_exist(reference(name)).unwrap_or(false)
}

/// Registers a table, and returns what it replaced.
fn put(
    context: &SessionContext,
    name: &str,
    provider: &Arc<dyn TableProvider>,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let failed = |error| planning(name, error);
    let before = context.deregister_table(reference(name)).map_err(failed)?;
    if let Err(error) = context.register_table(reference(name), Arc::clone(provider)) {
        take_back(context, vec![(name.to_owned(), before)]);
        return Err(failed(error));
    }
    Ok(before)
}

/// Leaves the tables as they were. What can't be put back was put in a moment ago, by the same catalog.
fn take_back(context: &SessionContext, done: Vec<(String, Option<Arc<dyn TableProvider>>)>) {
    for (name, before) in done.into_iter().rev() {
        let _ = context.deregister_table(reference(&name));
        if let Some(before) = before {
            let _ = context.register_table(reference(&name), before);
        }
    }
}
