//! Rows of a source brought together with those of a table: changed, added and taken out in one commit.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::common::{Column, DFSchema, TableReference};
use datafusion::dataframe::DataFrame;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Expr;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use deltalake_core::operations::merge::MergeBuilder;
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, Committed, count};
use super::error::{failed, rewritable};
use super::expression::{condition, known_columns, table_columns, value};
use super::session::{operation_state, shared};
use super::source::Source;
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "merge";

/// How the rows come together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeOptions {
    /// When a row of the source and one of the table belong together.
    pub predicate: String,
    /// What the source is called in predicates and values.
    #[serde(default = "source_alias")]
    pub source_alias: String,
    /// What the table is called in predicates and values.
    #[serde(default = "target_alias")]
    pub target_alias: String,
    /// What happens; of the clauses for one kind of rows, the first whose condition holds.
    pub clauses: Vec<MergeClause>,
    /// Adds columns of the source that the table does not have.
    #[serde(default)]
    pub merge_schema: bool,
    /// What the commit carries.
    #[serde(default)]
    pub commit: CommitOptions,
}

fn source_alias() -> String {
    "source".to_owned()
}

fn target_alias() -> String {
    "target".to_owned()
}

/// Which rows a clause is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergeWhen {
    /// Rows of the table with a row of the source.
    Matched,
    /// Rows of the source without a row of the table.
    NotMatched,
    /// Rows of the table without a row of the source.
    NotMatchedBySource,
}

/// What a clause does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergeAction {
    /// Sets columns of the table's row.
    Update,
    /// Takes the table's row out.
    Delete,
    /// Adds a row to the table.
    Insert,
}

/// One clause of a merge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeClause {
    /// Which rows it is for.
    pub when: MergeWhen,
    /// What it does.
    pub action: MergeAction,
    /// The values of the table's columns; without them, an update or insert takes every column of the source.
    #[serde(default)]
    pub set: Option<BTreeMap<String, String>>,
    /// Of those rows, only the ones for which it holds.
    #[serde(default)]
    pub condition: Option<String>,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergeReport {
    /// Whether the table had this merge of this application already.
    pub skipped: bool,
    /// How many rows the source had.
    pub rows_source: u64,
    /// How many rows were added.
    pub rows_inserted: u64,
    /// How many rows of the table were changed.
    pub rows_updated: u64,
    /// How many rows of the table were taken out.
    pub rows_deleted: u64,
    /// How many rows were written again because they stood in a file with changed ones.
    pub rows_copied: u64,
    /// The commit.
    #[serde(flatten)]
    pub commit: Committed,
    /// How long it took.
    pub duration_ms: u64,
}

