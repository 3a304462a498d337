//! The library's table functions behind a capsule: the registry of the session that scans them, as far as another library can see it.

use std::sync::Arc;

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::context::SessionContext;

use super::functions::portable_functions;
use super::guard::guarded;
use crate::snapshot::{Snapshot, snapshot_of};
use crate::table_functions::{LibraryTableFunction, registry_functions};

/// The table functions that show what a session has, as a capsule holds them. Those on Delta tables stay in the native tier: they read and plan
/// in the engine's session, which another library does not have.
///
/// ```
/// let functions = codeanatomy_runtime::portable_table_functions();
/// assert!(functions.iter().any(|entry| entry.name == "udf_docs"));
/// ```
#[must_use]
pub fn portable_table_functions() -> Vec<LibraryTableFunction> {
    let guard = |entry: LibraryTableFunction| LibraryTableFunction {
        function: Arc::new(PortableTableFunction {
            name: entry.name,
            function: entry.function,
        }),
        ..entry
    };
    registry_functions().into_iter().map(guard).collect()
}

/// A table function whose panics are errors.
#[derive(Debug)]
struct PortableTableFunction {
    name: &'static str,
    function: Arc<dyn TableFunctionImpl>,
}

impl TableFunctionImpl for PortableTableFunction {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>> {
        guarded(self.name, || self.function.call_with_args(arguments))
    }
}

/// What a session of another library has of the library. Its further functions are opaque here; it hands our own out as they were.
pub(crate) fn portable_snapshot(session: &TaskContext) -> Result<Snapshot> {
    guarded("the registry", || {
        let registry = SessionContext::new();
        let state = registry.state_ref();
        let mut state = state.write();
        for entry in portable_functions() {
            if !entry.registered_names(session).is_empty() {
                entry.exported.register(&mut *state)?;
            }
        }
        for entry in registry_functions() {
            state.register_udtf(entry.name, entry.function);
        }
        Ok(snapshot_of(&state))
    })
}
