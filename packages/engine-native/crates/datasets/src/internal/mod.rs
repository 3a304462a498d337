//! The internal tables: what the engine records about its own work, one file a table.
//!
//! A table only grows: an event is a row that is appended, in a commit of its own. A table of an older version gets the columns that it lacks
//! and keeps its rows; one whose columns have other types is left alone, and the event is refused.

mod cache_inventory;
mod columns;
mod delta_maintenance;
mod delta_mutation;
mod delta_scan_plan;
mod delta_snapshot;
mod msgpack;
mod record;
mod table;
#[cfg(test)]
mod tests;

pub use cache_inventory::CacheInventoryEntry;
pub use delta_maintenance::DeltaMaintenanceArtifact;
pub use delta_mutation::DeltaMutationArtifact;
pub use delta_scan_plan::DeltaScanPlanArtifact;
pub use delta_snapshot::DeltaSnapshotArtifact;
pub use record::{Artifact, RecordedArtifacts, record_artifacts, record_artifacts_json};
pub use table::InternalTable;
