//! Profiles: resolved once, shown, and made sessions of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use codeanatomy_errors::Result;
use codeanatomy_runtime::{
    Layer, Profile, configuration_layers, install, new_session as native_session,
    setting_descriptions,
};
use datafusion::execution::context::SessionContext;
use datafusion_python::context::{PyRuntimeEnvBuilder, PySessionConfig, PySessionContext};
use pyo3::prelude::*;

use crate::convert::to_python;
use crate::guard::run_native;
use crate::policed_session::PolicedSession;

/// A profile whose layers are resolved.
#[pyclass(frozen, module = "codeanatomy_engine")]
pub(crate) struct SessionProfile {
    profile: Arc<Profile>,
}

#[pymethods]
impl SessionProfile {
    /// The class, every setting with its value and origin, and the hashes.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &*self.profile)
    }

    fn __repr__(&self) -> String {
        format!(
            "SessionProfile(class={}, profile_hash={})",
            self.profile.class, self.profile.profile_hash
        )
    }
}

/// Resolves a profile: what `argument` states (JSON), then `environment`, then the configuration files in `directory` or above it.
#[pyfunction]
#[pyo3(signature = (argument = None, *, environment = BTreeMap::new(), directory = None))]
pub(crate) fn resolve_profile(
    py: Python<'_>,
    argument: Option<String>,
    environment: BTreeMap<String, String>,
    directory: Option<PathBuf>,
) -> PyResult<SessionProfile> {
    let profile = run_native(py, || {
        let mut layers = Vec::new();
        if let Some(argument) = argument {
            layers.push(Layer::from_json("argument", &argument)?);
        }
        let variables = environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        layers.push(Layer::from_environment(variables)?);
        if let Some(directory) = directory {
            layers.extend(configuration_layers(&directory)?);
        }
        Profile::resolve(&layers)
    })?;
    Ok(SessionProfile {
        profile: Arc::new(profile),
    })
}

/// Every setting of a profile with what it accepts.
#[pyfunction]
pub(crate) fn profile_settings(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &setting_descriptions())
}

/// Makes a session of the profile with the runtime installed: what a `datafusion.SessionContext` holds as `ctx`.
#[pyfunction]
pub(crate) fn new_session<'py>(
    py: Python<'py>,
    profile: &SessionProfile,
) -> PyResult<Bound<'py, PyAny>> {
    let (config, builder, policy) = run_native(py, || {
        let profile = &profile.profile;
        Ok((
            profile.session_config()?,
            profile.runtime_env(),
            profile.policy()?,
        ))
    })?;
    // datafusion-python's own constructor, so that the session has all that it adds to one.
    let session = PySessionContext::new(
        Some(PySessionConfig::from(config)),
        Some(PyRuntimeEnvBuilder { builder }),
    )?;
    let context = Arc::clone(&session.ctx);
    run_native(py, || install(&context, &policy))?;
    let policed = PolicedSession::of(session, policy.statements);
    Ok(Bound::new(py, policed)?.into_any())
}

/// A session for native work alone; of the given profile, or of the machine's.
pub(crate) fn session_of(profile: Option<&SessionProfile>) -> Result<SessionContext> {
    match profile {
        Some(chosen) => native_session(&chosen.profile),
        None => native_session(&Profile::resolve(&[])?),
    }
}
