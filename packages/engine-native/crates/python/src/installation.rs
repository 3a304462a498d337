//! Whether this library is the one that the installed `datafusion` runs on.

use std::path::{Path, PathBuf};

use codeanatomy_errors::{EngineError, ErrorCode};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

use crate::contract::build;
use crate::error::to_python_error;

const INTERNAL_MODULE: &str = "datafusion._internal";

/// Raises `SessionContextContractError` unless this library is the one that the installed `datafusion` runs on, or will.
#[pyfunction]
pub(crate) fn check_installation(py: Python<'_>) -> PyResult<()> {
    match broken_contract(py)? {
        Some(error) => Err(to_python_error(py, error)),
        None => Ok(()),
    }
}

/// What keeps this library from serving the installed `datafusion`, if anything does.
pub(crate) fn broken_contract(py: Python<'_>) -> PyResult<Option<EngineError>> {
    let expected = build().datafusion_python;
    let broken = |message: String| EngineError::new(ErrorCode::SessionContractBroken, message);
    let Some(installed) = installed_datafusion(py)? else {
        return Ok(Some(
            broken(format!(
                "the Python package datafusion is not installed; the engine needs datafusion {expected}"
            ))
            .with_hint(format!("pip install datafusion=={expected}")),
        ));
    };
    if installed != expected {
        return Ok(Some(
            broken(format!(
                "datafusion {installed} is installed; the engine is built for datafusion {expected} and works with no other"
            ))
            .with_detail("expected", expected)
            .with_detail("installed", installed)
            .with_hint(format!("pip install datafusion=={expected}")),
        ));
    }
    let own = own_file(py)?;
    let Some(loaded) = loaded_internal_file(py)?.filter(|loaded| *loaded != own) else {
        return Ok(None);
    };
    Ok(Some(
        broken(format!(
            "datafusion was imported before the engine, so that {INTERNAL_MODULE} is another library ({loaded})"
        ))
        .with_detail("loaded", loaded)
        .with_detail("expected", own)
        .with_hint(
            "import codeanatomy before datafusion and before packages that import it; \
             where you can't, run 'python -m codeanatomy_engine.early_binding --enable' once in this environment",
        ),
    ))
}

/// The version of the installed distribution `datafusion`; `None` if there is none.
pub(crate) fn installed_datafusion(py: Python<'_>) -> PyResult<Option<String>> {
    // importlib.metadata takes longer to import than the engine, and is asked only where the expected version does not lie where `datafusion` does.
    let expected = build().datafusion_python;
    if import_directory(py, "datafusion")?.is_some_and(|directory| {
        directory
            .join(format!("datafusion-{expected}.dist-info"))
            .is_dir()
    }) {
        return Ok(Some(expected.to_owned()));
    }
    let metadata = py.import("importlib.metadata")?;
    match metadata.call_method1("version", ("datafusion",)) {
        Ok(version) => Ok(Some(version.extract()?)),
        Err(error) if error.is_instance_of::<PyImportError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The entry of `sys.path` from which the package is, or would be, imported; `None` if it does not come from a directory.
fn import_directory(py: Python<'_>, package: &str) -> PyResult<Option<PathBuf>> {
    let entries = py.import("sys")?.getattr("path")?;
    for entry in entries.try_iter()? {
        // Whatever is no path is for other finders.
        let Ok(entry) = entry?.extract::<PathBuf>() else {
            continue;
        };
        let directory = if entry.as_os_str().is_empty() {
            Path::new(".").to_owned()
        } else {
            entry
        };
        if directory.join(package).join("__init__.py").is_file() {
            return Ok(Some(directory));
        }
    }
    Ok(None)
}

/// The file that this library was loaded from.
fn own_file(py: Python<'_>) -> PyResult<String> {
    py.import("codeanatomy_engine._engine")?
        .getattr("__file__")?
        .extract()
}

/// The file that serves `datafusion._internal`; `None` if it is not loaded yet.
fn loaded_internal_file(py: Python<'_>) -> PyResult<Option<String>> {
    let modules = py.import("sys")?.getattr("modules")?;
    let Ok(module) = modules.get_item(INTERNAL_MODULE) else {
        return Ok(None);
    };
    module.getattr("__file__")?.extract().map(Some)
}
