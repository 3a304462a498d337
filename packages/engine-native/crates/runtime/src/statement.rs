//! Runs SQL in a session with the runtime, with nothing that gets by the session's policy.

use std::ops::ControlFlow;

use codeanatomy_sql::plannable;
use datafusion::common::{Result, plan_err};
use datafusion::dataframe::DataFrame;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    self, AccessExpr, CreateFunctionBody, Expr, Ident, Value, visit_expressions_mut,
};

use crate::install::installed_policy;
use crate::snapshot::is_brought_name;

/// Runs one statement as `SessionContext::sql` does, and more strictly: the session's policy holds for every kind of statement, and a function
/// that DataFusion or the library brings can't be dropped. The body of `CREATE FUNCTION` may name parameters without a `$`.
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// use codeanatomy_runtime::{Profile, new_session, run_sql};
///
/// let context = new_session(&Profile::resolve(&[])?)?;
/// run_sql(&context, "create function twice(a bigint) returns bigint return 2 * a").await?;
/// assert_eq!(run_sql(&context, "select twice(4)").await?.count().await?, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn run_sql(context: &SessionContext, sql: &str) -> Result<DataFrame> {
    let state = context.state();
    let dialect = state.config_options().sql_parser.dialect;
    let sql = plannable(sql, dialect)?;
    let statement = state.sql_to_statement(&sql, &dialect)?;
    run_statement(context, statement).await
}

/// Runs a statement as [`run_sql`] does.
pub(crate) async fn run_statement(
    context: &SessionContext,
    mut statement: Statement,
) -> Result<DataFrame> {
    if let Statement::Statement(statement) = &mut statement
        && let ast::Statement::CreateFunction(statement) = statement.as_mut()
    {
        mark_parameters(statement);
    }
    let state = context.state();
    let plan = state.statement_to_plan(statement).await?;
    if let Some(policy) = installed_policy(context) {
        policy.statements.check(&plan)?;
    }
    if let LogicalPlan::Ddl(DdlStatement::DropFunction(dropped)) = &plan
        && (is_brought_name(&dropped.name) || is_brought_name(&dropped.name.to_lowercase()))
    {
        return plan_err!(
            "DROP FUNCTION {0}: '{0}' is a built-in function and can't be dropped",
            dropped.name
        );
    }
    if let LogicalPlan::Dml(_) = &plan {
        // What the analyzer refuses is refused now, not when somebody asks for the number of rows.
        let options = state.config_options();
        let analyzed = state
            .analyzer()
            .execute_and_check(plan.clone(), options, |_, _| {});
        let _: LogicalPlan = analyzed?;
    }
    context.execute_logical_plan(plan).await
}

/// Writes the parameters in the body as placeholders: the planner takes bare names for columns, of which a body has none.
fn mark_parameters(statement: &mut ast::CreateFunction) {
    let names: Vec<_> = statement
        .args
        .iter()
        .flatten()
        .map(|argument| argument.name.as_ref().map(as_written))
        .collect();
    let placeholder = |name: &Ident| {
        let wanted = as_called(name);
        let position = names
            .iter()
            .position(|name| name.as_ref() == Some(&wanted))?;
        let value = Value::Placeholder(format!("${}", position + 1));
        Some(Expr::Value(value.into()))
    };
    let Some(
        CreateFunctionBody::Return(body)
        | CreateFunctionBody::AsAfterOptions(body)
        | CreateFunctionBody::AsBeforeOptions { body, .. },
    ) = &mut statement.function_body
    else {
        return;
    };
    let _: ControlFlow<()> = visit_expressions_mut(body, |part| {
        let marked = match part {
            Expr::Identifier(name) => placeholder(name),
            Expr::CompoundIdentifier(names) => match names.split_first() {
                Some((name, members)) => placeholder(name).map(|root| Expr::CompoundFieldAccess {
                    root: Box::new(root),
                    access_chain: members
                        .iter()
                        .map(|member| {
                            let member = Value::SingleQuotedString(as_called(member));
                            AccessExpr::Dot(Expr::Value(member.into()))
                        })
                        .collect(),
                }),
                None => None,
            },
            _ => None,
        };
        if let Some(marked) = marked {
            *part = marked;
        }
        ControlFlow::Continue(())
    });
}

/// The name of a parameter: the parser gives a quoted one with its quotation marks.
pub(crate) fn as_written(name: &Ident) -> String {
    let quoted = name
        .value
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    match quoted {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => as_called(name),
    }
}

/// The name as an identifier in an expression means it.
fn as_called(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}
