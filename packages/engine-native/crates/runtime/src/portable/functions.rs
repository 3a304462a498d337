//! The library's functions as they are put into capsules, and which of them a session has.

use std::collections::BTreeSet;

use codeanatomy_errors::Result;
use codeanatomy_functions::{Function, LibraryFunction, functions};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::aggregate::PortableAggregate;
use super::scalar::PortableScalar;
use super::window::PortableWindow;
use crate::install::name_taken;

/// A function of the library with what is put into a capsule of it.
#[derive(Debug, Clone)]
pub struct PortableFunction {
    /// The function as the native tier registers it.
    pub library: LibraryFunction,
    /// The function as a capsule holds it: panics of it are errors.
    ///
    /// A function of DataFusion that only has further names in the library has these names alone: the session keeps its own, which needs no
    /// capsule.
    pub exported: Function,
}

/// The tag of what DataFusion brings itself.
const BROUGHT: &str = "datafusion";

/// Every function of the library that calls reach through a capsule.
///
/// ```
/// let functions = codeanatomy_runtime::portable_functions();
/// let names = |name: &str| functions.iter().any(|entry| entry.exported.names().any(|own| own == name));
/// assert!(names("stable_id") && names("lag_window"));
/// assert!(!names("lag"), "the session has its own");
/// ```
#[must_use]
pub fn portable_functions() -> Vec<PortableFunction> {
    let mut exported: Vec<_> = functions().into_iter().filter_map(portable).collect();
    // A call with OVER comes to the aggregate of its name, if there is one: a window function of that name would never be called.
    let aggregates: BTreeSet<_> = exported
        .iter()
        .filter(|entry| matches!(entry.exported, Function::Aggregate(_)))
        .map(|entry| entry.exported.name().to_owned())
        .collect();
    exported.retain(|entry| {
        !matches!(entry.exported, Function::Window(_))
            || !aggregates.contains(entry.exported.name())
    });
    exported
}

fn portable(library: LibraryFunction) -> Option<PortableFunction> {
    let skipped = usize::from(library.tags.contains(&BROUGHT));
    let mut names = library
        .function
        .names()
        .skip(skipped)
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter();
    let name = names.next()?;
    let aliases = names.collect();
    let exported = match &library.function {
        Function::Scalar(function) => {
            let reads_settings = !library.settings.is_empty();
            ScalarUDF::from(PortableScalar::new(function, name, aliases, reads_settings)).into()
        }
        Function::Aggregate(function) => {
            AggregateUDF::from(PortableAggregate::new(function, name, aliases)).into()
        }
        Function::Window(function) => {
            WindowUDF::from(PortableWindow::new(function, name, aliases)).into()
        }
    };
    Some(PortableFunction { library, exported })
}

impl PortableFunction {
    /// `scalar`, `aggregate` or `window`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.exported {
            Function::Scalar(_) => "scalar",
            Function::Aggregate(_) => "aggregate",
            Function::Window(_) => "window",
        }
    }

    /// The names under which the session has this function.
    pub(super) fn registered_names(&self, session: &TaskContext) -> Vec<String> {
        self.exported
            .names()
            .filter(|name| {
                self.in_session(session, name)
                    .is_some_and(|found| self.is_this(&found))
            })
            .map(str::to_owned)
            .collect()
    }

    fn is_this(&self, other: &Function) -> bool {
        other.implementation() == self.exported.implementation()
            && other.name() == self.exported.name()
    }

    /// The function of that name and this kind that the session has. What came out of this library is seen as it was, not as a capsule.
    fn in_session(&self, session: &TaskContext, name: &str) -> Option<Function> {
        match self.exported {
            Function::Scalar(_) => {
                let functions = session.scalar_functions();
                functions.get(name).cloned().map(Function::Scalar)
            }
            Function::Aggregate(_) => {
                let functions = session.aggregate_functions();
                functions.get(name).cloned().map(Function::Aggregate)
            }
            Function::Window(_) => {
                let functions = session.window_functions();
                functions.get(name).cloned().map(Function::Window)
            }
        }
    }
}

/// Refuses a session that has another function under one of the names.
///
/// # Errors
///
/// - `function-name-taken`: the session has another function under a name or alias of the library.
pub fn check_portable_names(session: &TaskContext) -> Result<()> {
    for entry in portable_functions() {
        for name in entry.exported.names() {
            let found = entry.in_session(session, name);
            if found.is_some_and(|found| !entry.is_this(&found)) {
                return Err(name_taken(name));
            }
        }
    }
    Ok(())
}
