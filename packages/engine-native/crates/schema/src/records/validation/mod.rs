//! What the rows of a dataset are checked for.

mod policy;
pub mod rules;
mod scalar;
mod strictness;

pub use policy::ValidationPolicySpec;
pub use rules::{Severity, ValidationRule};
pub use scalar::Scalar;
pub use strictness::Strictness;
