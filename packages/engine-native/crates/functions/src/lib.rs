//! The native function library: one function a file, grouped by folder; kernels are plain Rust.
//!
//! A group's `mod.rs` lists its functions; [`functions`] is the list of all groups. Everything that is said of a function elsewhere (the
//! registry snapshot, `information_schema`, the documentation) is read from the function objects that are listed here.

pub mod cdf;
mod choice;
pub mod collect;
mod function;
pub mod hash;
mod integers;
pub mod json;
pub mod metadata;
pub mod names;
pub mod nested;
pub mod position;
pub mod select;
mod settings;
pub mod span;
#[cfg(test)]
mod testing;
pub mod text;
mod unary;

pub use function::{Function, LibraryFunction};
pub use settings::{ColumnUnit, FunctionSettings, KeyCase, NormalForm};

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
    [
        hash::functions(),
        position::functions(),
        text::functions(),
        span::functions(),
        nested::functions(),
        collect::functions(),
        select::functions(),
        names::functions(),
        json::functions(),
        cdf::functions(),
        metadata::functions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Function, LibraryFunction, functions};

    /// The names and aliases that occur more than once.
    fn duplicates<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = BTreeSet::new();
        names.filter(|name| !seen.insert(*name)).collect()
    }

    #[test]
    fn names_and_aliases_are_unique() {
        let functions = functions();
        let is_window = |entry: &&LibraryFunction| matches!(entry.function, Function::Window(_));
        let windows = functions.iter().filter(is_window);
        let windows: Vec<_> = windows.flat_map(|entry| entry.function.names()).collect();
        assert_eq!(duplicates(windows.iter().copied()), Vec::<&str>::new());
        let others = functions.iter().filter(|entry| !is_window(entry));
        let names: Vec<_> = others.flat_map(|entry| entry.function.names()).collect();
        assert!(names.len() > functions.len(), "some functions have aliases");
        // DataFusion has these as aggregates and as window functions.
        let both: Vec<_> = windows.iter().filter(|name| names.contains(name)).collect();
        assert_eq!(
            both,
            [
                &"first_value",
                &"first_value_agg",
                &"last_value",
                &"last_value_agg"
            ]
        );
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
            // What DataFusion brings and we only add names to names its parameters as DataFusion does.
            if !entry.tags.contains(&"datafusion") {
                assert_eq!(
                    function.signature().parameter_names.as_deref(),
                    Some(documented.as_slice()),
                    "{name}"
                );
            }
            assert!(!entry.tags.is_empty(), "{name} has a tag");
        }
    }
}
