//! What a bootstrap is going to do, in order.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{Record, ResolvedLocation, SchemaDescription};
use datafusion::execution::context::SessionContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::{BootstrapDataset, BootstrapRequest, DatasetRole};
use crate::internal::InternalTable;
use crate::layers::resolve_layers;
use crate::request::DatasetResolutionRequest;

/// A dataset as a bootstrap sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZeroRowDatasetPlan {
    /// The name.
    pub name: String,
    /// What it is to the pipeline.
    pub role: DatasetRole,
    /// The declared columns; none are declared without it.
    pub schema: Option<SchemaDescription>,
    /// Where it is; of its storage options the names alone.
    pub location: Option<Value>,
    /// Whether a strict bootstrap fails with it.
    pub required: bool,
    /// Whether a table that is missing is made.
    pub materialize: bool,
}

/// A plan with what it takes to carry it out.
pub(super) struct Entry {
    pub(super) plan: ZeroRowDatasetPlan,
    pub(super) request: Option<DatasetResolutionRequest>,
    /// What the layers of the location come to.
    pub(super) resolved: Option<ResolvedLocation>,
    /// Whether a row of defaults is asked for.
    pub(super) seed: bool,
}

/// The datasets of the request that are wanted, and the internal tables, by role and name.
pub(super) fn entries(context: &SessionContext, request: &BootstrapRequest) -> Result<Vec<Entry>> {
    let mut datasets = request.datasets.clone();
    if request.include_internal_tables {
        for table in InternalTable::ALL {
            datasets.push(table.dataset(&request.artifacts_root)?);
        }
    }
    datasets.retain(|dataset| match dataset.role {
        DatasetRole::SemanticOutput => request.include_semantic_outputs,
        DatasetRole::Internal => request.include_internal_tables,
        _ => true,
    });
    datasets.sort_by(|one, other| (one.role, &one.name).cmp(&(other.role, &other.name)));
    check_names(&datasets)?;
    datasets
        .into_iter()
        .map(|dataset| entry(context, request, &dataset))
        .collect()
}

fn entry(
    context: &SessionContext,
    request: &BootstrapRequest,
    dataset: &BootstrapDataset,
) -> Result<Entry> {
    let resolution = dataset.resolution(request.policy.as_ref());
    let resolved = match &resolution {
        Some(resolution) => Some(resolve_layers(&context.state(), resolution)?.0),
        None => None,
    };
    let declared = resolved
        .as_ref()
        .and_then(|resolved| resolved.table_spec.value.as_ref())
        .map(|table| table.schema.clone());
    Ok(Entry {
        plan: ZeroRowDatasetPlan {
            name: dataset.name.to_string(),
            role: dataset.role,
            schema: declared.or_else(|| dataset.schema.clone()),
            location: dataset
                .location
                .as_ref()
                .map(Record::identity)
                .transpose()?,
            required: dataset.required,
            materialize: dataset.materialize,
        },
        seed: request.seeds(&dataset.name),
        request: resolution,
        resolved,
    })
}

fn check_names(datasets: &[BootstrapDataset]) -> Result<()> {
    let mut names: Vec<&str> = datasets.iter().map(|dataset| &*dataset.name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(EngineError::new(
            ErrorCode::DatasetNameTaken,
            format!("two datasets are named '{}'", pair[0]),
        )
        .with_detail("dataset", pair[0])
        .with_hint(
            "choose another name; those of the internal tables are taken where they are included",
        )),
        None => Ok(()),
    }
}
