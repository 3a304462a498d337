//! Registers asynchronous functions of users.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;

use super::declaration::AsyncFunction;
use super::limited::function_of;
use crate::install::policy_of;
use crate::snapshot::is_brought_name;

/// Registers the function in a session whose policy allows asynchronous functions. `replace` takes one of the same name away.
///
/// # Errors
///
/// - `async-functions-disabled`: the runtime is not installed in the session, or with asynchronous functions disabled.
/// - `function-name-taken`: DataFusion or the library has a function of that name, or the session has one and `replace` is false.
/// - `invalid-option`: the name is empty.
pub fn register_async_function(
    context: &SessionContext,
    function: AsyncFunction,
    replace: bool,
) -> Result<()> {
    let name = function.name.clone();
    if name.is_empty() {
        return Err(
            EngineError::new(ErrorCode::InvalidOption, "the function has no name")
                .with_detail("option", "name")
                .with_hint("pass name="),
        );
    }
    let state = context.state_ref();
    let mut state = state.write();
    let limits = policy_of(&state).and_then(|policy| policy.async_udf.limits());
    let Some(limits) = limits else {
        return Err(EngineError::new(
            ErrorCode::AsyncFunctionsDisabled,
            format!("'{name}' can't be registered: the session has no asynchronous functions"),
        )
        .with_detail("function", name)
        .with_hint(
            "make the session with the settings async.enabled, async.timeout_ms and async.batch_size of its profile",
        ));
    };
    let taken = |hint: &str| {
        EngineError::new(
            ErrorCode::FunctionNameTaken,
            format!("the session has another function named '{name}'"),
        )
        .with_detail("function", name.clone())
        .with_hint(hint)
    };
    if is_brought_name(&name) {
        return Err(taken("register the function under another name"));
    }
    if state.scalar_functions().contains_key(&name) && !replace {
        return Err(taken(
            "pass replace=True to put this one in its place, or register it under another name",
        ));
    }
    let function = std::sync::Arc::new(function_of(function, limits));
    datafusion::execution::FunctionRegistry::register_udf(&mut *state, function)
        .map_err(|error| EngineError::new(ErrorCode::InternalError, error.strip_backtrace()))?;
    Ok(())
}
