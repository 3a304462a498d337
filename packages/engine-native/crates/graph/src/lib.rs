//! Builds the property graph of a Python repository, and opens and queries it.
//!
//! The views in `views/*.sql` are the specification of the graph: SQL over the extracted tables, run in one session, written to Delta
//! tables, and published together by a manifest.

mod bootstrap;
mod build;
mod manifest;
mod open;
mod output;
mod query;
mod record;
mod report;
mod request;
mod staged;
mod verify;
mod views;

pub use build::build;
pub use manifest::{MANIFEST, Manifest, TableEntry, read_manifest};
pub use open::register_graph;
pub use query::{QueryOutput, ResultFormat, run_query};
pub use report::{BuildReport, CallReport, FileReport, Root, Seconds};
pub use request::{BuildObserver, BuildRequest};
