//! Records from JSON and back: strict parsing, paths in errors, canonical text.

mod canonical;
mod deserializer;
mod parse;
mod problem;
mod record;
mod refused;
#[cfg(test)]
mod tests;

pub use canonical::fingerprint;
pub(crate) use problem::shortened;
pub use record::{Record, decode};
pub(crate) use record::{decode_text, decode_value, encode, invalid, to_value};
pub(crate) use refused::REFUSED;
