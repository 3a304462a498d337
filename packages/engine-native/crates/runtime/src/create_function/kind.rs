//! Which kind of function a `CREATE FUNCTION` makes.

use std::fmt;

use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, WindowFunctionDefinition};
use datafusion::sql::sqlparser::ast::Ident;

/// The kinds of function that can be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Aggregate,
    Window,
    Table,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Scalar => "scalar",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Table => "table",
        })
    }
}

/// The kind that the statement's language names, or that its body shows.
pub(super) fn kind_of(
    state: &SessionState,
    name: &str,
    language: Option<&Ident>,
    body: &Expr,
    return_type: Option<&DataType>,
) -> Result<Kind> {
    let language = language.map(|language| language.value.to_lowercase());
    match language.as_deref() {
        None | Some("sql" | "datafusion") => {
            Ok(kind_of_body(state, body, return_type.is_some()).unwrap_or(Kind::Scalar))
        }
        Some("scalar" | "udf") => Ok(Kind::Scalar),
        Some("aggregate" | "udaf" | "agg") => Ok(Kind::Aggregate),
        Some("window" | "udwf") => Ok(Kind::Window),
        Some("table" | "udtf") => Ok(Kind::Table),
        Some(other) => plan_err!(
            "CREATE FUNCTION {name}: unsupported LANGUAGE {other}; it is one of sql, datafusion, scalar, udf, \
             aggregate, udaf, agg, window, udwf, table, udtf"
        ),
    }
}

fn kind_of_body(state: &SessionState, body: &Expr, has_return_type: bool) -> Option<Kind> {
    match body {
        Expr::AggregateFunction(_) => Some(Kind::Aggregate),
        Expr::WindowFunction(window) => match window.fun {
            WindowFunctionDefinition::AggregateUDF(_) => Some(Kind::Aggregate),
            WindowFunctionDefinition::WindowUDF(_) => Some(Kind::Window),
        },
        // A text is the name of a function only where it can't be a value: a value has a declared type.
        _ if !has_return_type => {
            let target = target_name(body)?;
            if state.table_functions().contains_key(&target) {
                Some(Kind::Table)
            } else if state.window_functions().contains_key(&target) {
                Some(Kind::Window)
            } else if state.aggregate_functions().contains_key(&target) {
                Some(Kind::Aggregate)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// The function that a body names, if it is a text: an optional `()` after the name is left out.
pub(super) fn target_name(body: &Expr) -> Option<String> {
    let text = text_of(body)?.trim();
    let name = text.strip_suffix("()").unwrap_or(text);
    Some(name.trim().to_lowercase())
}

/// The text that a body is.
pub(super) fn text_of(body: &Expr) -> Option<&str> {
    match body {
        Expr::Literal(value, _) => value.try_as_str().flatten(),
        _ => None,
    }
}
