//! What a build says about itself; every number is counted in the tables that were written.

use std::collections::BTreeMap;

use codeanatomy_datasets::BootstrapReport;
use serde::{Deserialize, Serialize};

use crate::manifest::TableEntry;

/// The outcome of a build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildReport {
    /// `codeanatomy.build/1`.
    pub schema: String,
    /// The repository, absolute.
    pub repository: String,
    /// The graph directory, absolute.
    pub output: String,
    /// The directories that imports start from.
    pub roots: Vec<Root>,
    /// The files of the repository.
    pub files: FileReport,
    /// The tables of the graph.
    pub tables: BTreeMap<String, TableEntry>,
    /// The call sites.
    pub calls: CallReport,
    /// The number of rows of `py_diagnostics`.
    pub diagnostics: u64,
    /// The size of all parsed text in bytes of UTF-8.
    pub text_bytes: u64,
    /// Whether the invariants were checked.
    pub verified: bool,
    /// How the tables were made; `None` unless the graph is new and nothing that is selected is Python.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<BootstrapReport>,
    /// How long each stage took.
    pub seconds: Seconds,
}

/// A directory that imports start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// The path below the repository; empty for the repository itself.
    pub path: String,
    /// Why it is one.
    pub reason: String,
}

/// The files of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// All files.
    pub total: u64,
    /// How many have each status.
    pub by_status: BTreeMap<String, u64>,
}

/// The call sites of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReport {
    /// All call sites.
    pub total: u64,
    /// Those with a target: in the repository, outside of it, or a builtin.
    pub resolved: u64,
    /// Those whose target is in the repository.
    pub internal: u64,
    /// How the targets were found.
    pub by_resolution: BTreeMap<String, u64>,
    /// Why there is no target.
    pub by_reason: BTreeMap<String, u64>,
}

/// Wall time by stage, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Listing the files.
    pub scan: f64,
    /// Reading and parsing them.
    pub extract: f64,
    /// Resolving names across files.
    pub link: f64,
    /// Running the views and writing their rows.
    pub write: f64,
    /// Checking the invariants; 0 if they were not.
    pub verify: f64,
    /// Making tables without rows, and committing all tables.
    pub publish: f64,
    /// Everything.
    pub total: f64,
}
