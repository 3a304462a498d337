//! Tells the functions of a session from those that DataFusion brings: by their implementing type, so that a replaced built-in is seen.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use codeanatomy_functions::{Function, functions};
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::async_functions::ASYNC_FUNCTION_NAMES;

/// The functions of a session beside DataFusion's own, by name.
pub(super) struct CustomFunctions {
    pub(super) scalar: BTreeMap<String, Arc<ScalarUDF>>,
    pub(super) aggregate: BTreeMap<String, Arc<AggregateUDF>>,
    pub(super) window: BTreeMap<String, Arc<WindowUDF>>,
    pub(super) table: Vec<String>,
}

impl CustomFunctions {
    pub(super) fn of(state: &SessionState) -> Self {
        let brought = &*BROUGHT;
        let mut table: Vec<_> = state
            .table_functions()
            .iter()
            .filter(|(name, function)| {
                let implementation: &dyn Any = function.function().as_ref();
                brought.table.get(*name) != Some(&implementation.type_id())
            })
            .map(|(name, _)| name.clone())
            .collect();
        table.sort_unstable();
        Self {
            scalar: custom(state.scalar_functions(), &brought.scalar, scalar_identity),
            aggregate: custom(
                state.aggregate_functions(),
                &brought.aggregate,
                aggregate_identity,
            ),
            window: custom(state.window_functions(), &brought.window, window_identity),
            table,
        }
    }
}

/// Keeps what is not brought, under the function's own name: a registry lists a function under each alias as well.
fn custom<Function>(
    registry: &HashMap<String, Arc<Function>>,
    brought: &HashMap<String, TypeId>,
    identity: fn(&Function) -> (&str, TypeId),
) -> BTreeMap<String, Arc<Function>> {
    let functions: BTreeMap<_, _> = registry.iter().collect();
    functions
        .into_iter()
        .filter(|(name, function)| brought.get(*name) != Some(&identity(function).1))
        .map(|(_, function)| (identity(function).0.to_owned(), Arc::clone(function)))
        .collect()
}

/// Whether DataFusion brings this function under its name.
pub(crate) fn is_brought(function: &Function) -> bool {
    let types = match function {
        Function::Scalar(_) => &BROUGHT.scalar,
        Function::Aggregate(_) => &BROUGHT.aggregate,
        Function::Window(_) => &BROUGHT.window,
    };
    types.get(function.name()) == Some(&function.implementation())
}

/// Whether DataFusion or the library brings a function of any kind under this name.
pub(crate) fn is_brought_name(name: &str) -> bool {
    let brought = &*BROUGHT;
    brought.scalar.contains_key(name)
        || brought.aggregate.contains_key(name)
        || brought.window.contains_key(name)
        || brought.table.contains_key(name)
        || brought.other.contains(name)
}

/// The types behind the names and aliases that DataFusion registers.
struct Brought {
    scalar: HashMap<String, TypeId>,
    aggregate: HashMap<String, TypeId>,
    window: HashMap<String, TypeId>,
    table: HashMap<String, TypeId>,
    /// The names of DataFusion's functions that take lambdas, and of the library's functions of every kind.
    other: HashSet<String>,
}

static BROUGHT: LazyLock<Brought> = LazyLock::new(|| {
    fn by_name<Function>(
        functions: &[Arc<Function>],
        identity: fn(&Function) -> (&str, TypeId),
        aliases: fn(&Function) -> &[String],
    ) -> HashMap<String, TypeId> {
        let mut types = HashMap::new();
        for function in functions {
            let (name, implementation) = identity(function);
            types.insert(name.to_owned(), implementation);
            for alias in aliases(function) {
                types.insert(alias.clone(), implementation);
            }
        }
        types
    }
    Brought {
        scalar: by_name(
            &SessionStateDefaults::default_scalar_functions(),
            scalar_identity,
            ScalarUDF::aliases,
        ),
        aggregate: by_name(
            &SessionStateDefaults::default_aggregate_functions(),
            aggregate_identity,
            AggregateUDF::aliases,
        ),
        window: by_name(
            &SessionStateDefaults::default_window_functions(),
            window_identity,
            WindowUDF::aliases,
        ),
        table: SessionStateDefaults::default_table_functions()
            .iter()
            .map(|function| {
                let implementation: &dyn Any = function.function().as_ref();
                (function.name().to_owned(), implementation.type_id())
            })
            .collect(),
        other: other_names(),
    }
});

fn other_names() -> HashSet<String> {
    let mut names = HashSet::new();
    for function in SessionStateDefaults::default_higher_order_functions() {
        names.insert(function.name().to_owned());
        names.extend(function.aliases().iter().cloned());
    }
    for entry in functions() {
        names.extend(entry.function.names().map(str::to_owned));
    }
    names.extend(ASYNC_FUNCTION_NAMES.iter().map(|name| (*name).to_owned()));
    names
}

fn scalar_identity(function: &ScalarUDF) -> (&str, TypeId) {
    let implementation: &dyn Any = function.inner().as_ref();
    (function.name(), implementation.type_id())
}

fn aggregate_identity(function: &AggregateUDF) -> (&str, TypeId) {
    let implementation: &dyn Any = function.inner().as_ref();
    (function.name(), implementation.type_id())
}

fn window_identity(function: &WindowUDF) -> (&str, TypeId) {
    let implementation: &dyn Any = function.inner().as_ref();
    (function.name(), implementation.type_id())
}
