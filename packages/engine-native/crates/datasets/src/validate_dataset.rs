//! The rows of a dataset, checked by what it promises.

use codeanatomy_errors::Result;
use codeanatomy_schema::{Setting, Strictness};
use codeanatomy_validation::{ValidationOptions, ValidationReport, validate};
use datafusion::execution::context::SessionContext;

use crate::checked_rows::whole_policy;
use crate::request::DatasetResolutionRequest;
use crate::resolve::{planning, resolve_dataset_provider};

/// Checks the rows that a dataset has by its contract and its policies, as a write checks those that come.
///
/// # Errors
///
/// Those of [`resolve_dataset_provider`] and of [`validate`].
pub async fn validate_dataset(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
    examples: usize,
) -> Result<ValidationReport> {
    let resolution = resolve_dataset_provider(context, request).await?;
    let resolved = &resolution.report.options;
    let spec = request.location.dataset_spec.as_ref();
    let mut policy = whole_policy(resolved, request.location.contract())?;
    if spec.is_some_and(|spec| !spec.derived_fields.is_empty())
        && policy.strict.value() == Some(&Strictness::Filter)
    {
        // Rules may name derived columns, which nobody declares.
        policy.strict = Setting::Value(Strictness::Pass);
    }
    let rows = context
        .read_table(resolution.provider)
        .map_err(|error| planning(&request.name, error))?
        .into_unoptimized_plan();
    let declared = resolved
        .table_spec
        .value
        .as_ref()
        .map(|table| &table.schema);
    let options = ValidationOptions {
        examples_per_rule: examples,
        ..ValidationOptions::default()
    };
    validate(context, rows, declared, &policy, options).await
}
