//! Predicates and values as SQL over a table's columns, checked before an operation begins.

use std::sync::Arc;

use arrow::datatypes::DataType;
use codeanatomy_errors::nearest_name;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::common::tree_node::TreeNode as _;
use datafusion::common::{DFSchema, DataFusionError, SchemaError};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::error::failed;
use super::target::Target;

/// The columns of a table as operations read them, each under `alias` where one is given.
pub(super) async fn table_columns(
    target: &Target,
    operation: &'static str,
    state: &SessionState,
    alias: Option<&str>,
) -> Result<DFSchema> {
    let provider = target
        .table()
        .table_provider()
        .with_session(Arc::new(state.clone()))
        .build()
        .await
        .map_err(|error| failed(target, operation, &error.into()))?;
    let schema = datafusion::catalog::TableProvider::schema(&provider);
    let columns = match alias {
        Some(alias) => DFSchema::try_from_qualified_schema(alias, &schema),
        None => DFSchema::try_from(schema.as_ref().clone()),
    };
    columns.map_err(|error| failed(target, operation, &error.into()))
}

/// Parses a condition, which has to be deterministic and true or false.
pub(super) fn condition(
    state: &SessionState,
    columns: &DFSchema,
    name: &str,
    sql: &str,
) -> Result<Expr> {
    let expression = value(state, columns, name, sql)?;
    match expression.get_type(columns) {
        Ok(DataType::Boolean | DataType::Null) => Ok(expression),
        Ok(other) => Err(refused(
            name,
            sql,
            &format!("gives {other}, and has to be true or false"),
            "compare it with something, as in \"id = 3\"",
        )),
        Err(error) => Err(unplanned(columns, name, sql, &error)),
    }
}

/// Parses a value, which has to be deterministic.
pub(super) fn value(
    state: &SessionState,
    columns: &DFSchema,
    name: &str,
    sql: &str,
) -> Result<Expr> {
    let expression = state
        .create_logical_expr(sql, columns)
        .map_err(|error| unplanned(columns, name, sql, &error))?;
    if matches!(expression, Expr::Alias(_)) {
        return Err(refused(name, sql, "names its result", "leave 'as …' out"));
    }
    if looks_beyond_a_row(&expression)? {
        return Err(refused(
            name,
            sql,
            "needs more than one row",
            "leave subqueries, aggregates and window functions out; a merge brings the rows of a query in",
        ));
    }
    if expression.is_volatile() {
        return Err(refused(
            name,
            sql,
            "is another one each time it is computed, and an operation computes it more than once",
            "compute it once into a column first",
        ));
    }
    Ok(expression)
}

/// Whether the expression is about other rows than the one that it is computed for.
fn looks_beyond_a_row(expression: &Expr) -> Result<bool> {
    expression
        .exists(|part| {
            Ok(matches!(
                part,
                Expr::AggregateFunction(_)
                    | Expr::WindowFunction(_)
                    | Expr::Exists(_)
                    | Expr::InSubquery(_)
                    | Expr::SetComparison(_)
                    | Expr::ScalarSubquery(_)
                    | Expr::OuterReferenceColumn(..)
                    | Expr::Placeholder(_)
            ))
        })
        .map_err(|error| EngineError::new(ErrorCode::InternalError, error.strip_backtrace()))
}

fn unplanned(columns: &DFSchema, name: &str, sql: &str, error: &DataFusionError) -> EngineError {
    let DataFusionError::SchemaError(schema_error, _) = error.find_root() else {
        return refused(
            name,
            sql,
            &format!("can't be used: {}", error.strip_backtrace()),
            "it is SQL over the table's columns, with their names as they are written",
        );
    };
    match schema_error.as_ref() {
        SchemaError::FieldNotFound { field, .. } => {
            let names: Vec<&str> = columns
                .fields()
                .iter()
                .map(|column| column.name().as_str())
                .collect();
            unknown_column(&format!("{name} \"{sql}\" reads"), &field.name, &names)
        }
        other => refused(
            name,
            sql,
            &format!("can't be used: {other}"),
            "qualify the column",
        ),
    }
}

fn refused(name: &str, sql: &str, what: &str, hint: &str) -> EngineError {
    EngineError::new(
        ErrorCode::DeltaExpressionInvalid,
        format!("{name} \"{sql}\" {what}"),
    )
    .with_detail("expression", sql)
    .with_hint(hint)
}

/// The error of something that wants a column which the table does not have.
pub(super) fn unknown_column(what: &str, column: &str, names: &[&str]) -> EngineError {
    let meant = nearest_name(column, names.iter().copied())
        .map_or_else(String::new, |nearest| format!(" (is '{nearest}' meant?)"));
    EngineError::new(
        ErrorCode::DeltaExpressionInvalid,
        format!("{what} the column '{column}', which the table does not have{meant}"),
    )
    .with_detail("column", column)
    .with_hint(format!("the columns are: {}", names.join(", ")))
}

/// Checks that every name is a column.
pub(super) fn known_columns<'name>(
    what: &str,
    wanted: impl IntoIterator<Item = &'name String>,
    names: &[&str],
) -> Result<()> {
    for column in wanted {
        if !names.contains(&column.as_str()) {
            return Err(unknown_column(what, column, names));
        }
    }
    Ok(())
}
