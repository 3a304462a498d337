//! Checks the rows of a dataset by the rules of its [`ValidationPolicySpec`]: one streaming pass, and a report.
//!
//! The rules are compiled once, against the types of the columns; a rule that does not fit them is an error of the policy. Then three
//! stages run, of which each needs more of the data than the one before:
//!
//! 1. **columns**: required, missing and undeclared columns and their types. No row is read.
//! 2. **rows**: all rules about single rows, in one pass. Partitions and batches are checked in parallel; counts and a few examples are
//!    all that stays of them.
//! 3. **uniqueness**: for each rule, the hashes of all keys; and where some occur several times, an aggregation of those keys. Of many
//!    equal keys, or of too many for the session's memory limit, an aggregation of all keys, which spills to disk.
//!
//! [`validate`] states what a run without `lazy` stops at.
//!
//! [`ValidationPolicySpec`]: codeanatomy_schema::ValidationPolicySpec

mod base;
mod bound;
mod candidates;
mod coercion;
mod columns;
mod error;
mod evaluate;
mod example;
mod key_hashes;
mod mixed_signs;
mod passing;
mod pieces;
mod point;
mod predicate;
mod report;
mod row_rules;
mod rows;
mod seen;
mod selected_rows;
mod selection;
mod source;
#[cfg(test)]
mod tests;
mod unique;
mod validate;

pub use columns::same_type;
pub use passing::passing_rows;
pub use report::{Example, RuleReport, RuleStatus, ValidationReport};
pub use validate::{ValidationObserver, ValidationOptions, validate};
