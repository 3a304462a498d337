//! `DELETE`, `UPDATE` and `MERGE` as they were written.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchemaRef, Result as QueryResult, TableReference};
use datafusion::logical_expr::dml::MergeIntoClause;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{DmlStatement, Expr, LogicalPlan, MergeIntoOp, TableType, WriteOp};
use datafusion::physical_plan::ExecutionPlan;

use super::provider::DeltaTableProvider;
use super::write::write_target;
use crate::binary_partition::check_rewritable;
use crate::external::external;
use crate::operations::check_values;

/// What the columns of a merge's two sides are qualified with.
pub(super) const MERGE_TARGET: &str = "target";
pub(super) const MERGE_SOURCE: &str = "source";

/// A statement with nothing left out of it.
#[derive(Debug, Clone)]
pub(super) enum CapturedStatement {
    Delete {
        predicate: Expr,
    },
    Update {
        assignments: Vec<(String, Expr)>,
        predicate: Expr,
    },
    Merge {
        source: Arc<LogicalPlan>,
        operation: Box<MergeIntoOp>,
    },
}

impl CapturedStatement {
    /// The statement on `table`.
    ///
    /// # Errors
    ///
    /// `query-invalid`: it has no `WHERE`, or something in it that Delta can't do.
    pub(super) fn of(statement: &DmlStatement, table: &DeltaTableProvider) -> Result<Self> {
        let name = &statement.table_name;
        match &statement.op {
            WriteOp::Delete => {
                let predicate = condition(&statement.input, "DELETE")?.ok_or_else(|| {
                    no_condition("DELETE", "remove", name).with_hint(format!(
                        "'TRUNCATE TABLE {name}' removes them, 'DELETE FROM {name} WHERE true' as well"
                    ))
                })?;
                let predicate = unqualified(predicate, "DELETE")?;
                Ok(Self::Delete { predicate })
            }
            WriteOp::Update => {
                let LogicalPlan::Projection(projection) = statement.input.as_ref() else {
                    return Err(unsupported("UPDATE", "what it sets"));
                };
                let predicate = condition(&projection.input, "UPDATE")?.ok_or_else(|| {
                    no_condition("UPDATE", "change", name)
                        .with_hint("say so with 'WHERE true' if every row is meant")
                })?;
                let predicate = unqualified(predicate, "UPDATE")?;
                let assignments = projection
                    .expr
                    .iter()
                    .filter_map(assignment)
                    .map(|(column, value)| Ok((column, unqualified(value, "UPDATE")?)))
                    .collect::<Result<_>>()?;
                Ok(Self::Update {
                    assignments,
                    predicate,
                })
            }
            WriteOp::MergeInto(operation) => Self::merge(statement, operation, table),
            _ => Err(unsupported("this", "the statement")),
        }
    }

    fn merge(
        statement: &DmlStatement,
        operation: &MergeIntoOp,
        table: &DeltaTableProvider,
    ) -> Result<Self> {
        let sides: Vec<_> = operation
            .exprs()
            .into_iter()
            .map(|expression| merge_sides(expression.clone(), &statement.table_name))
            .collect::<Result<_>>()?;
        let operation = operation.clone().with_new_exprs(sides);
        let operation = operation.map_err(|error| {
            EngineError::new(ErrorCode::QueryInvalid, error.strip_backtrace())
                .with_detail("location", table.location().url().to_string())
        })?;
        Ok(Self::Merge {
            source: Arc::clone(&statement.input),
            operation: Box::new(operation),
        })
    }
}

/// The condition of a plan that only filters one table; `None` if it has none.
///
/// The plan of a prepared statement has been optimized: its condition may have moved into the scan.
fn condition(plan: &LogicalPlan, statement: &str) -> Result<Option<Expr>> {
    let mut conditions = Vec::new();
    let mut next = plan;
    loop {
        next = match next {
            LogicalPlan::Filter(filter) => {
                conditions.push(filter.predicate.clone());
                &filter.input
            }
            LogicalPlan::SubqueryAlias(alias) => &alias.input,
            LogicalPlan::TableScan(scan) if scan.fetch.is_none() => {
                conditions.extend(scan.filters.iter().cloned());
                return Ok(conjunction(conditions));
            }
            LogicalPlan::Limit(_) | LogicalPlan::TableScan(_) => {
                return Err(unsupported(statement, "a LIMIT"));
            }
            _ => return Err(unsupported(statement, "another table")),
        };
    }
}

