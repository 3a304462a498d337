//! Datasets in a session: how a location and the policies around it become a table that SQL reads, with the reason of every decision.
//!
//! [`resolve_dataset_provider`] does it for one dataset and explains it; [`register_datasets`] puts many into a session, all or none.

mod configured_session;
mod configured_table;
mod open;
mod open_delta;
mod open_listing;
mod pruning;
mod registry;
mod report;
mod request;
mod resolve;
mod session_layer;
mod shape;
#[cfg(test)]
mod tests;
mod write_options;

pub use pruning::{FileCounts, FilterPushdown};
pub use registry::{RegisteredDataset, register_datasets, registered_datasets};
pub use report::{ResolutionReport, SchemaOrigin};
pub use request::DatasetResolutionRequest;
pub use resolve::{DatasetResolution, resolve_dataset_provider};
pub use write_options::{table_properties, write_options};
