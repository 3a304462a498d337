//! Conditions that every row of a table has to meet, now and from now on.

use std::collections::{BTreeMap, HashMap};
use std::future::IntoFuture;
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Expr;
use deltalake_core::DeltaTable;
use deltalake_core::table::config::TablePropertiesExt;
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, count};
use super::error::{existing, failed, is_invalid_data};
use super::expression::{condition, table_columns};
use super::session::{operation_state, shared};
use super::stopwatch::Stopwatch;
use super::target::Target;
use codeanatomy_errors::nearest_name;

const ADD: &str = "add-constraints";
const DROP: &str = "drop-constraints";

/// Which constraints are added.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AddConstraintsOptions {
    /// The condition of each constraint, in SQL over the table's columns.
    pub constraints: BTreeMap<String, String>,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// Which constraints are dropped.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DropConstraintsOptions {
    /// Their names.
    pub names: Vec<String>,
    /// What the commits carry.
    pub commit: CommitOptions,
}

/// The constraints of a table after an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConstraintsReport {
    /// The version of the table after the operation.
    pub version: u64,
    /// Every constraint with its condition.
    pub constraints: BTreeMap<String, String>,
    /// How long it took.
    pub duration_ms: u64,
}

/// Adds constraints in one commit, if every row of the table meets them.
pub async fn add_constraints(
    target: &Target,
    context: &SessionContext,
    options: AddConstraintsOptions,
) -> Result<ConstraintsReport> {
    let started = Stopwatch::start();
    existing(target, ADD)?;
    if options.constraints.is_empty() {
        return Err(nothing_named("add"));
    }
    let state = operation_state(context);
    let columns = table_columns(target, ADD, &state, None).await?;
    let mut conditions: HashMap<String, Expr> = HashMap::new();
    for (name, sql) in &options.constraints {
        let checked = condition(&state, &columns, &format!("constraint '{name}'"), sql)?;
        conditions.insert(name.clone(), checked);
    }
    let added = target
        .to_table()
        .add_constraint()
        .with_constraints(conditions.clone())
        .with_session_state(shared(&state))
        .with_commit_properties(options.commit.properties()?)
        .into_future()
        .await;
    match added {
        Ok(after) => Ok(report(&after, started)),
        Err(error) if is_invalid_data(&error) => {
            for (name, sql) in &options.constraints {
                let Some(checked) = conditions.remove(name) else {
                    continue;
                };
                let rows = broken_rows(target, &state, checked).await?;
                if rows > 0 {
                    return Err(broken(target, name, sql, rows));
                }
            }
            Err(failed(target, ADD, &error))
        }
        Err(error) => Err(failed(target, ADD, &error)),
    }
}

/// Drops constraints, each in a commit of its own.
pub async fn drop_constraints(
    target: &Target,
    options: DropConstraintsOptions,
) -> Result<ConstraintsReport> {
    let started = Stopwatch::start();
    existing(target, DROP)?;
    if options.names.is_empty() {
        return Err(nothing_named("drop"));
    }
    let present = constraints(target.table());
    for name in &options.names {
        if !present.contains_key(name) {
            return Err(unknown(target, name, &present));
        }
    }
    let properties = options.commit.properties()?;
    let mut table = target.to_table();
    for name in &options.names {
        table = table
            .drop_constraints()
            .with_constraint(name)
            .with_commit_properties(properties.clone())
            .into_future()
            .await
            .map_err(|error| failed(target, DROP, &error))?;
    }
    Ok(report(&table, started))
}

/// The constraints of a table by name.
pub(super) fn constraints(table: &DeltaTable) -> BTreeMap<String, String> {
    table.snapshot().map_or_else(
        |_| BTreeMap::new(),
        |state| {
            state
                .table_config()
                .get_constraints()
                .into_iter()
                .map(|constraint| (constraint.name, constraint.expr))
                .collect()
        },
    )
}

fn report(table: &DeltaTable, started: Stopwatch) -> ConstraintsReport {
    ConstraintsReport {
        version: table.version().unwrap_or_default(),
        constraints: constraints(table),
        duration_ms: started.milliseconds(),
    }
}

/// How many rows do not meet a condition; one that is not known for a row is not met.
async fn broken_rows(target: &Target, state: &SessionState, condition: Expr) -> Result<u64> {
    let provider = target
        .table()
        .table_provider()
        .with_session(Arc::new(state.clone()))
        .build()
        .await
        .map_err(|error| failed(target, ADD, &error.into()))?;
    let session = SessionContext::new_with_state(state.clone());
    let rows = async {
        session
            .read_table(Arc::new(provider))?
            .filter(condition.is_not_true())?
            .count()
            .await
    };
    rows.await
        .map(count)
        .map_err(|error| failed(target, ADD, &error.into()))
}

fn broken(target: &Target, name: &str, sql: &str, rows: u64) -> EngineError {
    let rows = if rows == 1 {
        "1 row".to_owned()
    } else {
        format!("{rows} rows")
    };
    EngineError::new(
        ErrorCode::DeltaConstraintViolated,
        format!(
            "the constraint '{name}' can't be added to {}: {rows} break \"{sql}\"",
            target.location().name()
        ),
    )
    .with_detail("constraint", name)
    .with_detail("rows", rows)
    .with_hint("correct or delete the rows first")
}

fn nothing_named(what: &str) -> EngineError {
    EngineError::new(
        ErrorCode::InvalidOption,
        format!("there is no constraint to {what}"),
    )
    .with_detail("option", "constraints")
    .with_hint("name at least one")
}

fn unknown(target: &Target, name: &str, present: &BTreeMap<String, String>) -> EngineError {
    let meant = nearest_name(name, present.keys().map(String::as_str))
        .map_or_else(String::new, |nearest| format!(" (is '{nearest}' meant?)"));
    let names: Vec<&str> = present.keys().map(String::as_str).collect();
    EngineError::new(
        ErrorCode::InvalidOption,
        format!(
            "{} has no constraint '{name}'{meant}",
            target.location().name()
        ),
    )
    .with_detail("option", "constraints")
    .with_hint(if names.is_empty() {
        "it has none".to_owned()
    } else {
        format!("it has: {}", names.join(", "))
    })
}
