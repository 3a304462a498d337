//! What is asked of a resolution.

use codeanatomy_errors::Result;
use codeanatomy_schema::{
    DatasetLocation, DatasetLocationOverrides, Name, Record, ScanPolicyConfig, SqlText,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dataset that is to be resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetResolutionRequest {
    /// The name of the dataset, for texts and as its table.
    pub name: Name,
    /// Where it is, and what is stated about it.
    pub location: DatasetLocation,
    /// What the caller states with the call.
    #[serde(default)]
    pub call: DatasetLocationOverrides,
    /// The scan policy. Left out, it is the one that the session's profile names; one that states nothing is a policy all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<ScanPolicyConfig>,
    /// A condition that a query would have, to see which files it needs. It does not become part of the dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<SqlText>,
    /// The files to read, relative to the location's path, instead of the location's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scan_files: Vec<Name>,
}

impl Record for DatasetResolutionRequest {
    const NAME: &'static str = "DatasetResolutionRequest";

    fn check(&self, at: &str) -> Result<()> {
        self.location.check(&format!("{at}.location"))?;
        self.call.check(&format!("{at}.call"))?;
        match &self.policy {
            Some(policy) => policy.check(&format!("{at}.policy")),
            None => Ok(()),
        }
    }
}
