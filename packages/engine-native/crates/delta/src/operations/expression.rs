//! Predicates and values as SQL over a table's columns, checked before an operation begins.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::datatypes::DataType;
use codeanatomy_errors::nearest_name;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_sql::shallow;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{DFSchema, DataFusionError, SchemaError};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::error::failed;
use super::target::Target;

/// How many values an expression of an operation has at most. Deltalake makes a chain of a list of values, and twice as many are too deep for it.
pub(crate) const MOST_VALUES: usize = 5000;
/// How much of an expression is told in the text of an error.
const SHOWN: usize = 200;

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
    let dialect = state.config_options().sql_parser.dialect;
    let parsable = shallow(sql, dialect).map_err(|error| {
        let hint = error.hint().unwrap_or_default();
        refused(
            name,
            sql,
            &format!("can't be used: {}", error.message()),
            hint,
        )
    })?;
    let expression = state
        .create_logical_expr(&parsable, columns)
        .map_err(|error| unplanned(columns, name, sql, &error))?;
    check_values(&expression)?;
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

/// Refuses an expression with more values than an operation can take: Delta makes a level of each.
///
/// # Errors
///
/// `delta-expression-invalid`: there are too many.
pub(crate) fn check_values(expression: &Expr) -> Result<()> {
    let values = values_of(expression);
    if values <= MOST_VALUES {
        return Ok(());
    }
    Err(EngineError::new(
        ErrorCode::DeltaExpressionInvalid,
        format!(
            "an expression of an operation has {values} values, and may have at most {MOST_VALUES}"
        ),
    )
    .with_detail("values", values.to_string())
    .with_detail("limit", MOST_VALUES.to_string())
    .with_hint("merge with the values as rows, or do it in several operations"))
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
            let what = format!("{name} \"{}\" reads", shown(sql));
            unknown_column(&what, &field.name, &names)
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
        format!("{name} \"{}\" {what}", shown(sql)),
    )
    .with_detail("expression", shown(sql))
    .with_hint(hint)
}

/// How many values an expression has.
pub(crate) fn values_of(expression: &Expr) -> usize {
    let mut values = 0;
    // The visitor does not fail.
    let _ = expression.apply(|part| {
        values += usize::from(matches!(part, Expr::Literal(..)));
        Ok(TreeNodeRecursion::Continue)
    });
    values
}

/// The expression, or as much of a long one as somebody may want to read.
fn shown(sql: &str) -> Cow<'_, str> {
    match sql.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &sql[..end])),
        None => Cow::Borrowed(sql),
    }
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
