//! Delta tables: streaming writes that become visible in one atomic commit, and reads of a pinned version.

mod location;
mod read;
mod write;

pub use read::{PinnedTable, open};
pub use write::{Cancelled, PendingTable, PublishedTable, TableWriter};
