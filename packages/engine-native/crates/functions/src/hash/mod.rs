//! Hashes and identities.
//!
//! XXH3 gives fast keys for joins and partitions; BLAKE3, cut to 128 bits, gives ids that nobody can make collide.

pub(crate) mod argument;
mod digest;
mod encoding;
mod encoding_values;
mod hexadecimal;
mod identity;
mod message;
mod parts;
pub mod prefixed_hash64;
pub mod prefixed_hash_parts64;
pub mod stable_bucket;
pub mod stable_hash128;
pub mod stable_hash64;
pub mod stable_hash_any;
pub mod stable_id;
pub mod stable_id_parts;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_any;
#[cfg(test)]
mod tests_keys;

use datafusion::logical_expr::ScalarUDF;

pub(crate) use identity::{Kind, NullPart, identities};
pub(crate) use parts::coerce_parts;

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
        LibraryFunction::new(
            ScalarUDF::from(prefixed_hash64::PrefixedHash64::new()),
            &["hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(prefixed_hash_parts64::PrefixedHashParts64::new()),
            &["id", "hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(stable_hash_any::StableHashAny::new()),
            &["hash"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(stable_bucket::StableBucket::new()),
            &["hash"],
        ),
    ]
}
