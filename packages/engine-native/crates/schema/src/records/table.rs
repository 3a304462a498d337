//! The table of a dataset: its columns and what is known of them.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scan::named;
use super::{ValidationRule, rules};
use crate::options::options;
use crate::{ColumnName, Record, SchemaDescription};

/// The declared table of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// The columns. Files and tables are read with this schema.
    pub schema: SchemaDescription,
    /// Columns that identify a row together: a rule `unique` of the dataset's validation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_fields: Vec<ColumnName>,
    /// Columns without NULLs whatever the schema says: a rule `not_null` of the dataset's validation each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_non_null: Vec<ColumnName>,
}

impl TableSpec {
    /// The rules that the spec implies, beside those of the validation policy.
    #[must_use]
    pub fn implied_rules(&self) -> Vec<ValidationRule> {
        let unique = (!self.key_fields.is_empty()).then(|| {
            ValidationRule::Unique(rules::Unique {
                columns: self.key_fields.clone(),
                name: None,
                severity: None,
            })
        });
        let not_null = self.required_non_null.iter().map(|column| {
            ValidationRule::NotNull(rules::NotNull {
                column: column.clone(),
                name: None,
                severity: None,
            })
        });
        unique.into_iter().chain(not_null).collect()
    }
}

impl Record for TableSpec {
    const NAME: &'static str = "TableSpec";

    fn check(&self, at: &str) -> Result<()> {
        let keys = format!("{at}.key_fields");
        let required = format!("{at}.required_non_null");
        named(&self.key_fields, &keys)
            .chain(named(&self.required_non_null, &required))
            .try_for_each(|(column, at)| self.schema.require(column, &at))
    }
}

options! {
    /// How the schema of files may differ from the declared one.
    EvolutionSpec {
        /// Whether columns may be missing; they are NULL then, and must be nullable.
        allow_missing: bool = Some(true)
            => "the comparison of `TableSpec::schema` with the schema of the files when the dataset is opened";
        /// Whether there may be more columns; they are not read.
        allow_extra: bool = Some(true)
            => "the comparison of `TableSpec::schema` with the schema of the files when the dataset is opened";
        /// Whether types may differ where Arrow can cast.
        allow_casts: bool = Some(true)
            => "the comparison of `TableSpec::schema` with the schema of the files when the dataset is opened";
    }
}

impl Record for EvolutionSpec {
    const NAME: &'static str = "EvolutionSpec";
}
