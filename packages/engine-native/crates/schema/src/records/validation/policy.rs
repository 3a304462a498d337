//! The validation policy of a dataset.

use codeanatomy_errors::Result;

use super::{Strictness, ValidationRule};
use crate::options::options;
use crate::{Record, SchemaDescription};

options! {
    /// Whether, how much and by which rules rows are checked.
    ///
    /// Rows are numbered in the order in which the dataset gives them. The rows that `head`, `tail` and `sample` choose are checked, each
    /// once; all rows are where none of the three has a value.
    ValidationPolicySpec {
        /// Whether anything is checked.
        enabled: bool = Some(true)
            => "the validator, which runs or not";
        /// Whether all violations are found before they are reported, instead of the first.
        lazy: bool = Some(true)
            => "the validator, which goes on after a violation or not";
        /// How many rows are checked that a reservoir sample with a fixed seed chooses: the same ones for the same rows in the same order.
        sample: u64 = None
            => "the validator, by the rows it checks";
        /// How many of the first rows are checked.
        head: u64 = None
            => "the validator, by the rows it checks";
        /// How many of the last rows are checked.
        tail: u64 = None
            => "the validator, by the rows it checks";
        /// What happens to columns that the schema does not declare: `true` refuses them, `false` lets them pass, `"filter"` drops them.
        strict: Strictness = Some(Strictness::Filter)
            => "the validator, before any row is read";
        /// Whether columns of another type than declared are cast, as `arrow::compute::cast` does where nothing is lost; otherwise they are
        /// violations.
        coerce: bool = Some(false)
            => "the validator, before any rule";
        /// The rules, checked in their order. Null and an empty list are no rules.
        rules: Vec<ValidationRule> = Some(Vec::new())
            => "the validator";
    }
}

impl Record for ValidationPolicySpec {
    const NAME: &'static str = "ValidationPolicySpec";

    fn check(&self, at: &str) -> Result<()> {
        let rules = self.rules.value().map_or(&[][..], Vec::as_slice);
        rules
            .iter()
            .enumerate()
            .try_for_each(|(position, rule)| rule.check(&format!("{at}.rules[{position}]")))
    }
}

impl ValidationPolicySpec {
    /// Whether anything is checked.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.value() != Some(&false)
    }

    /// Refuses rules about columns that neither the schema nor the derived fields have.
    pub(crate) fn check_columns(
        &self,
        at: &str,
        schema: &SchemaDescription,
        derived: &[&str],
    ) -> Result<()> {
        let rules = self.rules.value().map_or(&[][..], Vec::as_slice);
        for (position, rule) in rules.iter().enumerate() {
            for column in rule.columns() {
                if !derived.contains(&column.as_str()) {
                    schema.require(column, &format!("{at}.rules[{position}]"))?;
                }
            }
        }
        Ok(())
    }
}
