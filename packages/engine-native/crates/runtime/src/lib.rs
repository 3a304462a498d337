//! Installs the native runtime into a DataFusion session, and reports truthfully what a session has.
//!
//! [`install`] is the one entry point: it is transactional and idempotent. Everything that is reported ([`InstallReport`], [`Snapshot`],
//! [`Capabilities`]) is read back from a session's state or from the build, never from intent.

mod async_functions;
mod build_info;
mod capabilities;
mod create_function;
mod expression;
mod failure;
mod install;
mod operators;
mod policy;
mod portable;
mod profile;
mod required;
mod session;
mod snapshot;
mod statement;
mod table_functions;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use async_functions::{AsyncFunction, AsyncKernel, register_async_function};
pub use build_info::{BuildInfo, build_info};
pub use capabilities::{
    Availability, Capabilities, PLUGIN_ABI, PluginAbi, UdfCounts, capabilities,
};
pub use create_function::{
    CreateFunctionConfig, FunctionArgument, create_function_sql, register_function,
};
pub use expression::function_expression;
pub use failure::engine_error;
pub use install::{CONTRACT_VERSION, InstallReport, install, installed_policy};
pub use policy::{AsyncLimits, AsyncUdfPolicy, ExprPlanners, RuntimePolicy, StatementPolicy};
pub use portable::{
    Loss, PORTABLE_CONTRACT_VERSION, PortableFunction, PortableReport, PortableVersions,
    RegisteredFunction, capsule_version, check_host_version, check_portable_names,
    portable_functions, portable_report, portable_settings, portable_table_functions,
};
pub use profile::{
    Class, DeclaredScanPolicy, Layer, Profile, ResolvedSetting, SessionScanPolicy,
    SettingDescription, Value, configuration_layers, session_scan_policy, setting_descriptions,
};
pub use required::{REQUIRED_FUNCTIONS, validate_required_functions};
pub use session::new_session;
pub use snapshot::{FunctionDocumentation, Snapshot, registry_snapshot};
pub use statement::run_sql;
pub use table_functions::{LibraryTableFunction, table_functions};
