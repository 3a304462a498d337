//! Hashes and identities.
//!
//! XXH3 gives fast keys for joins and partitions; BLAKE3, cut to 128 bits, gives ids that nobody can make collide.

mod argument;
mod digest;
mod hexadecimal;
mod identity;
pub mod stable_hash128;
pub mod stable_hash64;
pub mod stable_id;
pub mod stable_id_parts;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            ScalarUDF::from(stable_hash64::StableHash64::new()),
            &["hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(stable_hash128::StableHash128::new()),
            &["hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(stable_id::StableIdFunction::new()),
            &["id", "hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(stable_id_parts::StableIdParts::new()),
            &["id", "hash"],
        ),
    ]
}
