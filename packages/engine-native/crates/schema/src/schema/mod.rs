//! Arrow schemas as data.

mod description;
mod ipc;
#[cfg(test)]
mod tests;
mod type_text;

pub use description::{FieldDescription, SchemaDescription};
