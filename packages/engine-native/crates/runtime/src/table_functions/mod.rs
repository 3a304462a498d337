//! The library's table functions: tables that a query calls by name, `select … from udf_registry()`.

mod caches;
#[cfg(test)]
mod caches_tests;
mod session_table;
mod snapshot_table;
#[cfg(test)]
mod tests;
mod udf_docs;
mod udf_registry;

use std::any::{Any, TypeId};
use std::sync::Arc;

use datafusion::catalog::TableFunctionImpl;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Documentation;

use self::caches::CacheTable;
use self::udf_docs::UdfDocs;
use self::udf_registry::UdfRegistry;

/// A table function with what DataFusion does not ask one for.
#[derive(Debug, Clone)]
pub struct LibraryTableFunction {
    /// The name in queries.
    pub name: &'static str,
    /// The function as it is registered.
    pub function: Arc<dyn TableFunctionImpl>,
    /// What it says about itself; its arguments are the parameters.
    pub documentation: Documentation,
    /// What it is about.
    pub tags: &'static [&'static str],
}

/// Every table function of the library.
///
/// ```
/// let functions = codeanatomy_runtime::table_functions();
/// assert!(functions.iter().any(|entry| entry.name == "udf_registry"));
/// ```
#[must_use]
pub fn table_functions() -> Vec<LibraryTableFunction> {
    let delta = codeanatomy_delta::delta_table_functions().into_iter();
    let delta = delta.map(|entry| LibraryTableFunction {
        name: entry.name,
        function: entry.function,
        documentation: entry.documentation,
        tags: &["delta"],
    });
    registry_functions()
        .into_iter()
        .chain(CacheTable::entries())
        .chain(delta)
        .collect()
}

/// Those of them that show what a session has.
pub(crate) fn registry_functions() -> [LibraryTableFunction; 2] {
    [UdfDocs::entry(), UdfRegistry::entry()]
}

impl LibraryTableFunction {
    /// Whether the session has it under its name.
    pub(crate) fn is_registered(&self, state: &SessionState) -> bool {
        registered_implementation(state, self.name) == Some(implementation(&self.function))
    }

    /// Whether the session has another function under its name.
    pub(crate) fn is_taken(&self, state: &SessionState) -> bool {
        registered_implementation(state, self.name).is_some() && !self.is_registered(state)
    }

    /// The names of its parameters.
    pub(crate) fn parameter_names(&self) -> Vec<String> {
        let arguments = self.documentation.arguments.iter().flatten();
        arguments.map(|(name, _)| name.clone()).collect()
    }
}

/// The type that implements a table function: what tells two of one name apart.
pub(crate) fn implementation(function: &Arc<dyn TableFunctionImpl>) -> TypeId {
    let implementation: &dyn Any = function.as_ref();
    implementation.type_id()
}

fn registered_implementation(state: &SessionState, name: &str) -> Option<TypeId> {
    let registered = state.table_functions().get(name)?;
    Some(implementation(registered.function()))
}
