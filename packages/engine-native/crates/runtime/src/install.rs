//! The one way the runtime gets into a session.

use std::any::{Any, TypeId};
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_functions::{LibraryFunction, functions};
use datafusion::execution::FunctionRegistry;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::ScalarUDF;
use serde::Serialize;

use crate::policy::{AsyncUdfPolicy, RuntimePolicy};
use crate::snapshot::{Snapshot, snapshot_of};

/// The version of [`InstallReport`]. It changes when a field changes its meaning or goes.
pub const CONTRACT_VERSION: u32 = 1;

/// What a session has after an install, read back from its state.
#[derive(Debug, Clone, Serialize)]
pub struct InstallReport {
    /// [`CONTRACT_VERSION`].
    pub contract_version: u32,
    /// Every function of the session that DataFusion does not bring.
    pub snapshot: Snapshot,
    /// Whether the session has a function factory, so that `CREATE FUNCTION` works.
    pub function_factory_installed: bool,
    /// Whether the session has operators beyond DataFusion's own.
    pub expr_planners_installed: bool,
    /// The planners of these operators.
    pub expr_planner_names: Vec<String>,
    /// Whether every function of the library is registered under its name and all aliases.
    pub udf_installed: bool,
    /// The policy of asynchronous functions that the session keeps.
    #[serde(rename = "async")]
    pub async_udf: AsyncUdfPolicy,
}

/// The policy a session was set up with; carried by its configuration, so that copies of the session's state keep it.
struct InstalledPolicy(RuntimePolicy);

/// Installs the runtime into the session, or leaves the session as it was.
///
/// A second call with the same policy repairs what was dropped and changes nothing else.
///
/// # Errors
///
/// - `invalid-option`: the policy asks for something that the engine does not have.
/// - `runtime-policy-conflict`: the session has the runtime with another policy.
/// - `function-name-taken`: the session has another function under a name or alias of the library.
///
/// ```
/// use codeanatomy_runtime::{RuntimePolicy, install};
/// use datafusion::prelude::SessionContext;
///
/// let context = SessionContext::new();
/// let report = install(&context, &RuntimePolicy::default())?;
/// assert!(report.udf_installed);
/// assert_eq!(install(&context, &RuntimePolicy::default())?.snapshot.hash, report.snapshot.hash);
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn install(context: &SessionContext, policy: &RuntimePolicy) -> Result<InstallReport> {
    policy.validate()?;
    let library = functions();
    {
        let state = context.state_ref();
        let mut state = state.write();
        check_policy(&state, policy)?;
        check_names(&state, &library)?;
        // Whatever fails below fails on this copy; the session changes by the one assignment at the end.
        let mut installed = state.clone();
        for entry in library {
            installed
                .register_udf(entry.function)
                .map_err(|error| unexpected(&error))?;
        }
        installed
            .config_mut()
            .set_extension(Arc::new(InstalledPolicy(policy.clone())));
        *state = installed;
    }
    Ok(read_report(context))
}

/// The policy the session was set up with; `None` if the runtime is not installed in it.
#[must_use]
pub fn installed_policy(context: &SessionContext) -> Option<RuntimePolicy> {
    policy_of(&context.state_ref().read())
}

pub(crate) fn policy_of(state: &SessionState) -> Option<RuntimePolicy> {
    let installed = state.config().get_extension::<InstalledPolicy>()?;
    Some(installed.0.clone())
}

/// Reads the report from the session's state.
pub(crate) fn read_report(context: &SessionContext) -> InstallReport {
    let state = context.state_ref();
    let state = state.read();
    let expr_planner_names = custom_expr_planners(&state);
    InstallReport {
        contract_version: CONTRACT_VERSION,
        snapshot: snapshot_of(&state),
        function_factory_installed: state.function_factory().is_some(),
        expr_planners_installed: !expr_planner_names.is_empty(),
        expr_planner_names,
        udf_installed: functions()
            .iter()
            .all(|entry| names(entry).all(|name| registered(&state, name) == Some(type_of(entry)))),
        async_udf: policy_of(&state).unwrap_or_default().async_udf,
    }
}

fn check_policy(state: &SessionState, policy: &RuntimePolicy) -> Result<()> {
    match policy_of(state) {
        Some(installed) if installed != *policy => Err(EngineError::new(
            ErrorCode::RuntimePolicyConflict,
            format!(
                "the runtime is installed in this session with {:?}; it can't be installed again with {:?}",
                installed.async_udf, policy.async_udf
            ),
        )
        .with_detail("session_id", state.session_id())
        .with_hint("make a new session for another policy")),
        _ => Ok(()),
    }
}

fn check_names(state: &SessionState, library: &[LibraryFunction]) -> Result<()> {
    for entry in library {
        for name in names(entry) {
            if registered(state, name).is_some_and(|taken| taken != type_of(entry)) {
                return Err(EngineError::new(
                    ErrorCode::FunctionNameTaken,
                    format!("the session has another function named '{name}'"),
                )
                .with_detail("function", name)
                .with_hint(
                    "install the runtime first, or register the other function under another name",
                ));
            }
        }
    }
    Ok(())
}

fn names(entry: &LibraryFunction) -> impl Iterator<Item = &str> {
    let aliases = entry.function.aliases().iter().map(String::as_str);
    std::iter::once(entry.function.name()).chain(aliases)
}

/// The concrete type behind the scalar function of that name.
fn registered(state: &SessionState, name: &str) -> Option<TypeId> {
    state
        .scalar_functions()
        .get(name)
        .map(|function| concrete_type(function))
}

fn type_of(entry: &LibraryFunction) -> TypeId {
    concrete_type(&entry.function)
}

fn concrete_type(function: &ScalarUDF) -> TypeId {
    let implementation: &dyn Any = function.inner().as_ref();
    implementation.type_id()
}

/// The planners of operators that DataFusion does not bring. They have no name but that of their type.
fn custom_expr_planners(state: &SessionState) -> Vec<String> {
    let name = |debug: String| {
        let end = debug.find([' ', '(', '{']).unwrap_or(debug.len());
        debug[..end].to_owned()
    };
    let defaults: Vec<_> = SessionStateDefaults::default_expr_planners()
        .iter()
        .map(|planner| name(format!("{planner:?}")))
        .collect();
    state
        .expr_planners()
        .iter()
        .map(|planner| name(format!("{planner:?}")))
        .filter(|planner| !defaults.contains(planner))
        .collect()
}

fn unexpected(error: &datafusion::error::DataFusionError) -> EngineError {
    EngineError::new(ErrorCode::InternalError, error.strip_backtrace())
}
