//! What changes a Delta table: one file for each operation, with its options and its report.
//!
//! Every function takes a loaded [`DeltaTable`], the session that plans and runs, and a small record of options, and answers with a record of
//! what the commit really did. An operation either commits once, or leaves the table as it was.

mod append;
mod check_protocol;
mod checkpoint;
mod cleanup_log;
mod commit;
mod constraints;
mod create;
mod delete;
mod error;
mod expression;
mod features;
mod history;
mod log_compaction;
mod merge;
mod new_protocol;
mod optimize;
mod overwrite;
mod parquet_options;
mod properties;
mod property_names;
mod request;
mod restore;
mod session;
mod snapshot;
mod source;
mod stopwatch;
mod stored_types;
mod target;
mod update;
mod vacuum;
mod write;

pub use append::{append, append_to};
pub use check_protocol::{CheckProtocolOptions, ProtocolReport, check_protocol};
pub use checkpoint::{CheckpointReport, checkpoint};
pub use cleanup_log::{CleanupLogOptions, CleanupLogReport, cleanup_log};
pub use commit::{CommitOptions, Committed};
pub use constraints::{
    AddConstraintsOptions, ConstraintsReport, DropConstraintsOptions, add_constraints,
    drop_constraints,
};
pub use create::create;
pub use delete::{DeleteOptions, DeleteReport, delete};
pub(crate) use error::is_conflict;
pub(crate) use expression::{MOST_VALUES, check_values, values_of};
pub use features::{AddFeaturesOptions, add_features};
pub use history::{HistoryEntry, HistoryOptions, history};
pub use log_compaction::{CompactLogReport, LogFiles, compact_log, log_files};
pub use merge::{MergeAction, MergeClause, MergeOptions, MergeReport, MergeWhen, merge};
pub use new_protocol::check_new_protocol;
pub use optimize::{OptimizeOptions, OptimizeReport, optimize};
pub use overwrite::{OverwriteOptions, overwrite, overwrite_in};
pub use parquet_options::ParquetOptions;
pub use properties::{PropertiesReport, SetPropertiesOptions, set_properties};
pub use request::{Request, run};
pub use restore::{RestoreOptions, RestoreReport, restore};
pub use snapshot::{FileReport, SnapshotReport, files, snapshot};
pub use source::Source;
pub(crate) use stored_types::stored_field;
pub use target::Target;
pub use update::{UpdateOptions, UpdateReport, update};
pub use vacuum::{VacuumMode, VacuumOptions, VacuumReport, vacuum};
pub use write::{SchemaMode, WriteOptions, WriteReport, Written};