/// Merges the rows of `source` into the table.
pub async fn merge(
    target: &Target,
    context: &SessionContext,
    source: Source,
    options: MergeOptions,
) -> Result<MergeReport> {
    let started = Stopwatch::start();
    rewritable(target, OPERATION)?;
    let state = operation_state(context);
    let repeatable = source.is_repeatable();
    let scope = Scope::new(target, &state, &source, &options).await?;
    let frame = DataFrame::new(state.clone(), source.into_plan());
    let predicate = scope.condition(&scope.both, "predicate", &options.predicate)?;
    let mut builder = target
        .to_table()
        .merge(frame, predicate)
        .with_source_alias(&options.source_alias)
        .with_target_alias(&options.target_alias)
        .with_merge_schema(options.merge_schema)
        // A source that can be read once is not asked for its range of keys first.
        .with_streaming(!repeatable)
        .with_session_state(shared(&state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_commit_properties(options.commit.properties()?);
    for clause in &options.clauses {
        builder = scope.add(builder, clause)?;
    }
    let outcome = options
        .commit
        .once(target, OPERATION, builder.into_future(), |error| {
            failed(target, OPERATION, &error)
        })
        .await?;
    let Some((after, metrics)) = outcome else {
        return Ok(MergeReport {
            skipped: true,
            rows_source: 0,
            rows_inserted: 0,
            rows_updated: 0,
            rows_deleted: 0,
            rows_copied: 0,
            commit: Committed::nothing(target.table()),
            duration_ms: started.milliseconds(),
        });
    };
    let (commit, _) = Committed::between(target, &after, OPERATION).await?;
    Ok(MergeReport {
        skipped: false,
        rows_source: count(metrics.num_source_rows),
        rows_inserted: count(metrics.num_target_rows_inserted),
        rows_updated: count(metrics.num_target_rows_updated),
        rows_deleted: count(metrics.num_target_rows_deleted),
        rows_copied: count(metrics.num_target_rows_copied),
        commit,
        duration_ms: started.milliseconds(),
    })
}

/// The names that a merge can use.
struct Scope<'merge> {
    place: &'merge Target,
    state: &'merge SessionState,
    options: &'merge MergeOptions,
    source: DFSchema,
    target: DFSchema,
    both: DFSchema,
}

impl<'merge> Scope<'merge> {
    async fn new(
        place: &'merge Target,
        state: &'merge SessionState,
        source: &Source,
        options: &'merge MergeOptions,
    ) -> Result<Self> {
        let fail =
            |error: datafusion::error::DataFusionError| failed(place, OPERATION, &error.into());
        let target = table_columns(place, OPERATION, state, Some(&options.target_alias)).await?;
        let columns = source.schema();
        let source = DFSchema::try_from_qualified_schema(options.source_alias.as_str(), columns)
            .map_err(fail)?;
        let both = source.join(&target).map_err(fail)?;
        if options.clauses.is_empty() {
            return Err(
                EngineError::new(ErrorCode::InvalidOption, "merge has no clause")
                    .with_detail("option", "clauses")
                    .with_hint("say what happens to rows that match, or that do not"),
            );
        }
        Ok(Self {
            place,
            state,
            options,
            source,
            target,
            both,
        })
    }

    fn condition(&self, columns: &DFSchema, name: &str, sql: &str) -> Result<Expr> {
        condition(self.state, columns, name, sql)
    }

    /// Adds one clause to the merge.
    fn add(&self, builder: MergeBuilder, clause: &MergeClause) -> Result<MergeBuilder> {
        use MergeAction::{Delete, Insert, Update};
        use MergeWhen::{Matched, NotMatched, NotMatchedBySource};
        let columns = match clause.when {
            Matched => &self.both,
            NotMatched => &self.source,
            NotMatchedBySource => &self.target,
        };
        let predicate = clause
            .condition
            .as_deref()
            .map(|sql| self.condition(columns, "condition", sql))
            .transpose()?;
        let values = self.values(clause, columns)?;
        let built = match (clause.when, clause.action) {
            (Matched, Update) => builder.when_matched_update(|update| {
                let update = values
                    .into_iter()
                    .fold(update, |update, (column, new)| update.update(column, new));
                match predicate {
                    Some(predicate) => update.predicate(predicate),
                    None => update,
                }
            }),
            (NotMatchedBySource, Update) => builder.when_not_matched_by_source_update(|update| {
                let update = values
                    .into_iter()
                    .fold(update, |update, (column, new)| update.update(column, new));
                match predicate {
                    Some(predicate) => update.predicate(predicate),
                    None => update,
                }
            }),
            (Matched, Delete) => builder.when_matched_delete(|delete| match predicate {
                Some(predicate) => delete.predicate(predicate),
                None => delete,
            }),
            (NotMatchedBySource, Delete) => {
                builder.when_not_matched_by_source_delete(|delete| match predicate {
                    Some(predicate) => delete.predicate(predicate),
                    None => delete,
                })
            }
            (NotMatched, Insert) => builder.when_not_matched_insert(|insert| {
                let insert = values
                    .into_iter()
                    .fold(insert, |insert, (column, new)| insert.set(column, new));
                match predicate {
                    Some(predicate) => insert.predicate(predicate),
                    None => insert,
                }
            }),
            (when, action) => return Err(impossible(when, action)),
        };
        built.map_err(|error| failed(self.place, OPERATION, &error))
    }

    /// The columns that a clause sets, with their values.
    fn values(&self, clause: &MergeClause, columns: &DFSchema) -> Result<Vec<(Column, Expr)>> {
        let target = |name: &str| {
            Column::new(
                Some(TableReference::bare(self.options.target_alias.as_str())),
                name,
            )
        };
        let Some(set) = &clause.set else {
            if clause.when == MergeWhen::NotMatchedBySource && clause.action == MergeAction::Update
            {
                return Err(EngineError::new(
                    ErrorCode::InvalidOption,
                    "an update of rows that are not matched by the source sets no column",
                )
                .with_detail("option", "set")
                .with_hint("there is no row of the source to take: give each column its value"));
            }
            if clause.action == MergeAction::Delete {
                return Ok(Vec::new());
            }
            return Ok(self
                .source
                .iter()
                .map(|(relation, field)| {
                    let from = Expr::Column(Column::new(relation.cloned(), field.name()));
                    (target(field.name()), from)
                })
                .collect());
        };
        let mut names: Vec<&str> = names(&self.target);
        if self.options.merge_schema {
            names.extend(self::names(&self.source));
        }
        known_columns("merge sets", set.keys(), &names)?;
        set.iter()
            .map(|(name, sql)| {
                let what = format!("the value of '{name}'");
                let new = value(self.state, columns, &what, sql)?;
                Ok((target(name), new))
            })
            .collect()
    }
}

fn names(columns: &DFSchema) -> Vec<&str> {
    columns
        .fields()
        .iter()
        .map(|column| column.name().as_str())
        .collect()
}

fn impossible(when: MergeWhen, action: MergeAction) -> EngineError {
    EngineError::new(
        ErrorCode::InvalidOption,
        format!("a merge can't {action:?} when {when:?}"),
    )
    .with_detail("option", "clauses")
    .with_hint(
        "matched rows and those not matched by the source can be updated or deleted, those not matched inserted",
    )
}
