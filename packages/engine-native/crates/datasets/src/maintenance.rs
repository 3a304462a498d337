//! What a maintenance policy asks for after a write, or now: which steps are due and why, and what came of them.

use std::collections::BTreeMap;

use codeanatomy_delta::operations::{
    AddConstraintsOptions, AddFeaturesOptions, HistoryOptions, OptimizeOptions,
    SetPropertiesOptions, SnapshotReport, Target, VacuumOptions, add_constraints, add_features,
    checkpoint, compact_log, history, log_files, optimize, set_properties, snapshot, vacuum,
};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{DeltaMaintenancePolicy, ResolvedLocation};
use datafusion::execution::context::SessionContext;
use serde::Serialize;
use serde_json::Value;

use crate::optimize_due::{Written, optimize_due};
use crate::problem::Problem;
use crate::write_options::{constraints, table_properties};

/// A step of the maintenance of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MaintenanceStep {
    /// `properties`, `features`, `constraints`, `optimize`, `compact_log`, `checkpoint` or `vacuum`; `maintenance`, if what is due could not be
    /// decided.
    pub step: &'static str,
    /// Why it is due: the option of the policy with its figures.
    pub reason: String,
    /// Whether it was done; a dry run only tells.
    pub done: bool,
    /// What the operation reports; `None` if it was not run.
    pub report: Option<Value>,
    /// What went wrong with it. A write before it stands.
    pub error: Option<Problem>,
}

impl MaintenanceStep {
    /// Nothing could be said about what is due.
    pub(crate) fn undecided(error: &EngineError) -> Self {
        Self {
            step: "maintenance",
            reason: "what is due could not be decided".to_owned(),
            done: false,
            report: None,
            error: Some(Problem::from(error)),
        }
    }
}

/// A step that is due.
enum Due {
    Properties(BTreeMap<String, String>),
    Features(Vec<String>),
    Constraints(BTreeMap<String, String>),
    Optimize(Vec<OptimizeOptions>),
    CompactLog,
    Checkpoint,
    Vacuum(VacuumOptions),
}

impl Due {
    const fn name(&self) -> &'static str {
        match self {
            Self::Properties(_) => "properties",
            Self::Features(_) => "features",
            Self::Constraints(_) => "constraints",
            Self::Optimize(_) => "optimize",
            Self::CompactLog => "compact_log",
            Self::Checkpoint => "checkpoint",
            Self::Vacuum(_) => "vacuum",
        }
    }
}

/// Runs, or tells, what is due for a table. A step that fails is reported, and the next one is run all the same.
///
/// Gives the version of the table afterwards, too.
///
/// # Errors
///
/// Those of opening the table, and of contradictions of the policies.
pub(crate) async fn maintained(
    context: &SessionContext,
    mut target: Target,
    resolved: &ResolvedLocation,
    written: Option<&Written>,
    dry_run: bool,
) -> Result<(u64, Vec<MaintenanceStep>)> {
    let due = due(&target, resolved, written).await?;
    let mut has_run = false;
    let mut steps = Vec::with_capacity(due.len());
    for (due, reason) in due {
        let mut step = MaintenanceStep {
            step: due.name(),
            reason,
            done: false,
            report: None,
            error: None,
        };
        if !dry_run {
            // A step sees what the one before it committed.
            let seen = latest(&mut target, has_run).await;
            has_run = true;
            let outcome = match seen {
                Ok(()) => Box::pin(run(context, &target, due)).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(report) => {
                    step.done = true;
                    step.report = Some(report);
                }
                Err(error) => {
                    step.error = Some(Problem::from(&error));
                }
            }
        }
        steps.push(step);
    }
    latest(&mut target, has_run).await?;
    Ok((target.version().unwrap_or_default(), steps))
}

/// Opens the table again if something was done to it.
async fn latest(target: &mut Target, has_changed: bool) -> Result<()> {
    if has_changed {
        *target = Target::open(target.location()).await?;
    }
    Ok(())
}

async fn run(context: &SessionContext, target: &Target, due: Due) -> Result<Value> {
    match due {
        Due::Properties(properties) => json(
            &set_properties(
                target,
                SetPropertiesOptions {
                    properties,
                    ..SetPropertiesOptions::default()
                },
            )
            .await?,
        ),
        Due::Features(features) => json(
            &add_features(
                target,
                AddFeaturesOptions {
                    features,
                    // Whoever states the option asks for it.
                    allow_protocol_upgrade: true,
                    ..AddFeaturesOptions::default()
                },
            )
            .await?,
        ),
        Due::Constraints(constraints) => json(
            &add_constraints(
                target,
                context,
                AddConstraintsOptions {
                    constraints,
                    ..AddConstraintsOptions::default()
                },
            )
            .await?,
        ),
        Due::Optimize(parts) => {
            let mut reports = Vec::with_capacity(parts.len());
            for options in parts {
                // Each part is a commit of its own.
                let now = Target::open(target.location()).await?;
                reports.push(json(&optimize(&now, context, options).await?)?);
            }
            Ok(Value::Array(reports))
        }
        Due::CompactLog => json(&compact_log(target).await?),
        Due::Checkpoint => json(&checkpoint(target).await?),
        Due::Vacuum(options) => json(&vacuum(target, options).await?),
    }
}

