//! Sort orders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ColumnName;

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SortKey {
    /// The column.
    pub column: ColumnName,
    /// The direction.
    #[serde(default)]
    pub order: SortOrder,
    /// Whether NULLs come first; by default they do when descending only, as in SQL without `NULLS FIRST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls_first: Option<bool>,
}

/// A direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SortOrder {
    /// The least first.
    #[default]
    Ascending,
    /// The greatest first.
    Descending,
}
