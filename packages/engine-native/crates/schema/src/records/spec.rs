//! What a dataset is.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ContractSpec, DatasetPolicies, EvolutionSpec, TableSpec, is_empty, spec_check};
use crate::{ColumnName, Name, Record, SchemaDescription, SqlText};

/// What the rows of a dataset are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetKind {
    /// The rows of the files or the table.
    #[default]
    Primary,
    /// The changes of a Delta table.
    DeltaCdf,
}

/// A view beside the dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewSpec {
    /// The name: `SessionContext::register_table`.
    pub name: Name,
    /// The query: `SessionContext::sql`.
    pub sql: SqlText,
}

/// A column computed from others: `DataFrame::with_column`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivedField {
    /// The name.
    pub name: ColumnName,
    /// The expression.
    pub sql: SqlText,
}

/// What a dataset is: its columns, what it promises, and the policies it is read and written by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetSpec {
    /// The name under which SQL finds the dataset.
    pub name: Name,
    /// The declared table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_spec: Option<TableSpec>,
    /// What the rows are: `DeltaTable::scan_cdf` or `DeltaTable::table_provider`.
    #[serde(default)]
    pub dataset_kind: DatasetKind,
    /// What the dataset promises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_spec: Option<ContractSpec>,
    /// The policies.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub policies: DatasetPolicies,
    /// Views beside the dataset.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub view_specs: Vec<ViewSpec>,
    /// Computed columns, in their order; each may use those before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived_fields: Vec<DerivedField>,
    /// Which rows the dataset consists of: `DataFrame::filter` over the scan, which the optimizer pushes into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<SqlText>,
    /// How the schema of the files may differ from the declared one.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub evolution_spec: EvolutionSpec,
}

impl DatasetSpec {
    /// The declared columns: those of the table spec, or of the contract.
    #[must_use]
    pub fn schema(&self) -> Option<&SchemaDescription> {
        let table = self.table_spec.as_ref().map(|table| &table.schema);
        table.or_else(|| {
            self.contract_spec
                .as_ref()
                .map(|contract| &contract.table_schema)
        })
    }
}

impl Record for DatasetSpec {
    const NAME: &'static str = "DatasetSpec";

    fn check(&self, at: &str) -> Result<()> {
        spec_check::check(self, at)
    }
}
