//! The portable tier: the library's functions as capsules in a session of a stock `datafusion`.

use std::sync::Arc;

use codeanatomy_functions::Function;
use codeanatomy_runtime::{
    LibraryTableFunction, check_portable_names, portable_functions, portable_report,
    portable_settings, portable_table_functions,
};
use datafusion::catalog::TableFunctionImpl;
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udtf::FFI_TableFunction;
use datafusion_ffi::udwf::FFI_WindowUDF;
use datafusion_python_util::ffi_logical_codec_from_pycapsule;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::contract::build;
use crate::convert::to_python;
use crate::portable_host::{Host, raised};

/// Registers every function of the library in the session of a stock `datafusion`, and reports what the session then has.
#[pyfunction]
pub(crate) fn register<'py>(
    py: Python<'py>,
    ctx: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let host = Host::of(&ctx, "ctx", "SessionContext")?;
    let session = host.functions_of(&ctx)?;
    raised(py, || check_portable_names(&session))?;
    // Whatever can fail does so before the session changes.
    let functions = portable_functions()
        .into_iter()
        .map(|entry| host.import_function(entry.exported));
    let tables = portable_table_functions()
        .into_iter()
        .map(|entry| host.import_table_function(entry, &ctx));
    let functions = functions.chain(tables).collect::<PyResult<Vec<_>>>()?;
    for (register, function) in functions {
        ctx.call_method1(register, (function,))?;
    }
    let session = host.functions_of(&ctx)?;
    let version = host.version.clone();
    let report = raised(py, || portable_report(&session, &build(), version))?;
    to_python(py, &report)
}

/// The configuration with the library's settings, so that a session of it accepts `SET codeanatomy_udf.…`.
#[pyfunction]
pub(crate) fn with_settings(config: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    Host::of(&config, "config", "SessionConfig")?;
    config.call_method1("with_extension", (Settings,))
}

/// What `SessionConfig.with_extension` takes.
#[pyclass(frozen, module = "codeanatomy_portable")]
struct Settings;

#[pymethods]
impl Settings {
    #[expect(
        clippy::unused_self,
        reason = "the protocol of capsules asks an object"
    )]
    fn __datafusion_extension_options__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, portable_settings(), c"datafusion_extension_options")
    }
}

/// What `TableFunction` takes.
#[pyclass(frozen, module = "codeanatomy_portable")]
struct TableFunction(Arc<dyn TableFunctionImpl>);

#[pymethods]
impl TableFunction {
    fn __datafusion_table_function__<'py>(
        &self,
        session: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let py = session.py();
        let codec = ffi_logical_codec_from_pycapsule(session, None)?;
        // What such a table is made of waits for nothing, so that it needs no runtime.
        let function = FFI_TableFunction::new_with_ffi_codec(Arc::clone(&self.0), None, codec);
        PyCapsule::new_with_value(py, function, c"datafusion_table_function")
    }
}

impl<'py> Host<'py> {
    /// The table function as the host's own object, and the method that registers it.
    fn import_table_function(
        &self,
        entry: LibraryTableFunction,
        ctx: &Bound<'py, PyAny>,
    ) -> PyResult<(&'static str, Bound<'py, PyAny>)> {
        let class = self
            .package
            .getattr("user_defined")?
            .getattr("TableFunction")?;
        let function = class.call1((entry.name, TableFunction(entry.function), ctx))?;
        Ok(("register_udtf", function))
    }

    /// The function as the host's own object, made of a capsule, and the method that registers it.
    fn import_function(&self, function: Function) -> PyResult<(&'static str, Bound<'py, PyAny>)> {
        let py = self.package.py();
        let (class, capsule, register) = match function {
            Function::Scalar(function) => (
                "ScalarUDF",
                PyCapsule::new_with_value(
                    py,
                    FFI_ScalarUDF::from(function),
                    c"datafusion_scalar_udf",
                )?,
                "register_udf",
            ),
            Function::Aggregate(function) => (
                "AggregateUDF",
                PyCapsule::new_with_value(
                    py,
                    FFI_AggregateUDF::from(function),
                    c"datafusion_aggregate_udf",
                )?,
                "register_udaf",
            ),
            Function::Window(function) => (
                "WindowUDF",
                PyCapsule::new_with_value(
                    py,
                    FFI_WindowUDF::from(function),
                    c"datafusion_window_udf",
                )?,
                "register_udwf",
            ),
        };
        let class = self.package.getattr("user_defined")?.getattr(class)?;
        let function = class.call_method1("from_pycapsule", (capsule,))?;
        Ok((register, function))
    }
}
