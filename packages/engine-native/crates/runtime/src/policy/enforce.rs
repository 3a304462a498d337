//! Puts the policy of statements where DataFusion asks a session before it acts.
//!
//! Every plan that is run passes the analyzer. `CREATE FUNCTION` and `CREATE EXTERNAL TABLE` ask factories. DataFusion carries other DDL and the
//! statements about the session out by itself, from the plan: [`run_sql`](crate::run_sql) refuses those.

use std::pin::Pin;
use std::sync::Arc;

use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, internal_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{CreateExternalTable, LogicalPlan};
use datafusion::optimizer::analyzer::AnalyzerRule;

use super::StatementPolicy;

const RULE: &str = "codeanatomy_statement_policy";

/// Makes the session keep the policy. A policy that allows everything costs nothing.
pub(crate) fn enforce(policy: StatementPolicy, state: &mut SessionState) {
    if policy.allows_everything() {
        return;
    }
    let rules = &state.analyzer().rules;
    if !rules.iter().any(|rule| rule.name() == RULE) {
        state.add_analyzer_rule(Arc::new(StatementRule { policy }));
    }
    if !policy.allow_ddl {
        let refusing: Arc<dyn TableProviderFactory> = Arc::new(RefusingTableFactory { policy });
        let factories = state.table_factories_mut();
        *factories = factories
            .keys()
            .map(|name| (name.clone(), Arc::clone(&refusing)))
            .collect();
    }
}

/// Refuses plans.
#[derive(Debug)]
struct StatementRule {
    policy: StatementPolicy,
}

impl AnalyzerRule for StatementRule {
    fn analyze(&self, plan: LogicalPlan, _options: &ConfigOptions) -> Result<LogicalPlan> {
        self.policy.check(&plan)?;
        Ok(plan)
    }

    fn name(&self) -> &str {
        RULE
    }
}

/// Makes no external table.
#[derive(Debug)]
struct RefusingTableFactory {
    policy: StatementPolicy,
}

type MadeTable<'future> =
    Pin<Box<dyn Future<Output = Result<Arc<dyn TableProvider>>> + Send + 'future>>;

impl TableProviderFactory for RefusingTableFactory {
    fn create<'factory, 'session, 'statement, 'future>(
        &'factory self,
        _session: &'session dyn Session,
        statement: &'statement CreateExternalTable,
    ) -> MadeTable<'future>
    where
        'factory: 'future,
        'session: 'future,
        'statement: 'future,
        Self: 'future,
    {
        let refused = self.policy.check_ddl("CREATE EXTERNAL TABLE");
        Box::pin(std::future::ready(refused.and_then(|()| {
            internal_err!(
                "the policy allows DDL, but {} has no factory",
                statement.name
            )
        })))
    }
}
