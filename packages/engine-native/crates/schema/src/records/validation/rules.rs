//! The rules of a validation policy.
//!
//! # Types
//!
//! Bounds and allowed values are JSON scalars. They are compared with a column by the column's type:
//!
//! | column | scalar | how |
//! |---|---|---|
//! | integer, float | number | exactly as numbers; a float column compares as `f64`, and NaN is outside every range |
//! | decimal | number, or a text such as `"12.30"` | as decimals |
//! | text | text | by code points |
//! | boolean | boolean | `false` is less than `true` |
//! | date, timestamp | text as RFC 3339 has it | as points in time; without an offset it is UTC |
//! | dictionary, run-end | as its values | as its values |
//!
//! Any other pair is an error of the policy, not a violation by a row. NULL violates `not_null` alone.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Scalar;
use crate::json::invalid;
use crate::{ColumnName, Name, SqlText};

/// What a violation does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The dataset is refused.
    #[default]
    Error,
    /// The report tells it.
    Warning,
}

/// Declares the record of one rule; every rule may have a name and a severity.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $rule:ident { $($(#[doc = $field_doc:literal])+ $(#[serde($($serde:tt)+)])? $field:ident: $type:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $rule {
            $($(#[doc = $field_doc])+ $(#[serde($($serde)+)])? pub $field: $type,)+
            /// What reports call the rule; by default its kind and columns.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub name: Option<Name>,
            /// What a violation does; by default it is an error.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub severity: Option<Severity>,
        }
    };
}

rule! {
    /// No value of the column is NULL.
    NotNull {
        /// The column.
        column: ColumnName,
    }
}

rule! {
    /// Every value of the column but NULL lies between two bounds, of which one may be missing.
    Range {
        /// The column.
        column: ColumnName,
        /// The least value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<Scalar>,
        /// The greatest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Scalar>,
        /// Whether the bounds themselves are allowed; by default they are.
        #[serde(default = "inclusive")]
        inclusive: bool,
    }
}

rule! {
    /// No two checked rows have equal values in all the columns. Rows with a NULL among them are equal to none, as in SQL.
    Unique {
        /// The columns.
        columns: Vec<ColumnName>,
    }
}

rule! {
    /// The dataset has the columns; no row is read for it.
    RequiredColumns {
        /// The columns.
        columns: Vec<ColumnName>,
    }
}

rule! {
    /// Every value of the column but NULL is one of a list.
    AllowedValues {
        /// The column.
        column: ColumnName,
        /// The list.
        values: Vec<Scalar>,
    }
}

/// A condition of SQL holds for every row. A row for which it is NULL does not violate it, as in a `CHECK` of SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    /// What reports call the rule.
    pub name: Name,
    /// The condition over the columns of the dataset.
    pub sql: SqlText,
    /// What a violation does; by default it is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// A rule, told apart by its field `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ValidationRule {
    /// No value of the column is NULL.
    NotNull(NotNull),
    /// Every value of the column but NULL lies between two bounds.
    Range(Range),
    /// No two rows have equal values in all the columns.
    Unique(Unique),
    /// The dataset has the columns.
    RequiredColumns(RequiredColumns),
    /// Every value of the column but NULL is one of a list.
    AllowedValues(AllowedValues),
    /// A condition of SQL holds for every row.
    Predicate(Predicate),
}

impl ValidationRule {
    /// The kind, as JSON has it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NotNull(_) => "not_null",
            Self::Range(_) => "range",
            Self::Unique(_) => "unique",
            Self::RequiredColumns(_) => "required_columns",
            Self::AllowedValues(_) => "allowed_values",
            Self::Predicate(_) => "predicate",
        }
    }

    /// The columns that the rule names; those of a predicate are known when its SQL is planned.
    #[must_use]
    pub fn columns(&self) -> &[ColumnName] {
        match self {
            Self::NotNull(NotNull { column, .. })
            | Self::Range(Range { column, .. })
            | Self::AllowedValues(AllowedValues { column, .. }) => std::slice::from_ref(column),
            Self::Unique(Unique { columns, .. })
            | Self::RequiredColumns(RequiredColumns { columns, .. }) => columns,
            Self::Predicate(_) => &[],
        }
    }

    /// What a violation does.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::NotNull(NotNull { severity, .. })
            | Self::Range(Range { severity, .. })
            | Self::AllowedValues(AllowedValues { severity, .. })
            | Self::Unique(Unique { severity, .. })
            | Self::RequiredColumns(RequiredColumns { severity, .. })
            | Self::Predicate(Predicate { severity, .. }) => severity.unwrap_or_default(),
        }
    }

    /// What reports call the rule: its name, or for example `unique(path, line)`.
    #[must_use]
    pub fn label(&self) -> String {
        let name = match self {
            Self::NotNull(NotNull { name, .. })
            | Self::Range(Range { name, .. })
            | Self::AllowedValues(AllowedValues { name, .. })
            | Self::Unique(Unique { name, .. })
            | Self::RequiredColumns(RequiredColumns { name, .. }) => name.as_ref(),
            Self::Predicate(Predicate { name, .. }) => Some(name),
        };
        name.map_or_else(
            || {
                let columns: Vec<_> = self.columns().iter().map(ColumnName::as_str).collect();
                format!("{}({})", self.kind(), columns.join(", "))
            },
            |name| String::from(name.clone()),
        )
    }

    pub(super) fn check(&self, at: &str) -> Result<()> {
        let problem = match self {
            Self::Range(Range { min, max, .. }) => match (min, max) {
                (None, None) => Some("a range needs 'min', 'max' or both"),
                (Some(min), Some(max)) => min.problem_below(max),
                _ => None,
            },
            Self::Unique(Unique { columns, .. })
            | Self::RequiredColumns(RequiredColumns { columns, .. })
                if columns.is_empty() =>
            {
                Some("'columns' is empty; state at least one")
            }
            Self::AllowedValues(AllowedValues { values, .. }) if values.is_empty() => {
                Some("'values' is empty, so that no row could pass; state at least one")
            }
            _ => None,
        };
        problem.map_or(Ok(()), |problem| Err(invalid("", at, problem)))
    }
}

const fn inclusive() -> bool {
    true
}
