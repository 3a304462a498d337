//! Table functions on Delta tables: `select … from read_delta('…')`.

mod add_actions;
mod arguments;
mod history;
mod maps;
mod read_delta;
mod read_delta_cdf;
mod rows_table;
mod snapshot;

pub use read_delta_cdf::DeltaChanges;

use std::sync::Arc;

use datafusion::catalog::TableFunctionImpl;
use datafusion::logical_expr::{DocSection, Documentation};

/// A table function with its documentation.
#[derive(Debug, Clone)]
pub struct DeltaTableFunction {
    /// The name in queries.
    pub name: &'static str,
    /// The function as it is registered.
    pub function: Arc<dyn TableFunctionImpl>,
    /// What it says about itself.
    pub documentation: Documentation,
}

/// The table functions on Delta tables.
///
/// ```
/// let functions = codeanatomy_delta::delta_table_functions();
/// assert!(functions.iter().any(|entry| entry.name == "read_delta"));
/// ```
#[must_use]
pub fn delta_table_functions() -> Vec<DeltaTableFunction> {
    vec![
        add_actions::entry(),
        history::entry(),
        snapshot::entry(),
        read_delta::entry(),
        read_delta_cdf::entry(),
    ]
}

const SECTION: DocSection = DocSection {
    include: true,
    label: "Delta Functions",
    description: None,
};

const LOCATION: &str = "A path or URL, as a literal text: of local files, or with one of the schemes s3, s3a, gs, az, adl, azure, abfs and \
                        abfss. Credentials come from the environment.";

const PIN: &str = "A version, or a timestamp with a time zone: a text like '2026-01-31T12:00:00Z', or a value of that type. The timestamp of \
                   a version is the one of its commit file. The latest version by default.";
