//! Calls of the library's functions as expressions, with no session.

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use codeanatomy_functions::{Function, functions};
use datafusion::logical_expr::Expr;

/// A call of the library's function of that name or alias, whatever the case.
///
/// The function itself is part of the expression, so that it works in every session. What it takes is checked when the expression is
/// planned.
///
/// # Errors
///
/// `function-unknown`: the library has no such function. Those of DataFusion are in `datafusion.functions`.
///
/// ```
/// use codeanatomy_runtime::function_expression;
/// use datafusion::prelude::lit;
///
/// let call = function_expression("hash64", vec![lit("spam")])?;
/// assert_eq!(call.to_string(), "stable_hash64(Utf8(\"spam\"))");
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn function_expression(name: &str, arguments: Vec<Expr>) -> Result<Expr> {
    let library = functions();
    let function = library
        .iter()
        .map(|entry| &entry.function)
        .find(|function| function.names().any(|own| own.eq_ignore_ascii_case(name)));
    match function {
        Some(Function::Scalar(function)) => Ok(function.call(arguments)),
        Some(Function::Aggregate(function)) => Ok(function.call(arguments)),
        Some(Function::Window(function)) => Ok(function.call(arguments)),
        None => {
            let names = library.iter().flat_map(|entry| entry.function.names());
            let meant = match nearest_name(name, names) {
                Some(nearest) => format!(" (is '{nearest}' meant?)"),
                None => String::new(),
            };
            Err(EngineError::new(
                ErrorCode::FunctionUnknown,
                format!("the library has no function '{name}'{meant}"),
            )
            .with_detail("function", name)
            .with_hint("functions of DataFusion itself are in datafusion.functions"))
        }
    }
}

#[cfg(test)]
mod tests {
    use codeanatomy_errors::ErrorCode;
    use codeanatomy_functions::functions;
    use datafusion::prelude::lit;

    use super::function_expression;

    #[test]
    fn every_name_and_alias_is_a_call_of_its_function() {
        let mut seen = 0;
        for entry in functions() {
            let own = entry.function.name();
            for name in entry.function.names() {
                let call = function_expression(&name.to_uppercase(), vec![lit(1)]).unwrap();
                assert!(call.to_string().starts_with(&format!("{own}(")), "{call}");
                seen += 1;
            }
        }
        assert!(seen >= 7, "{seen}");
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest() {
        let error = function_expression("stable_idd", Vec::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FunctionUnknown);
        assert_eq!(error.details()["function"], "stable_idd");
        assert!(
            error.message().ends_with("(is 'stable_id' meant?)"),
            "{error}"
        );
        let error = function_expression("zzzzzzzz", Vec::new()).unwrap_err();
        assert!(!error.message().contains("meant"), "{error}");
    }
}
