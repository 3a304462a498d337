//! Every option in every state in every layer, and the laws of the merge.

mod defaults;
mod laws;
mod matrix;
pub(crate) mod samples;
