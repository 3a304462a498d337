//! What a dataset promises to whoever reads it.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scan::named;
use super::{SortKey, ValidationPolicySpec, ValidationRule, is_empty, rules};
use crate::json::invalid;
use crate::{ColumnName, Name, Record, SchemaDescription, SqlText};

/// Which of several rows with one key stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DedupeStrategy {
    /// The first by `tie_breakers`: `DISTINCT ON (keys) … ORDER BY keys, tie_breakers`.
    KeepFirstAfterSort,
    /// The best by the first of `tie_breakers`, which is the score; the rest decide between equals.
    KeepBestByScore,
    /// All, as lists: `array_agg` of every other column in the order of `tie_breakers`.
    CollapseList,
    /// Any: `DISTINCT ON (keys)`.
    KeepArbitrary,
}

/// How rows with one key become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DedupeSpec {
    /// The columns of the key.
    pub keys: Vec<ColumnName>,
    /// What decides between rows with one key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tie_breakers: Vec<SortKey>,
    /// Which row stays.
    pub strategy: DedupeStrategy,
}

impl Record for DedupeSpec {
    const NAME: &'static str = "DedupeSpec";

    fn check(&self, at: &str) -> Result<()> {
        if self.keys.is_empty() {
            let path = format!("{at}.keys");
            return Err(invalid("", &path, "it is empty; state at least one column"));
        }
        let sorted = matches!(
            self.strategy,
            DedupeStrategy::KeepFirstAfterSort | DedupeStrategy::KeepBestByScore
        );
        let path = format!("{at}.tie_breakers");
        match (sorted, self.tie_breakers.is_empty(), self.strategy) {
            (true, true, _) => Err(invalid(
                "",
                &path,
                "it is empty, so that the strategy has nothing to decide by; state at least one",
            )),
            (false, false, DedupeStrategy::KeepArbitrary) => Err(invalid(
                "",
                &path,
                "'keep_arbitrary' decides by nothing; leave it out, or choose 'keep_first_after_sort'",
            )),
            _ => Ok(()),
        }
    }
}

/// A condition that holds for every row, checked by each write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlConstraint {
    /// The name: `ConstraintBuilder::with_constraint`.
    pub name: Name,
    /// The condition: `ConstraintBuilder::with_constraint`.
    pub sql: SqlText,
}

/// What a dataset promises. Whoever writes the dataset holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractSpec {
    /// The name, for reports.
    pub name: Name,
    /// The columns that are promised: a rule `required_columns` of the dataset's validation, with their types.
    pub table_schema: SchemaDescription,
    /// How rows with one key become one before they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dedupe: Option<DedupeSpec>,
    /// The order of the rows of every written file; scans of the dataset take it for their `file_sort_order`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canonical_sort: Vec<SortKey>,
    /// Conditions that hold for every row: `DeltaTable::add_constraint`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<SqlConstraint>,
    /// The version of the contract: the entry `codeanatomy.contract_version` of the metadata of commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// How the promise is checked; the layer below the validation of the dataset's policies.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub validation: ValidationPolicySpec,
}

impl ContractSpec {
    /// The rule that the contract implies, beside those of its validation policy: that the promised columns are there.
    #[must_use]
    pub fn implied_rule(&self) -> ValidationRule {
        let columns = self.table_schema.columns().map(str::to_owned);
        ValidationRule::RequiredColumns(rules::RequiredColumns {
            columns: columns.filter_map(|name| name.try_into().ok()).collect(),
            name: None,
            severity: None,
        })
    }
}

impl Record for ContractSpec {
    const NAME: &'static str = "ContractSpec";

    fn check(&self, at: &str) -> Result<()> {
        if let Some(dedupe) = &self.dedupe {
            let at = format!("{at}.dedupe");
            dedupe.check(&at)?;
            let keys = format!("{at}.keys");
            for (column, at) in named(&dedupe.keys, &keys) {
                self.table_schema.require(column, &at)?;
            }
            check_order(
                &dedupe.tie_breakers,
                &self.table_schema,
                &format!("{at}.tie_breakers"),
            )?;
        }
        check_order(
            &self.canonical_sort,
            &self.table_schema,
            &format!("{at}.canonical_sort"),
        )?;
        check_unique_names(
            self.constraints.iter().map(|constraint| &*constraint.name),
            &format!("{at}.constraints"),
        )?;
        self.validation.check(&format!("{at}.validation"))?;
        self.validation
            .check_columns(&format!("{at}.validation"), &self.table_schema, &[])
    }
}

/// Refuses a sort key that the schema does not have.
pub(super) fn check_order(keys: &[SortKey], schema: &SchemaDescription, at: &str) -> Result<()> {
    keys.iter().enumerate().try_for_each(|(position, key)| {
        schema.require(&key.column, &format!("{at}[{position}].column"))
    })
}

/// Refuses a name that stands twice.
pub(super) fn check_unique_names<'a>(names: impl Iterator<Item = &'a str>, at: &str) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for (position, name) in names.enumerate() {
        if !seen.insert(name) {
            return Err(invalid(
                "",
                &format!("{at}[{position}].name"),
                &format!("'{name}' is the name of another one already"),
            ));
        }
    }
    Ok(())
}
