//! The rule that DataFusion's analyzer has for Delta tables.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::datasource::{DefaultTableSource, provider_as_source};
use datafusion::logical_expr::{DmlStatement, LogicalPlan, TableScan, TableSource, WriteOp};
use datafusion::optimizer::AnalyzerRule;

use super::provider::DeltaTableProvider;
use super::query_table::{QuerySnapshot, QueryTable};
use super::statement::{CapturedStatement, StatementTarget};
use super::write::{check_unbound, check_writable};
use crate::external::external;

/// The rule: each query reads one version of a live table, and a `DELETE`, `UPDATE` or `MERGE` is taken as it was written.
///
/// An optimizer may turn a condition into a join, or drop it because it is always true; a table would be asked to delete more than was said.
#[derive(Debug, Default)]
pub struct DeltaRule;

impl DeltaRule {
    /// The name among the analyzer's rules.
    pub const NAME: &str = "delta_tables";
}

impl AnalyzerRule for DeltaRule {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let mut versions = Versions::default();
        let analyzed = plan.transform_down_with_subqueries(|node| match node {
            LogicalPlan::Dml(statement) => capture(statement),
            LogicalPlan::TableScan(scan) => Ok(versions.narrow(scan)),
            other => Ok(Transformed::no(other)),
        })?;
        Ok(analyzed.data)
    }

    fn name(&self) -> &'static str {
        Self::NAME
    }
}

fn provider(source: &Arc<dyn TableSource>) -> Option<&Arc<dyn TableProvider>> {
    let source = source.downcast_ref::<DefaultTableSource>()?;
    Some(&source.table_provider)
}

/// The table behind the source, also if an earlier analysis narrowed it to a query.
fn delta_table(source: &Arc<dyn TableSource>) -> Option<DeltaTableProvider> {
    let provider = provider(source)?;
    if let Some(table) = provider.downcast_ref::<DeltaTableProvider>() {
        return Some(table.clone());
    }
    if let Some(table) = provider.downcast_ref::<QueryTable>() {
        return Some(table.table.clone());
    }
    let target = provider.downcast_ref::<StatementTarget>()?;
    Some(target.table.clone())
}

/// The versions that the parts of one query share.
#[derive(Default)]
struct Versions(Vec<(DeltaTableProvider, QuerySnapshot)>);

impl Versions {
    fn narrow(&mut self, mut scan: TableScan) -> Transformed<LogicalPlan> {
        let Some(table) = delta_table(&scan.source).filter(|table| !table.pin().is_fixed()) else {
            return Transformed::no(LogicalPlan::TableScan(scan));
        };
        let planned = scan.source.schema();
        let snapshot = self.of(&table);
        scan.source = provider_as_source(Arc::new(QueryTable {
            table,
            planned,
            snapshot,
        }));
        Transformed::yes(LogicalPlan::TableScan(scan))
    }

    fn of(&mut self, table: &DeltaTableProvider) -> QuerySnapshot {
        let known = self
            .0
            .iter()
            .find(|(known, _)| Arc::ptr_eq(&known.inner, &table.inner));
        if let Some((_, snapshot)) = known {
            return Arc::clone(snapshot);
        }
        let snapshot = QuerySnapshot::default();
        self.0.push((table.clone(), Arc::clone(&snapshot)));
        snapshot
    }
}

fn capture(mut statement: DmlStatement) -> Result<Transformed<LogicalPlan>> {
    let unchanged = |statement| Ok(Transformed::no(LogicalPlan::Dml(statement)));
    if let Some(table) = delta_table(&statement.target) {
        check_writable(&table).map_err(external)?;
        // Rows that go break no promise about those that stay.
        if !matches!(statement.op, WriteOp::Delete | WriteOp::Truncate) {
            check_unbound(&table, statement.op.name()).map_err(external)?;
        }
    }
    if !matches!(
        statement.op,
        WriteOp::Delete | WriteOp::Update | WriteOp::MergeInto(_)
    ) {
        return unchanged(statement);
    }
    // What an optimizer made of a plan that was captured before says less.
    let is_captured =
        provider(&statement.target).is_some_and(|provider| provider.is::<StatementTarget>());
    let Some(table) = delta_table(&statement.target).filter(|_| !is_captured) else {
        return unchanged(statement);
    };
    let captured = CapturedStatement::of(&statement, &table).map_err(external)?;
    statement.target = provider_as_source(Arc::new(StatementTarget { table, captured }));
    Ok(Transformed::yes(LogicalPlan::Dml(statement)))
}
