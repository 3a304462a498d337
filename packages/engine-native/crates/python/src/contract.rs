//! The session contract: what this library is, and whether it fits what is installed.

use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_runtime::{
    BuildInfo, Capabilities, PLUGIN_ABI, PluginAbi, UdfCounts, capabilities,
    registry_snapshot as snapshot_of_session,
};
use pyo3::prelude::*;
use serde::Serialize;

use crate::context::native_session;
use crate::convert::to_python;
use crate::error::to_python_error;
use crate::guard::run_native;
use crate::installation::{broken_contract, installed_datafusion};

/// What this library was built from.
pub(crate) fn build() -> BuildInfo {
    let features = env!("ENGINE_FEATURES").split(',').collect();
    codeanatomy_runtime::build_info(features, env!("ENGINE_SOURCES"))
}

/// The version of the engine's interface: `{"major": int, "minor": int}`.
#[pyfunction]
pub(crate) fn plugin_abi(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &PLUGIN_ABI)
}

/// Versions, profile, features and hash of this build.
#[pyfunction]
pub(crate) fn build_info(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &build())
}

/// Every error code with its stage, exception class and meaning, in the order of the registry.
#[pyfunction]
pub(crate) fn error_codes(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    #[derive(Serialize)]
    struct Entry {
        code: &'static str,
        stage: &'static str,
        python_class: &'static str,
        description: &'static str,
    }
    let entries: Vec<_> = ErrorCode::ALL
        .iter()
        .map(|code| Entry {
            code: code.as_str(),
            stage: code.stage().as_str(),
            python_class: code.python_class(),
            description: code.description(),
        })
        .collect();
    to_python(py, &entries)
}

#[derive(Serialize)]
struct CapabilitiesReport {
    available: bool,
    compatible: bool,
    expected_plugin_abi: PluginAbi,
    observed_plugin_abi: Option<PluginAbi>,
    snapshot: Capabilities,
    error: Option<String>,
}

fn capabilities_report(py: Python<'_>) -> PyResult<(CapabilitiesReport, Option<EngineError>)> {
    let error = broken_contract(py)?;
    let snapshot = run_native(py, || capabilities(&build()))?;
    let report = CapabilitiesReport {
        available: true,
        compatible: error.is_none(),
        expected_plugin_abi: PLUGIN_ABI,
        // Sessions come from whatever serves `datafusion._internal`: where that is not this library, they have no such interface.
        observed_plugin_abi: error.is_none().then_some(PLUGIN_ABI),
        snapshot,
        error: error.as_ref().map(ToString::to_string),
    };
    Ok((report, error))
}

/// What the engine can do and whether it fits the installed `datafusion`. Never raises for a broken contract: it is reported.
#[pyfunction]
pub(crate) fn extension_capabilities_report(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &capabilities_report(py)?.0)
}

/// The capabilities report, and in strict mode an error unless the contract holds, for the session too if one is given.
#[pyfunction]
#[pyo3(signature = (*, strict = true, ctx = None))]
pub(crate) fn validate_extension_capabilities<'py>(
    py: Python<'py>,
    strict: bool,
    ctx: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (report, broken) = capabilities_report(py)?;
    let report = to_python(py, &report)?;
    let error = match (broken, ctx) {
        (Some(broken), _) => Some(to_python_error(py, broken)),
        (None, Some(ctx)) => native_session(&ctx).err(),
        (None, None) => None,
    };
    let Some(error) = error else {
        return Ok(report);
    };
    let contract_error = py
        .import("codeanatomy_engine.errors")?
        .getattr("SessionContextContractError")?;
    if !error.value(py).is_instance(&contract_error)? {
        // An argument that is no session at all is a mistake of the caller in either mode.
        return Err(error);
    }
    report.set_item("compatible", false)?;
    report.set_item("observed_plugin_abi", py.None())?;
    report.set_item("error", error.value(py).str()?)?;
    if strict {
        error.value(py).setattr("report", report)?;
        return Err(error);
    }
    Ok(report)
}

#[derive(Serialize)]
struct Versions {
    python: Option<String>,
    native: &'static str,
}

#[derive(Serialize)]
struct Probe {
    ok: bool,
    tier: &'static str,
    plugin_abi: PluginAbi,
    udf_counts: UdfCounts,
    registry_hash: String,
    session_id: String,
    datafusion: Versions,
}

/// Looks at a session and says what the engine sees in it. Raises if the session is none of this library's.
#[pyfunction]
pub(crate) fn session_context_contract_probe<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = native_session(&ctx)?;
    let snapshot = run_native(py, || Ok(snapshot_of_session(&session)))?;
    let python = installed_datafusion(py)?;
    let native = build().datafusion_python;
    to_python(
        py,
        &Probe {
            ok: python.as_deref() == Some(native),
            tier: "native",
            plugin_abi: PLUGIN_ABI,
            udf_counts: UdfCounts::from(&snapshot),
            registry_hash: snapshot.hash,
            session_id: session.session_id(),
            datafusion: Versions { python, native },
        },
    )
}
