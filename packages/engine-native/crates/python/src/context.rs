//! Takes the native session out of a `datafusion.SessionContext`.

use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode};
use datafusion::execution::context::SessionContext;
use datafusion_python::context::PySessionContext;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::to_python_error;

/// The native session of a `datafusion.SessionContext` or of its `.ctx`.
///
/// Anything else is a `TypeError`. A session of another copy of the library is a broken contract, not a wrong argument.
pub(crate) fn native_session(object: &Bound<'_, PyAny>) -> PyResult<Arc<SessionContext>> {
    if let Some(context) = own_session(object) {
        return Ok(context);
    }
    // Only DataFusion's wrapper has its native object under this name; an attribute of anything else is left alone.
    let is_wrapper = object.hasattr("ctx")? && is_named(object, "SessionContext");
    if is_wrapper {
        let inner = object.getattr("ctx")?;
        if let Some(context) = own_session(&inner) {
            return Ok(context);
        }
        if is_named(&inner, "SessionContext") {
            return Err(foreign_session(&inner));
        }
    }
    let class = object.get_type();
    if class.name()? == "SessionContext" && class.module()?.to_string().starts_with("datafusion") {
        return Err(foreign_session(object));
    }
    Err(PyTypeError::new_err(format!(
        "ctx must be a datafusion.SessionContext or its .ctx, got {}",
        class.fully_qualified_name()?
    )))
}

fn own_session(object: &Bound<'_, PyAny>) -> Option<Arc<SessionContext>> {
    let context = object.cast::<PySessionContext>().ok()?;
    Some(Arc::clone(&context.get().ctx))
}

/// Whether the object's class, or one that it derives from, has that name.
fn is_named(object: &Bound<'_, PyAny>, name: &str) -> bool {
    object.get_type().mro().iter().any(|class| {
        class
            .getattr("__name__")
            .is_ok_and(|own| own.eq(name).unwrap_or(false))
    })
}

fn foreign_session(object: &Bound<'_, PyAny>) -> PyErr {
    let origin = object
        .get_type()
        .fully_qualified_name()
        .map_or_else(|_| "SessionContext".to_owned(), |name| name.to_string());
    to_python_error(
        object.py(),
        EngineError::new(
            ErrorCode::SessionContractBroken,
            format!("the session is a {origin} of another copy of DataFusion's native library"),
        )
        .with_hint("import codeanatomy before datafusion, and make the session after that"),
    )
}
