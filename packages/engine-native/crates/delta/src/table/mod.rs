//! A Delta table as DataFusion sees it: scans, and writes by SQL.
//!
//! A table that is pinned to a version or a time never moves and can't be written. Any other one is live: each query reads the version that is
//! the latest when it is planned, and all parts of one query the same. [`DeltaRule`] sees to the latter, and gives `DELETE`, `UPDATE` and
//! `MERGE` what they were asked before an optimizer gets at it.
//!
//! Scans are planned from the version's list of files where that is all that their rows need, and by deltalake where it is not.

mod file_statistics;
mod file_values;
mod plain_scan;
mod provider;
mod query_table;
mod rule;
mod snapshot;
mod statement;
mod write;
mod write_plan;

pub use provider::DeltaTableProvider;
pub use rule::DeltaRule;
pub use snapshot::{Obligation, ScanSettings};
