//! What a bootstrap tells of itself.

use codeanatomy_errors::EngineError;
use serde::{Deserialize, Serialize};

use super::columns::ColumnDifference;
use super::plan::ZeroRowDatasetPlan;
use super::request::DatasetRole;
use crate::problem::Problem;

/// What became of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BootstrapStatus {
    /// It is a schema without a table: a table without rows is registered for it, and nothing is written.
    SchemaOnly,
    /// A table should be made, and nobody says where.
    MissingLocation,
    /// What is asked for can't be done with its format.
    UnsupportedFormat,
    /// Its table or its directory could not be made.
    BootstrapFailed,
    /// It could not be registered, or what is there is not what is declared.
    RegisterFailed,
    /// It is there, and registered.
    Registered,
    /// It is there with its row of defaults, and registered.
    SeededRegistered,
}

/// Why a dataset failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootstrapProblem {
    /// The dataset.
    pub dataset: String,
    /// Why.
    #[serde(flatten)]
    pub problem: Problem,
}

impl BootstrapProblem {
    pub(super) fn of(dataset: &str, error: &EngineError) -> Self {
        Self {
            dataset: dataset.to_owned(),
            problem: Problem::from(error),
        }
    }
}

/// What became of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootstrapEvent {
    /// The dataset.
    pub name: String,
    /// What it is to the pipeline.
    pub role: DatasetRole,
    /// What became of it.
    pub status: BootstrapStatus,
    /// Whether it was there before.
    pub existed: bool,
    /// Whether this bootstrap made its table or its directory.
    pub created: bool,
    /// Whether this bootstrap wrote its row of defaults.
    pub seeded: bool,
    /// The version of its Delta table.
    pub version: Option<u64>,
    /// How what is there differs from what is declared.
    pub differences: Vec<ColumnDifference>,
    /// Why it failed, or was left out.
    pub problem: Option<BootstrapProblem>,
}

/// What a bootstrap did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrapReport {
    /// Whether the pipeline can be planned: in strict mode, no required dataset failed.
    pub success: bool,
    /// Whether it was strict.
    pub strict: bool,
    /// How many datasets were planned.
    pub planned_count: usize,
    /// How many tables and directories were made.
    pub bootstrapped_count: usize,
    /// How many datasets were there before.
    pub existing_count: usize,
    /// How many datasets are registered, those that are a schema only among them.
    pub registered_count: usize,
    /// How many have no table of their own: `schema_only`, `missing_location` and `unsupported_format`.
    pub skipped_count: usize,
    /// How many failed: `bootstrap_failed` and `register_failed`.
    pub failed_count: usize,
    /// How many have their row of defaults.
    pub seeded_count: usize,
    /// Those, by name.
    pub seeded_datasets: Vec<String>,
    /// The plan, by role and name.
    pub plans: Vec<ZeroRowDatasetPlan>,
    /// What became of each, in the same order; empty where only the plan was asked for.
    pub events: Vec<BootstrapEvent>,
    /// In strict mode, why required datasets failed; empty if none did.
    pub validation_errors: Vec<BootstrapProblem>,
}

impl BootstrapReport {
    pub(super) fn of(
        strict: bool,
        plans: Vec<ZeroRowDatasetPlan>,
        events: Vec<BootstrapEvent>,
        validation_errors: Vec<BootstrapProblem>,
        registered_count: usize,
    ) -> Self {
        use BootstrapStatus as Status;
        let count = |wanted: &[Status]| {
            let found = events.iter().filter(|event| wanted.contains(&event.status));
            found.count()
        };
        let seeded_datasets: Vec<String> = events
            .iter()
            .filter(|event| event.status == Status::SeededRegistered)
            .map(|event| event.name.clone())
            .collect();
        Self {
            success: validation_errors.is_empty(),
            strict,
            planned_count: plans.len(),
            bootstrapped_count: events.iter().filter(|event| event.created).count(),
            existing_count: events.iter().filter(|event| event.existed).count(),
            registered_count,
            skipped_count: count(&[
                Status::SchemaOnly,
                Status::MissingLocation,
                Status::UnsupportedFormat,
            ]),
            failed_count: count(&[Status::BootstrapFailed, Status::RegisterFailed]),
            seeded_count: seeded_datasets.len(),
            seeded_datasets,
            plans,
            events,
            validation_errors,
        }
    }
}
