//! The policies of a dataset.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::contract::check_unique_names;
use super::{
    DataFusionScanOptions, DeltaCdfPolicy, DeltaFeatureGate, DeltaMaintenancePolicy,
    DeltaScanOptions, DeltaSchemaPolicy, DeltaWritePolicy, SqlConstraint, ValidationPolicySpec,
    is_empty,
};
use crate::{Record, Setting};

/// What concerns Delta tables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeltaPolicyBundle {
    /// How a table is scanned.
    #[serde(skip_serializing_if = "is_empty")]
    pub scan: DeltaScanOptions,
    /// What is asked of its change data feed.
    #[serde(skip_serializing_if = "is_empty")]
    pub cdf_policy: DeltaCdfPolicy,
    /// What is done to it after a write.
    #[serde(skip_serializing_if = "is_empty")]
    pub maintenance_policy: DeltaMaintenancePolicy,
    /// How it is written.
    #[serde(skip_serializing_if = "is_empty")]
    pub write_policy: DeltaWritePolicy,
    /// How its schema may change.
    #[serde(skip_serializing_if = "is_empty")]
    pub schema_policy: DeltaSchemaPolicy,
    /// What its protocol must have.
    #[serde(skip_serializing_if = "is_empty")]
    pub feature_gate: DeltaFeatureGate,
    /// Conditions that hold for every row: `DeltaTable::add_constraint`. A layer that states them states all.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub constraints: Setting<Vec<SqlConstraint>>,
}

impl Record for DeltaPolicyBundle {
    const NAME: &'static str = "DeltaPolicyBundle";

    fn check(&self, at: &str) -> Result<()> {
        self.scan.check(&format!("{at}.scan"))?;
        self.write_policy.check(&format!("{at}.write_policy"))?;
        let constraints = self.constraints.value().map_or(&[][..], Vec::as_slice);
        check_unique_names(
            constraints.iter().map(|constraint| &*constraint.name),
            &format!("{at}.constraints"),
        )
    }
}

/// The policies of a dataset's spec.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetPolicies {
    /// How its files are scanned.
    #[serde(skip_serializing_if = "is_empty")]
    pub datafusion_scan: DataFusionScanOptions,
    /// What concerns Delta tables.
    #[serde(skip_serializing_if = "is_empty")]
    pub delta: DeltaPolicyBundle,
    /// What its rows are checked for.
    #[serde(skip_serializing_if = "is_empty")]
    pub validation: ValidationPolicySpec,
}

impl Record for DatasetPolicies {
    const NAME: &'static str = "DatasetPolicies";

    fn check(&self, at: &str) -> Result<()> {
        self.datafusion_scan
            .check(&format!("{at}.datafusion_scan"))?;
        self.delta.check(&format!("{at}.delta"))?;
        self.validation.check(&format!("{at}.validation"))
    }
}
