//! Registers what a bootstrap has found and made: all of it, or in strict mode none where a required dataset failed.

use std::any::Any;
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{SchemaDescription, fingerprint};
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::context::SessionContext;

use super::create::Made;
use super::plan::Entry;
use super::report::{BootstrapEvent, BootstrapProblem, BootstrapStatus};
use crate::registry::{Registration, name_taken, register_all, registered_datasets};
use crate::resolve::resolve_dataset_provider;

/// A dataset on its way into the session.
pub(super) struct Candidate {
    pub(super) entry: Entry,
    pub(super) made: Made,
    registration: Option<Registration>,
    /// Whether another dataset is why it is not registered.
    is_held_back: bool,
}

impl Candidate {
    pub(super) const fn new(entry: Entry, made: Made) -> Self {
        Self {
            entry,
            made,
            registration: None,
            is_held_back: false,
        }
    }

    /// Whether it is reason enough for a strict bootstrap to fail.
    pub(super) const fn fails(&self) -> bool {
        self.entry.plan.required && self.made.error.is_some() && !self.is_held_back
    }

    /// Why it failed or was left out.
    pub(super) fn problem(&self) -> Option<BootstrapProblem> {
        let error = self.made.error.as_ref()?;
        Some(BootstrapProblem::of(&self.entry.plan.name, error))
    }

    /// What became of it.
    pub(super) fn event(&self) -> BootstrapEvent {
        let made = &self.made;
        BootstrapEvent {
            name: self.entry.plan.name.clone(),
            role: self.entry.plan.role,
            status: made.status.unwrap_or(BootstrapStatus::RegisterFailed),
            existed: made.existed,
            created: made.created,
            seeded: made.seeded,
            version: made.version,
            differences: made.differences.clone(),
            problem: self.problem(),
        }
    }

    fn fail(&mut self, error: EngineError) {
        self.made.status = Some(BootstrapStatus::RegisterFailed);
        self.made.error = Some(error);
        self.registration = None;
    }
}

/// Opens the datasets, and registers them. Gives how many are registered.
pub(super) async fn register(
    context: &SessionContext,
    candidates: &mut [Candidate],
    strict: bool,
    overwrite: bool,
) -> Result<usize> {
    for candidate in candidates.iter_mut() {
        match open(context, candidate, overwrite).await {
            Ok(registration) => candidate.registration = registration,
            Err(error) => candidate.fail(error),
        }
    }
    let broken = candidates
        .iter()
        .find(|candidate| strict && candidate.fails())
        .map(|candidate| candidate.entry.plan.name.clone());
    if let Some(broken) = broken {
        for candidate in candidates.iter_mut() {
            let was_ready = candidate.registration.take().is_some();
            if was_ready && candidate.made.status.is_none() {
                candidate.is_held_back = true;
                let name = &candidate.entry.plan.name;
                candidate.made.error = Some(held_back(name, &broken));
                candidate.made.status = Some(BootstrapStatus::RegisterFailed);
            }
        }
        return Ok(0);
    }
    let mut registrations = Vec::new();
    for candidate in candidates.iter_mut() {
        if let Some(registration) = candidate.registration.take() {
            registrations.push(registration);
            candidate
                .made
                .status
                .get_or_insert(if candidate.made.has_seed {
                    BootstrapStatus::SeededRegistered
                } else {
                    BootstrapStatus::Registered
                });
        }
    }
    let count = registrations.len();
    register_all(context, registrations)?;
    Ok(count)
}

async fn open(
    context: &SessionContext,
    candidate: &Candidate,
    overwrite: bool,
) -> Result<Option<Registration>> {
    let plan = &candidate.entry.plan;
    let registration = match (
        candidate.made.status,
        &candidate.entry.request,
        &plan.schema,
    ) {
        (None, Some(request), _) => {
            let resolution = resolve_dataset_provider(context, request).await?;
            Registration::of(request, &resolution)?
        }
        (Some(BootstrapStatus::SchemaOnly), _, Some(schema)) => Registration {
            name: plan.name.clone(),
            provider: Arc::new(EmptyTable::new(Arc::clone(schema.arrow()))),
            entry: None,
        },
        _ => return Ok(None),
    };
    let Ok(present) = context
        .table_provider(TableReference::bare(plan.name.as_str()))
        .await
    else {
        return Ok(Some(registration));
    };
    if overwrite || is_of_a_bootstrap(context, &candidate.entry, &*present)? {
        return Ok(Some(registration));
    }
    Err(name_taken(&plan.name))
}

/// Whether the table that has the name was put there for the same dataset.
fn is_of_a_bootstrap(
    context: &SessionContext,
    entry: &Entry,
    present: &dyn TableProvider,
) -> Result<bool> {
    if (present as &dyn Any).is::<EmptyTable>() {
        let declared = entry.plan.schema.as_ref().map(SchemaDescription::arrow);
        return Ok(declared.is_some_and(|declared| *declared == present.schema()));
    }
    let Some(request) = &entry.request else {
        return Ok(false);
    };
    let location = fingerprint(&request.location)?;
    Ok(registered_datasets(context)
        .iter()
        .any(|known| known.table_name == entry.plan.name && known.location_hash == location))
}

fn held_back(name: &str, broken: &str) -> EngineError {
    EngineError::new(
        ErrorCode::DatasetUnresolved,
        format!("the dataset '{name}' was not registered, because '{broken}' failed: a strict bootstrap registers all or none"),
    )
    .with_detail("dataset", name)
    .with_hint(format!("correct '{broken}' and bootstrap again, or leave strict out"))
}
