//! Delta tables: where they lie, which version is meant, opening them; streaming writes that become visible in one atomic commit, and reads of
//! a pinned version.

mod binary_partition;
mod blocking;
mod columns;
mod commit_log;
mod damaged_log;
mod external;
mod failure;
mod functions;
mod location;
mod object_stores;
mod open;
pub mod operations;
mod storage_options;
mod table;
mod table_factory;
mod table_location;
mod table_pin;
mod write;

pub use columns::delta_columns;
pub use functions::{DeltaChanges, DeltaTableFunction, delta_table_functions};
pub use open::{open_table, table_exists};
pub use storage_options::StorageOptions;
pub use table::{DeltaRule, DeltaTableProvider, Obligation, ScanSettings};
pub use table_factory::DeltaTableFactory;
pub use table_location::TableLocation;
pub use table_pin::TablePin;
pub use write::{Cancelled, PendingTable, PublishedTable, TableWriter};
