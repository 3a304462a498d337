//! Values that options take: each accepts what its target accepts, keeps what was written, and refuses the rest when it is decoded.

mod instant;
mod interval;
pub(crate) mod json_schema;
mod name;
mod size;

pub use instant::Instant;
pub use interval::Interval;
pub use name::{ColumnName, LineageColumn, Name, SqlText};
pub use size::ByteSize;
