//! Parses one file and reads its scopes, definitions, references, imports and calls.

pub(crate) mod builtins;
mod callee;
mod definitions;
pub(crate) mod imports;
pub(crate) mod lookup;
pub(crate) mod model;
pub(crate) mod names;
pub(crate) mod targets;
mod walk;

pub use imports::ModuleName;
pub(crate) use walk::walk;
