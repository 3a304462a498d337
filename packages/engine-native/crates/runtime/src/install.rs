//! The one way the runtime gets into a session.

use std::sync::Arc;

use codeanatomy_delta::{DeltaRule, DeltaTableFactory};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_functions::collect::WindowNulls;
use codeanatomy_functions::{Function, FunctionSettings, functions};
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use datafusion::optimizer::{AnalyzerRule, OptimizerRule};
use serde::Serialize;

use crate::async_functions::{SeparateAsyncCalls, async_functions};
use crate::create_function::{CodeAnatomyFunctionFactory, is_ours};
use crate::operators::{LEFT_OUT, register_operators};
use crate::policy::{AsyncUdfPolicy, RuntimePolicy, StatementPolicy, enforce};
use crate::snapshot::{Snapshot, is_brought, snapshot_of};
use crate::table_functions::table_functions;

/// The version of [`InstallReport`]. It changes when a field changes its meaning or goes.
pub const CONTRACT_VERSION: u32 = 1;

/// What a session has after an install, read back from its state.
#[derive(Debug, Clone, Serialize)]
pub struct InstallReport {
    /// [`CONTRACT_VERSION`].
    pub contract_version: u32,
    /// Every function of the session that DataFusion does not bring.
    pub snapshot: Snapshot,
    /// Whether the session has the runtime's function factory, so that `CREATE FUNCTION` works.
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
    /// Which statements the session's policy allows.
    pub statements: StatementPolicy,
}

/// The policy a session was set up with; carried by its configuration, so that copies of the session's state keep it.
struct InstalledPolicy(RuntimePolicy);

/// Installs the runtime into the session, or leaves the session as it was.
///
/// A second call with the same policy repairs what was dropped and changes nothing else.
///
/// # Errors
///
/// - `runtime-policy-conflict`: the session has the runtime with another policy.
/// - `function-name-taken`: the session has another function under a name or alias of the library.
/// - `function-factory-taken`: the session has a function factory that is not the runtime's.
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
    let library = functions();
    let asynchronous = brought_async_functions(policy);
    {
        let state = context.state_ref();
        let mut state = state.write();
        check_policy(&state, policy)?;
        check_names(&state, library.iter().map(|entry| &entry.function))?;
        check_names(&state, asynchronous.iter())?;
        check_factory(&state)?;
        // Whatever fails below fails on this copy; the session changes by the one assignment at the end.
        let mut installed = state.clone();
        for entry in library {
            entry
                .function
                .configured(installed.config_options())
                .register(&mut installed)
                .map_err(|error| unexpected(&error))?;
        }
        for function in &asynchronous {
            function
                .register(&mut installed)
                .map_err(|error| unexpected(&error))?;
        }
        for entry in table_functions() {
            installed.register_udtf(entry.name, entry.function);
        }
        installed.set_function_factory(Arc::new(CodeAnatomyFunctionFactory {
            policy: policy.statements,
        }));
        install_delta(&mut installed);
        add_rule(WindowNulls::NAME, WindowNulls, &mut installed);
        enforce(policy.statements, &mut installed);
        register_operators(&mut installed, &policy.expr_planners)
            .map_err(|error| unexpected(&error))?;
        let config = installed.config_mut();
        config.set_extension(Arc::new(InstalledPolicy(policy.clone())));
        let extensions = &mut config.options_mut().extensions;
        if extensions.get::<FunctionSettings>().is_none() {
            extensions.insert(FunctionSettings::default());
        }
        *state = installed;
    }
    // DataFusion takes such rules through the context only. It can't fail.
    if !asynchronous.is_empty() && !has_separation(context) {
        context.add_optimizer_rule(Arc::new(SeparateAsyncCalls));
    }
    Ok(read_report(context))
}

/// What tables of `STORED AS DELTA` need: their factory, and the rule that keeps a query to one version and a statement to what it says.
fn install_delta(state: &mut SessionState) {
    for format in DeltaTableFactory::FORMATS {
        state
            .table_factories_mut()
            .insert(format.to_owned(), Arc::new(DeltaTableFactory));
    }
    add_rule(DeltaRule::NAME, DeltaRule, state);
}