/// What a column of an UPDATE is set to; nothing for one that stays.
fn assignment(expression: &Expr) -> Option<(String, Expr)> {
    let Expr::Alias(alias) = expression else {
        return None;
    };
    let stays = matches!(alias.expr.as_ref(), Expr::Column(column) if column.name == alias.name);
    (!stays).then(|| (alias.name.clone(), alias.expr.as_ref().clone()))
}

fn unqualified(expression: Expr, statement: &str) -> Result<Expr> {
    refuse_subqueries(&expression, statement)?;
    check_values(&expression)?;
    let plain = expression.transform(|part| match part {
        Expr::Column(column) => Ok(Transformed::yes(Expr::Column(Column::new_unqualified(
            column.name,
        )))),
        other => Ok(Transformed::no(other)),
    });
    plain.data().map_err(unexpected)
}

fn merge_sides(expression: Expr, target: &TableReference) -> Result<Expr> {
    refuse_subqueries(&expression, "MERGE")?;
    check_values(&expression)?;
    let sides = expression.transform(|part| match part {
        Expr::Column(column) => {
            let is_target = column
                .relation
                .as_ref()
                .is_some_and(|relation| relation.resolved_eq(target));
            let side = if is_target {
                MERGE_TARGET
            } else {
                MERGE_SOURCE
            };
            Ok(Transformed::yes(Expr::Column(Column::new(
                Some(side),
                column.name,
            ))))
        }
        other => Ok(Transformed::no(other)),
    });
    sides.data().map_err(unexpected)
}

/// Delta evaluates an expression on the rows of files, where there is no other table.
fn refuse_subqueries(expression: &Expr, statement: &str) -> Result<()> {
    let mut has_subquery = false;
    expression
        .apply(|part| {
            has_subquery |= matches!(
                part,
                Expr::Exists(_)
                    | Expr::InSubquery(_)
                    | Expr::ScalarSubquery(_)
                    | Expr::SetComparison(_)
            );
            Ok(TreeNodeRecursion::Continue)
        })
        .map_err(unexpected)?;
    if has_subquery {
        return Err(unsupported(statement, "a subquery in its expressions"));
    }
    Ok(())
}

fn no_condition(statement: &str, verb: &str, name: &TableReference) -> EngineError {
    EngineError::new(
        ErrorCode::QueryInvalid,
        format!("{statement} without WHERE would {verb} every row of '{name}'"),
    )
}

fn unsupported(statement: &str, what: &str) -> EngineError {
    EngineError::new(
        ErrorCode::QueryInvalid,
        format!("{statement} of a Delta table can't have {what}"),
    )
    .with_hint("join with other tables in 'MERGE INTO … USING (SELECT …) AS s ON …'")
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of map_err")]
fn unexpected(error: datafusion::error::DataFusionError) -> EngineError {
    EngineError::new(ErrorCode::QueryInvalid, error.strip_backtrace())
}

/// A table as the target of one captured statement.
#[derive(Debug)]
pub(super) struct StatementTarget {
    pub(super) table: DeltaTableProvider,
    pub(super) captured: CapturedStatement,
}

impl StatementTarget {
    fn run(&self, session: &dyn Session) -> QueryResult<Arc<dyn ExecutionPlan>> {
        let target = write_target(&self.table, session).map_err(external)?;
        let current = self.table.current();
        let location = self.table.location();
        let state = current.table.snapshot();
        let state = state.map_err(|error| external(location.error(&error)))?;
        check_rewritable(location, state).map_err(external)?;
        Ok(target.statement(&self.captured))
    }
}

#[async_trait]
impl TableProvider for StatementTarget {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        self.table.scan(session, projection, filters, limit).await
    }

    async fn delete_from(
        &self,
        session: &dyn Session,
        _filters: Vec<Expr>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        self.run(session)
    }

    async fn update(
        &self,
        session: &dyn Session,
        _assignments: Vec<(String, Expr)>,
        _filters: Vec<Expr>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        self.run(session)
    }

    async fn merge_into(
        &self,
        session: &dyn Session,
        _source: Arc<dyn ExecutionPlan>,
        _merge_schema: DFSchemaRef,
        _on: Expr,
        _clauses: Vec<MergeIntoClause>,
    ) -> QueryResult<Arc<dyn ExecutionPlan>> {
        self.run(session)
    }
}
