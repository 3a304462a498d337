//! The native function library: one function a file, grouped by folder; kernels are plain Rust.
//!
//! A group's `mod.rs` lists its functions; [`functions`] is the list of all groups. Everything that is said of a function elsewhere (the
//! registry snapshot, `information_schema`, the documentation) is read from the function objects that are listed here.

pub mod hash;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

/// A function of the library with what DataFusion does not ask a function for.
#[derive(Debug, Clone)]
pub struct LibraryFunction {
    /// The function as it is registered in a session.
    pub function: Arc<ScalarUDF>,
    /// What the function is about, for programs that rewrite plans: for example `hash` or `id`.
    pub tags: &'static [&'static str],
}

/// Every function of the library, group by group.
///
/// ```
/// let names: Vec<_> = codeanatomy_functions::functions()
///     .iter()
///     .map(|entry| entry.function.name().to_owned())
///     .collect();
/// assert!(names.contains(&"stable_id".to_owned()));
/// ```
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    hash::functions()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::functions;

    /// The names and aliases that occur more than once.
    fn duplicates<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = BTreeSet::new();
        names.filter(|name| !seen.insert(*name)).collect()
    }

    #[test]
    fn names_and_aliases_are_unique() {
        let functions = functions();
        let names: Vec<_> = functions
            .iter()
            .flat_map(|entry| {
                std::iter::once(entry.function.name())
                    .chain(entry.function.aliases().iter().map(String::as_str))
            })
            .collect();
        assert!(names.len() > functions.len(), "some functions have aliases");
        assert_eq!(duplicates(names.iter().copied()), Vec::<&str>::new());
        // The guard sees what it is for.
        assert_eq!(duplicates(["a", "b", "a"].into_iter()), ["a"]);
    }

    #[test]
    fn every_function_is_documented_with_each_of_its_parameters() {
        for entry in functions() {
            let function = &entry.function;
            let name = function.name();
            let documentation = function.documentation().unwrap_or_else(|| panic!("{name}"));
            assert!(documentation.sql_example.is_some(), "{name} has an example");
            let documented: Vec<_> = documentation
                .arguments
                .iter()
                .flatten()
                .map(|(argument, _)| argument.clone())
                .collect();
            assert_eq!(
                function.signature().parameter_names.as_deref(),
                Some(documented.as_slice()),
                "{name}"
            );
            assert!(!entry.tags.is_empty(), "{name} has a tag");
        }
    }
}
