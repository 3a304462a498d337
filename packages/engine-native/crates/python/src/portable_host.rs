//! The stock `datafusion` of a process: whether capsules fit it, and what its sessions have.

use std::fs;
use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_runtime::check_host_version;
use datafusion::execution::TaskContext;
use datafusion_python_util::{
    ffi_logical_codec_from_pycapsule, ffi_task_context_provider_from_pycapsule,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::exception_of;
use crate::guard::catch_native;
use crate::installation::installed_datafusion;

/// The exceptions as this tier has them: importing them from the engine's package would bind it.
const ERRORS: &str = "codeanatomy_portable.errors";
const PACKAGE: &str = "datafusion";
const OWN_MODULE: &str = "codeanatomy_portable._portable";
const INTERNAL_MODULE: &str = "datafusion._internal";

/// The loaded package `datafusion`, which capsules fit.
pub(crate) struct Host<'py> {
    pub(crate) package: Bound<'py, PyAny>,
    pub(crate) version: String,
}

impl<'py> Host<'py> {
    /// The host of an object of this class. It is looked at before any capsule is made or taken.
    ///
    /// An object of another class is a `TypeError`; a host that capsules don't fit, or do not have to, a broken contract.
    pub(crate) fn of(object: &Bound<'py, PyAny>, name: &str, class: &str) -> PyResult<Self> {
        let py = object.py();
        let Some(package) = package_of(object, class)? else {
            return Err(PyTypeError::new_err(format!(
                "{name} must be a datafusion.{class}, got {}",
                object.get_type().fully_qualified_name()?
            )));
        };
        let version: String = package.getattr("__version__")?.extract()?;
        let installed = installed_datafusion(py)?;
        let is_native = is_served_by_this_library(py)?;
        raised(py, || {
            check_host_version(&version)?;
            installed.as_deref().map_or(Ok(()), check_host_version)?;
            if is_native {
                Err(native_host())
            } else {
                Ok(())
            }
        })?;
        Ok(Self { package, version })
    }

    /// The functions that the session has now.
    pub(crate) fn functions_of(&self, ctx: &Bound<'py, PyAny>) -> PyResult<Arc<TaskContext>> {
        let py = ctx.py();
        // Of what a session hands out, this alone has a version inside: a `datafusion` that tells another one than it is built with is found here.
        ffi_logical_codec_from_pycapsule(ctx.clone(), None).map_err(|error| {
            let broken = broken(format!(
                "the session's capsules are not those of datafusion {}: {}",
                self.version,
                error.value(py)
            ))
            .with_hint(format!(
                "install a wheel of datafusion {} as it is on PyPI",
                self.version
            ));
            exception_of(py, ERRORS, &broken)
        })?;
        let provider = ffi_task_context_provider_from_pycapsule(ctx)?;
        raised(py, || {
            Arc::<TaskContext>::try_from(&provider)
                .map_err(|error| EngineError::new(ErrorCode::InternalError, error.to_string()))
        })
    }
}

/// Runs native work; an error or a panic of it becomes an exception of this tier.
pub(crate) fn raised<Output: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<Output> + Send,
) -> PyResult<Output> {
    catch_native(py, work).map_err(|error| exception_of(py, ERRORS, &error))
}

fn broken(message: String) -> EngineError {
    EngineError::new(ErrorCode::SessionContractBroken, message)
}

fn native_host() -> EngineError {
    broken("the session is native: datafusion runs on the engine itself".to_owned()).with_hint(
        "use codeanatomy_engine.install_codeanatomy_runtime(ctx), which has everything; \
         for the portable tier start a process that does not import codeanatomy, without early binding",
    )
}

/// The package whose class of that name the object has; nothing is imported for it.
fn package_of<'py>(object: &Bound<'py, PyAny>, class: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let modules = object.py().import("sys")?.getattr("modules")?;
    let Ok(package) = modules.get_item(PACKAGE) else {
        return Ok(None);
    };
    let is_instance = object.is_instance(&package.getattr(class)?)?;
    Ok(is_instance.then_some(package))
}

fn is_served_by_this_library(py: Python<'_>) -> PyResult<bool> {
    let file =
        |module: &str| -> PyResult<String> { py.import(module)?.getattr("__file__")?.extract() };
    let (own, internal) = (file(OWN_MODULE)?, file(INTERNAL_MODULE)?);
    // One file may be known by several paths.
    let real = |path: String| fs::canonicalize(&path).unwrap_or_else(|_| path.into());
    Ok(real(own) == real(internal))
}
