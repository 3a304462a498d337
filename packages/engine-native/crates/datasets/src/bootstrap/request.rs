//! What is asked of a bootstrap.

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use codeanatomy_schema::{
    DatasetLocation, DatasetLocationOverrides, Name, Record, ScanPolicyConfig, SchemaDescription,
    TableSpec,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::request::DatasetResolutionRequest;

/// What a dataset is to a pipeline. Plans are ordered by it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DatasetRole {
    // In the order of their names, which is the order of plans.
    /// Rows that an extraction nests in others.
    ExtractNested,
    /// What the engine records about its own work.
    Internal,
    /// How two datasets belong together.
    RelationshipSchema,
    /// What the views are over.
    #[default]
    SemanticInput,
    /// What the views give.
    SemanticOutput,
}

/// What a bootstrap puts into the tables that it makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BootstrapMode {
    /// Nothing.
    #[default]
    StrictZeroRows,
    /// One row of defaults into each of the listed datasets.
    SeededMinimalRows,
}

/// A dataset that a pipeline expects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BootstrapDataset {
    /// The name of the dataset, and of its table.
    pub name: Name,
    /// What it is to the pipeline.
    #[serde(default)]
    pub role: DatasetRole,
    /// Where it is; a dataset that is nowhere can only be a schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<DatasetLocation>,
    /// The declared columns, over those that the location declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaDescription>,
    /// Whether a strict bootstrap fails with it.
    #[serde(default = "yes")]
    pub required: bool,
    /// Whether a table that is missing is made. Otherwise its columns alone are registered, as a table without rows.
    #[serde(default = "yes")]
    pub materialize: bool,
}

const fn yes() -> bool {
    true
}

fn artifacts_root() -> String {
    ".artifacts".to_owned()
}

impl BootstrapDataset {
    /// What a resolution of the dataset is asked for; `None` without a location.
    pub(super) fn resolution(
        &self,
        policy: Option<&ScanPolicyConfig>,
    ) -> Option<DatasetResolutionRequest> {
        let table_spec = self.schema.as_ref().map(|schema| TableSpec {
            schema: schema.clone(),
            key_fields: Vec::new(),
            required_non_null: Vec::new(),
        });
        Some(DatasetResolutionRequest {
            name: self.name.clone(),
            location: self.location.clone()?,
            call: DatasetLocationOverrides {
                table_spec,
                ..DatasetLocationOverrides::default()
            },
            policy: policy.cloned(),
            predicate: None,
            scan_files: Vec::new(),
        })
    }
}

/// A bootstrap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent of each other"
)]
pub struct BootstrapRequest {
    /// The datasets.
    pub datasets: Vec<BootstrapDataset>,
    /// Whether those that views give are part of it.
    #[serde(default = "yes")]
    pub include_semantic_outputs: bool,
    /// Whether the engine's internal tables are part of it.
    #[serde(default = "yes")]
    pub include_internal_tables: bool,
    /// Whether all required datasets have to succeed; then all are registered, or none.
    #[serde(default = "yes")]
    pub strict: bool,
    /// What the tables get.
    #[serde(default)]
    pub bootstrap_mode: BootstrapMode,
    /// Those that get a row in the mode `seeded_minimal_rows`.
    #[serde(default)]
    pub seeded_datasets: Vec<Name>,
    /// The directory or URL of the internal tables.
    #[serde(default = "artifacts_root")]
    pub artifacts_root: String,
    /// The scan policy of all datasets. Left out, it is the one that the session's profile names.
    #[serde(default)]
    pub policy: Option<ScanPolicyConfig>,
    /// Whether tables of the session give way that are not those of an earlier bootstrap.
    #[serde(default)]
    pub overwrite: bool,
    /// Whether only the plan is made: nothing is opened, written or registered.
    #[serde(default)]
    pub plan_only: bool,
}

impl Record for BootstrapRequest {
    const NAME: &'static str = "BootstrapRequest";

    fn check(&self, at: &str) -> Result<()> {
        for (position, dataset) in self.datasets.iter().enumerate() {
            if let Some(location) = &dataset.location {
                location.check(&format!("{at}.datasets[{position}].location"))?;
            }
        }
        if let Some(policy) = &self.policy {
            policy.check(&format!("{at}.policy"))?;
        }
        if self.bootstrap_mode == BootstrapMode::StrictZeroRows && !self.seeded_datasets.is_empty()
        {
            return Err(EngineError::new(
                ErrorCode::InvalidOption,
                "seeded_datasets names datasets, but the mode is 'strict_zero_rows', which writes no row",
            )
            .with_detail("option", "seeded_datasets")
            .with_hint("choose the mode 'seeded_minimal_rows', or leave seeded_datasets out"));
        }
        self.seeded_datasets
            .iter()
            .try_for_each(|name| self.check_seed(name))
    }
}

impl BootstrapRequest {
    /// A bootstrap of the datasets, with all that a request leaves out.
    #[must_use]
    pub fn of(datasets: Vec<BootstrapDataset>, artifacts_root: &str) -> Self {
        Self {
            datasets,
            include_semantic_outputs: true,
            include_internal_tables: true,
            strict: true,
            bootstrap_mode: BootstrapMode::default(),
            seeded_datasets: Vec::new(),
            artifacts_root: artifacts_root.to_owned(),
            policy: None,
            overwrite: false,
            plan_only: false,
        }
    }

    fn check_seed(&self, name: &str) -> Result<()> {
        let names = || self.datasets.iter().map(|dataset| &*dataset.name);
        if names().any(|known| known == name) {
            return Ok(());
        }
        let meant = nearest_name(name, names())
            .map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
        Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!("seeded_datasets names '{name}', which is no dataset of this bootstrap{meant}"),
        )
        .with_detail("option", "seeded_datasets")
        .with_hint(format!(
            "the datasets are {}",
            names().collect::<Vec<_>>().join(", ")
        )))
    }

    pub(super) fn seeds(&self, name: &str) -> bool {
        self.seeded_datasets.iter().any(|seeded| &**seeded == name)
    }
}
