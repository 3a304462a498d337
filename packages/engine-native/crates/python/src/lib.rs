//! The binding to Python: conversions, errors, the module. No logic.
//!
//! This library serves two modules from one file: `codeanatomy_engine._engine`, which is defined here, and `datafusion._internal`, which the linked
//! `datafusion-python` crate exports. So a `datafusion.SessionContext` of Python is an `Arc<SessionContext>` here, with no boundary between.
//!
//! A third one, `codeanatomy_portable._portable`, is for processes in which `datafusion` runs on its own library.

#[cfg(feature = "mimalloc")]
mod allocator;
mod async_function;
mod context;
mod contract;
mod convert;
mod dataset_writes;
mod datasets;
mod delta;
mod error;
mod event_loop;
mod expression;
mod graph;
mod guard;
mod install;
mod installation;
mod policed_session;
mod portable;
mod portable_host;
mod profile;
mod schema;
mod statement;
mod validation;
mod wait;

// Linking the crate makes the library export `PyInit__internal`.
use datafusion_python as _;

/// The native engine of CodeAnatomy.
#[pyo3::pymodule]
mod _engine {
    #[pymodule_export]
    use super::async_function::register_async_function;
    #[pymodule_export]
    use super::contract::{
        build_info, error_codes, extension_capabilities_report, plugin_abi,
        session_context_contract_probe, validate_extension_capabilities,
    };
    #[pymodule_export]
    use super::dataset_writes::{maintain_dataset, validate_dataset, write_dataset};
    #[pymodule_export]
    use super::datasets::{
        bootstrap_datasets, record_artifacts, register_datasets, registered_datasets,
        resolve_dataset_provider,
    };
    #[pymodule_export]
    use super::delta::DeltaLocation;
    #[pymodule_export]
    use super::expression::function_expression;
    #[pymodule_export]
    use super::graph::{QueryOutput, build_graph, graph_manifest, query_graph, register_graph};
    #[pymodule_export]
    use super::install::{
        install_codeanatomy_runtime, registry_snapshot, registry_snapshot_json,
        validate_required_functions,
    };
    #[pymodule_export]
    use super::installation::check_installation;
    #[pymodule_export]
    use super::statement::{create_function_sql, register_function, run_sql};
    #[pymodule_export]
    use super::validation::validate_rows;

    #[pymodule_export]
    use super::schema::SchemaRuntime;

    #[pymodule_export]
    use super::profile::{SessionProfile, new_session, profile_settings, resolve_profile};

    #[pymodule_init]
    #[expect(clippy::unnecessary_wraps, reason = "the signature is PyO3's")]
    fn init(_module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        #[cfg(feature = "mimalloc")]
        super::allocator::tune();
        Ok(())
    }
}

/// The portable tier of CodeAnatomy.
#[pyo3::pymodule]
mod _portable {
    #[pymodule_export]
    use super::contract::build_info;
    #[pymodule_export]
    use super::portable::{register, with_settings};
}
