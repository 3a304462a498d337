//! Zero-row bootstrap: every dataset that a pipeline expects is there with its declared columns, so that all its queries can be planned before
//! there is a row.

mod columns;
mod create;
mod plan;
mod register;
mod report;
mod request;
mod seed;
#[cfg(test)]
mod tests;

use codeanatomy_errors::Result;
use codeanatomy_schema::Record as _;
use datafusion::execution::context::SessionContext;
use futures::StreamExt as _;

pub(crate) use columns::plain;
pub use columns::{ColumnDifference, DifferenceKind};
pub use plan::ZeroRowDatasetPlan;
pub use report::{BootstrapEvent, BootstrapProblem, BootstrapReport, BootstrapStatus};
pub use request::{BootstrapDataset, BootstrapMode, BootstrapRequest, DatasetRole};

use create::make;
use plan::entries;
use register::{Candidate, register};

/// How many tables are made at a time.
const AT_A_TIME: usize = 8;

/// Makes an empty table with the declared columns wherever a dataset has none, and registers all of them.
///
/// Every table is made by one commit: whatever stops a bootstrap leaves tables that are whole or not there, and the next one makes the rest.
/// Several may run at once. What is there is compared with what is declared, and never changed.
///
/// # Errors
///
/// What fails with one dataset is in the report. An error is what is wrong with the request:
///
/// - `schema-value-invalid`: a location or a policy contradicts itself.
/// - `invalid-option`: `seeded_datasets` without the mode, or with a name that is no dataset's; two policies of one dataset contradict each other.
/// - `dataset-name-taken`: two datasets have one name.
pub async fn bootstrap_datasets(
    context: &SessionContext,
    request: &BootstrapRequest,
) -> Result<BootstrapReport> {
    request.check("$")?;
    let entries = entries(context, request)?;
    let plans: Vec<_> = entries.iter().map(|entry| entry.plan.clone()).collect();
    if request.plan_only {
        return Ok(BootstrapReport::of(
            request.strict,
            plans,
            Vec::new(),
            Vec::new(),
            0,
        ));
    }
    let mut candidates: Vec<Candidate> = futures::stream::iter(entries)
        .map(|entry| async move {
            let made = make(context, &entry).await;
            Candidate::new(entry, made)
        })
        .buffered(AT_A_TIME)
        .collect()
        .await;
    let registered = register(context, &mut candidates, request.strict, request.overwrite).await?;
    let validation_errors = candidates
        .iter()
        .filter(|candidate| request.strict && candidate.fails())
        .filter_map(Candidate::problem)
        .collect();
    let events = candidates.iter().map(Candidate::event).collect();
    Ok(BootstrapReport::of(
        request.strict,
        plans,
        events,
        validation_errors,
        registered,
    ))
}
