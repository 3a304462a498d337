//! Which internal tables there are, and where.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{DatasetLocation, Name, SchemaDescription, decode};
use serde_json::json;

use super::{cache_inventory, delta_maintenance, delta_mutation, delta_scan_plan, delta_snapshot};
use crate::bootstrap::{BootstrapDataset, DatasetRole};

/// An internal table. The number in its name changes only when an older table can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InternalTable {
    /// Which results of views are kept.
    CacheInventory,
    /// What Delta tables were when they were read.
    DeltaSnapshots,
    /// What was written to Delta tables.
    DeltaMutations,
    /// Which files of Delta tables were scanned.
    DeltaScanPlans,
    /// How Delta tables were maintained.
    DeltaMaintenance,
}

/// The folder of the tables about Delta tables, below the root.
const DELTA_FOLDER: &str = "delta_observability";

impl InternalTable {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::CacheInventory,
        Self::DeltaSnapshots,
        Self::DeltaMutations,
        Self::DeltaScanPlans,
        Self::DeltaMaintenance,
    ];

    /// The name of the table and of its directory.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CacheInventory => "datafusion_view_cache_inventory_v1",
            Self::DeltaSnapshots => "datafusion_delta_snapshots_v2",
            Self::DeltaMutations => "datafusion_delta_mutations_v2",
            Self::DeltaScanPlans => "datafusion_delta_scan_plans_v2",
            Self::DeltaMaintenance => "datafusion_delta_maintenance_v2",
        }
    }

    /// The declared columns.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        let fields: Vec<Field> = match self {
            Self::CacheInventory => cache_inventory::columns(),
            Self::DeltaSnapshots => delta_snapshot::columns(),
            Self::DeltaMutations => delta_mutation::columns(),
            Self::DeltaScanPlans => delta_scan_plan::columns(),
            Self::DeltaMaintenance => delta_maintenance::columns(),
        };
        Arc::new(Schema::new(fields))
    }

    /// Where the table lies below a directory or URL.
    ///
    /// # Errors
    ///
    /// `invalid-option`: the root is empty.
    pub fn path(self, artifacts_root: &str) -> Result<String> {
        let root = artifacts_root.trim_end_matches('/');
        if artifacts_root.trim().is_empty() {
            return Err(EngineError::new(
                ErrorCode::InvalidOption,
                "artifacts_root is empty; it takes a directory or a URL",
            )
            .with_detail("option", "artifacts_root")
            .with_hint("name the directory that the internal tables belong into"));
        }
        let name = self.name();
        Ok(match self {
            Self::CacheInventory => format!("{root}/{name}"),
            _ => format!("{root}/{DELTA_FOLDER}/{name}"),
        })
    }

    /// The table as a bootstrap sees it.
    pub(crate) fn dataset(self, artifacts_root: &str) -> Result<BootstrapDataset> {
        let location = json!({"path": self.path(artifacts_root)?}).to_string();
        let invalid = |problem: String| EngineError::new(ErrorCode::InternalError, problem);
        Ok(BootstrapDataset {
            name: Name::try_from(self.name().to_owned()).map_err(invalid)?,
            role: DatasetRole::Internal,
            location: Some(decode::<DatasetLocation>(&location, "artifacts_root")?),
            schema: Some(SchemaDescription::of(self.schema()).map_err(invalid)?),
            required: true,
            materialize: true,
        })
    }
}