/// Adds a rule of the analyzer, once.
fn add_rule(name: &str, rule: impl AnalyzerRule + Send + Sync + 'static, state: &mut SessionState) {
    let rules = &state.analyzer().rules;
    if !rules.iter().any(|known| known.name() == name) {
        state.add_analyzer_rule(Arc::new(rule));
    }
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
    let policy = policy_of(&state).unwrap_or_default();
    InstallReport {
        contract_version: CONTRACT_VERSION,
        snapshot: snapshot_of(&state),
        function_factory_installed: state.function_factory().is_some_and(is_ours),
        expr_planners_installed: !expr_planner_names.is_empty(),
        expr_planner_names,
        udf_installed: functions()
            .iter()
            .map(|entry| &entry.function)
            .chain(&brought_async_functions(&policy))
            .all(|function| is_registered(&state, function))
            && table_functions()
                .iter()
                .all(|entry| entry.is_registered(&state)),
        async_udf: policy.async_udf,
        statements: policy.statements,
    }
}

fn check_policy(state: &SessionState, policy: &RuntimePolicy) -> Result<()> {
    let Some(installed) = policy_of(state).filter(|installed| installed != policy) else {
        return Ok(());
    };
    let message = if installed.async_udf != policy.async_udf {
        format!(
            "Rust UDFs already registered with a different async policy. It is {:?}, not {:?}.",
            installed.async_udf, policy.async_udf
        )
    } else if installed.statements != policy.statements {
        format!(
            "the runtime is installed in this session with {:?}; it can't be installed again with {:?}",
            installed.statements, policy.statements
        )
    } else {
        format!(
            "the runtime is installed in this session with {:?}; it can't be installed again with {:?}",
            installed.expr_planners, policy.expr_planners
        )
    };
    Err(EngineError::new(ErrorCode::RuntimePolicyConflict, message)
        .with_detail("session_id", state.session_id())
        .with_hint("make a new session for another policy"))
}

fn check_names<'library>(
    state: &SessionState,
    library: impl Iterator<Item = &'library Function>,
) -> Result<()> {
    for function in library {
        for name in function.names() {
            let taken = registered(state, function, name)
                .filter(|taken| taken.implementation() != function.implementation())
                .filter(|taken| !is_brought(taken));
            if taken.is_some() {
                return Err(name_taken(name));
            }
        }
    }
    for entry in table_functions() {
        if entry.is_taken(state) {
            return Err(name_taken(entry.name));
        }
    }
    Ok(())
}

fn has_separation(context: &SessionContext) -> bool {
    let state = context.state_ref();
    let state = state.read();
    let rules = &state.optimizer().rules;
    rules
        .iter()
        .any(|rule| rule.name() == SeparateAsyncCalls.name())
}

/// The asynchronous functions that a session of this policy gets from the library.
fn brought_async_functions(policy: &RuntimePolicy) -> Vec<Function> {
    let limits = policy.async_udf.limits();
    limits
        .map_or_else(Vec::new, async_functions)
        .into_iter()
        .map(Function::from)
        .collect()
}

fn check_factory(state: &SessionState) -> Result<()> {
    match state.function_factory() {
        Some(factory) if !is_ours(factory) => Err(EngineError::new(
            ErrorCode::FunctionFactoryTaken,
            format!("the session has another function factory already: {factory:?}"),
        )
        .with_detail("session_id", state.session_id())
        .with_hint("install the runtime in a session without a function factory")),
        _ => Ok(()),
    }
}

pub(crate) fn name_taken(name: &str) -> EngineError {
    EngineError::new(
        ErrorCode::FunctionNameTaken,
        format!("the session has another function named '{name}'"),
    )
    .with_detail("function", name)
    .with_hint("install the runtime first, or register the other function under another name")
}

fn is_registered(state: &SessionState, function: &Function) -> bool {
    function.names().all(|name| {
        registered(state, function, name)
            .is_some_and(|found| found.implementation() == function.implementation())
    })
}

/// The function of that name that the session has, of the same kind.
fn registered(state: &SessionState, kind: &Function, name: &str) -> Option<Function> {
    match kind {
        Function::Scalar(_) => {
            let function = state.scalar_functions().get(name)?;
            Some(Function::Scalar(Arc::clone(function)))
        }
        Function::Aggregate(_) => {
            let function = state.aggregate_functions().get(name)?;
            Some(Function::Aggregate(Arc::clone(function)))
        }
        Function::Window(_) => {
            let function = state.window_functions().get(name)?;
            Some(Function::Window(Arc::clone(function)))
        }
    }
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
        .filter(|planner| planner != LEFT_OUT && !defaults.contains(planner))
        .collect()
}

fn unexpected(error: &datafusion::error::DataFusionError) -> EngineError {
    EngineError::new(ErrorCode::InternalError, error.strip_backtrace())
}
