//! Python source to Arrow batches: finds the files of a repository, parses them in parallel, reads their scopes, and links names across
//! files.
//!
//! Ruff's parser is used behind this crate only. Every file ends as a row, also one that can't be read or parsed; every offset is in bytes
//! of the text in UTF-8, half-open.

mod encoding;
mod identity;
mod link;
mod parse;
mod pipeline;
mod roots;
mod scan;
mod stage;
mod symbol_ids;
mod syntax;
mod tables;

pub use link::SYMBOLS;
pub use pipeline::{Extraction, extract};
pub use roots::{ImportRoot, ModulePlace, Roots};
pub use scan::{Language, ScanOptions, ScannedFile, scan};
pub use stage::StagedTable;
pub use syntax::ModuleName;
