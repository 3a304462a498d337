//! Which kinds of statement a session's SQL may have.

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, plan_err};
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, Statement, WriteOp};
use serde::Serialize;

/// Which statements are allowed beside queries. Everything is, by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatementPolicy {
    /// `CREATE …` and `DROP …`.
    pub allow_ddl: bool,
    /// `INSERT`, `UPDATE`, `DELETE` and `COPY`.
    pub allow_dml: bool,
    /// `SET`, `RESET`, `PREPARE`, `EXECUTE`, `DEALLOCATE` and transactions.
    pub allow_statements: bool,
}

impl Default for StatementPolicy {
    fn default() -> Self {
        Self {
            allow_ddl: true,
            allow_dml: true,
            allow_statements: true,
        }
    }
}

impl StatementPolicy {
    /// The options of `SessionContext::sql_with_options` that allow what both allow.
    #[must_use]
    pub fn within(self, mut options: SQLOptions) -> SQLOptions {
        if !self.allow_ddl {
            options = options.with_allow_ddl(false);
        }
        if !self.allow_dml {
            options = options.with_allow_dml(false);
        }
        if !self.allow_statements {
            options = options.with_allow_statements(false);
        }
        options
    }

    /// Whether nothing is refused.
    #[must_use]
    pub fn allows_everything(self) -> bool {
        self == Self::default()
    }

    /// Refuses a plan that has a statement which is not allowed, at any depth.
    pub(crate) fn check(self, plan: &LogicalPlan) -> Result<()> {
        plan.apply_with_subqueries(|node| {
            match node {
                LogicalPlan::Ddl(statement) if !self.allow_ddl => {
                    self.refuse("DDL", ddl_name(statement))?;
                }
                LogicalPlan::Dml(statement) if !self.allow_dml => {
                    self.refuse("DML", dml_name(&statement.op))?;
                }
                LogicalPlan::Copy(_) if !self.allow_dml => self.refuse("DML", "COPY")?,
                LogicalPlan::Statement(statement) if !self.allow_statements => {
                    self.refuse("Session", statement_name(statement))?;
                }
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(())
    }

    /// Refuses a statement of DDL, if DDL is not allowed.
    pub(crate) fn check_ddl(self, name: &str) -> Result<()> {
        if self.allow_ddl {
            return Ok(());
        }
        self.refuse("DDL", name)
    }

    fn refuse(self, kind: &str, name: &str) -> Result<()> {
        let also: Vec<_> = [
            (self.allow_ddl, "DDL (CREATE, DROP)"),
            (self.allow_dml, "DML (INSERT, UPDATE, DELETE, COPY)"),
            (
                self.allow_statements,
                "session statements (SET, RESET, PREPARE, EXECUTE, DEALLOCATE, BEGIN, …)",
            ),
        ]
        .into_iter()
        .filter_map(|(is_allowed, what)| is_allowed.then_some(what))
        .collect();
        let allowed = match also.as_slice() {
            [] => "queries only".to_owned(),
            also => format!("queries and {}", also.join(" and ")),
        };
        plan_err!(
            "{kind} statements are disabled by the session's policy, and this has {name}; allowed are {allowed}"
        )
    }
}

fn ddl_name(statement: &DdlStatement) -> &'static str {
    match statement {
        DdlStatement::CreateExternalTable(_) => "CREATE EXTERNAL TABLE",
        DdlStatement::CreateMemoryTable(_) => "CREATE TABLE",
        DdlStatement::CreateView(_) => "CREATE VIEW",
        DdlStatement::CreateCatalogSchema(_) => "CREATE SCHEMA",
        DdlStatement::CreateCatalog(_) => "CREATE DATABASE",
        DdlStatement::CreateIndex(_) => "CREATE INDEX",
        DdlStatement::DropTable(_) => "DROP TABLE",
        DdlStatement::DropView(_) => "DROP VIEW",
        DdlStatement::DropCatalogSchema(_) => "DROP SCHEMA",
        DdlStatement::CreateFunction(_) => "CREATE FUNCTION",
        DdlStatement::DropFunction(_) => "DROP FUNCTION",
    }
}

fn dml_name(operation: &WriteOp) -> &str {
    match operation {
        WriteOp::Insert(_) => "INSERT",
        WriteOp::Delete => "DELETE",
        WriteOp::Update => "UPDATE",
        other => other.name(),
    }
}

fn statement_name(statement: &Statement) -> &str {
    match statement {
        Statement::TransactionStart(_) => "BEGIN",
        Statement::TransactionEnd(_) => "COMMIT or ROLLBACK",
        Statement::SetVariable(_) => "SET",
        Statement::ResetVariable(_) => "RESET",
        Statement::Prepare(_) => "PREPARE",
        Statement::Execute(_) => "EXECUTE",
        Statement::Deallocate(_) => "DEALLOCATE",
    }
}