fn json<Report: Serialize>(report: &Report) -> Result<Value> {
    serde_json::to_value(report)
        .map_err(|error| EngineError::new(ErrorCode::InternalError, error.to_string()))
}

async fn due(
    target: &Target,
    resolved: &ResolvedLocation,
    written: Option<&Written>,
) -> Result<Vec<(Due, String)>> {
    let policy = &resolved.maintenance_policy.options;
    let table = snapshot(target)?;
    let mut due = Vec::new();
    due.extend(properties_due(&table, resolved)?);
    due.extend(features_due(&table, resolved)?);
    due.extend(constraints_due(&table, resolved));
    let optimized = optimize_due(resolved, &table, written);
    due.extend(optimized.map(|(parts, reason)| (Due::Optimize(parts), reason)));
    let version = table.protocol.version;
    due.extend(log_due(policy, target, version).await?);
    if let Some(reason) = vacuum_due(policy, target, version).await? {
        let options = VacuumOptions {
            dry_run: policy.vacuum_dry_run.value() == Some(&true),
            retention_hours: policy
                .vacuum_retention_hours
                .value()
                .copied()
                .map(u64::from),
            enforce_retention: policy.enforce_retention_duration.value() != Some(&false),
            ..VacuumOptions::default()
        };
        due.push((Due::Vacuum(options), reason));
    }
    Ok(due)
}

/// What is due for the log. Its files are listed only where the policy asks for something.
async fn log_due(
    policy: &DeltaMaintenancePolicy,
    target: &Target,
    version: u64,
) -> Result<Vec<(Due, String)>> {
    let mut due = Vec::new();
    let compacts = policy.enable_log_compaction.value() == Some(&true);
    let on_write = policy.checkpoint_on_write.value() == Some(&true);
    let interval = policy.checkpoint_version_interval.value().copied();
    if !compacts && !on_write && interval.is_none() {
        return Ok(due);
    }
    let log = log_files(target).await?;
    if compacts && log.first_loose() < version {
        let reason = format!(
            "enable_log_compaction: the versions {} to {version} are files of their own",
            log.first_loose()
        );
        due.push((Due::CompactLog, reason));
    }
    let since = log
        .checkpoint
        .map_or(version + 1, |last| version.saturating_sub(last));
    if on_write && since > 0 {
        due.push((Due::Checkpoint, "checkpoint_on_write".to_owned()));
    } else if let Some(interval) = interval.filter(|interval| since >= interval.get()) {
        let reason =
            format!("checkpoint_version_interval: {since} versions without one, of {interval}");
        due.push((Due::Checkpoint, reason));
    }
    Ok(due)
}

fn properties_due(
    table: &SnapshotReport,
    resolved: &ResolvedLocation,
) -> Result<Option<(Due, String)>> {
    let differing: BTreeMap<_, _> = table_properties(resolved)?
        .into_iter()
        .filter(|(name, value)| table.properties.get(name) != Some(value))
        .collect();
    if differing.is_empty() {
        return Ok(None);
    }
    let names: Vec<_> = differing.keys().cloned().collect();
    let reason = format!("the policies state {} otherwise", names.join(", "));
    Ok(Some((Due::Properties(differing), reason)))
}

/// What properties ask for and Delta does not do for them: checkpoints are of version 2 only where the protocol says so.
fn features_due(
    table: &SnapshotReport,
    resolved: &ResolvedLocation,
) -> Result<Option<(Due, String)>> {
    const FEATURE: &str = "v2Checkpoint";
    let stated = table_properties(resolved)?;
    let policy = stated.get("delta.checkpointPolicy").map(String::as_str);
    let mut present = table.protocol.writer_features.iter();
    if policy != Some("v2") || present.any(|name| name == FEATURE) {
        return Ok(None);
    }
    let reason = format!("the protocol lacks {FEATURE}, without which checkpoints are classic");
    Ok(Some((Due::Features(vec![FEATURE.to_owned()]), reason)))
}

fn constraints_due(table: &SnapshotReport, resolved: &ResolvedLocation) -> Option<(Due, String)> {
    let mut missing = constraints(resolved);
    missing.retain(|name, _| !table.constraints.contains_key(name));
    let names: Vec<_> = missing.keys().cloned().collect();
    let reason = format!("the table does not have {}", names.join(", "));
    (!missing.is_empty()).then_some((Due::Constraints(missing), reason))
}

async fn vacuum_due(
    policy: &DeltaMaintenancePolicy,
    target: &Target,
    version: u64,
) -> Result<Option<String>> {
    if policy.vacuum_on_write.value() == Some(&true) {
        return Ok(Some("vacuum_on_write".to_owned()));
    }
    let Some(threshold) = policy.vacuum_version_threshold.value().copied() else {
        return Ok(None);
    };
    let limit = usize::try_from(threshold.get()).unwrap_or(usize::MAX);
    let commits = history(target, &HistoryOptions { limit: Some(limit) }).await?;
    let is_vacuum = |operation: &Option<String>| {
        operation
            .as_deref()
            .is_some_and(|name| name.starts_with("VACUUM"))
    };
    let since = commits
        .iter()
        .position(|commit| is_vacuum(&commit.operation))
        .map_or(version + 1, |position| position as u64);
    Ok((since >= threshold.get())
        .then(|| format!("vacuum_version_threshold: {since} versions without one, of {threshold}")))
}
