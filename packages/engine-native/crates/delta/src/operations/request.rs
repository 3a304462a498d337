//! Any operation by name, with its options as JSON and its report as JSON: what a binding needs.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::append::append;
use super::check_protocol::{CheckProtocolOptions, check_protocol};
use super::checkpoint::checkpoint;
use super::cleanup_log::{CleanupLogOptions, cleanup_log};
use super::constraints::{
    AddConstraintsOptions, DropConstraintsOptions, add_constraints, drop_constraints,
};
use super::delete::{DeleteOptions, delete};
use super::features::{AddFeaturesOptions, add_features};
use super::history::{HistoryOptions, history};
use super::merge::{MergeOptions, merge};
use super::optimize::{OptimizeOptions, optimize};
use super::overwrite::{OverwriteOptions, overwrite};
use super::properties::{SetPropertiesOptions, set_properties};
use super::restore::{RestoreOptions, restore};
use super::snapshot::{files, snapshot};
use super::source::Source;
use super::target::Target;
use super::update::{UpdateOptions, update};
use super::vacuum::{VacuumOptions, vacuum};
use super::write::WriteOptions;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

/// An operation with its options.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "operation", content = "options", rename_all = "kebab-case")]
pub enum Request {
    /// [`append`]
    Append(Box<WriteOptions>),
    /// [`overwrite`]
    Overwrite(Box<OverwriteOptions>),
    /// [`merge`]
    Merge(Box<MergeOptions>),
    /// [`update`]
    Update(UpdateOptions),
    /// [`delete`]
    Delete(DeleteOptions),
    /// [`optimize`]
    Optimize(OptimizeOptions),
    /// [`vacuum`]
    Vacuum(VacuumOptions),
    /// [`restore`]
    Restore(RestoreOptions),
    /// [`checkpoint`]
    Checkpoint {},
    /// [`cleanup_log`]
    CleanupLog(CleanupLogOptions),
    /// [`add_constraints`]
    AddConstraints(AddConstraintsOptions),
    /// [`drop_constraints`]
    DropConstraints(DropConstraintsOptions),
    /// [`set_properties`]
    SetProperties(SetPropertiesOptions),
    /// [`add_features`]
    AddFeatures(AddFeaturesOptions),
    /// [`check_protocol`]
    CheckProtocol(CheckProtocolOptions),
    /// [`history`]
    History(HistoryOptions),
    /// [`snapshot`]
    Snapshot {},
    /// [`files`]
    Files {},
}

impl Request {
    /// Reads `{"operation": …, "options": {…}}`.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            let text = error.to_string();
            // Where it stands in the JSON says nothing to a caller who wrote none.
            let error = text.split(" at line ").next().unwrap_or(&text);
            EngineError::new(
                ErrorCode::InvalidOption,
                format!("the options of a Delta operation are not valid: {error}"),
            )
        })
    }

    /// Whether the operation reads rows from a source.
    #[must_use]
    pub fn needs_rows(&self) -> bool {
        matches!(self, Self::Append(_) | Self::Overwrite(_) | Self::Merge(_))
    }

    /// Whether the operation only looks.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        matches!(
            self,
            Self::CheckProtocol(_) | Self::History(_) | Self::Snapshot {} | Self::Files {}
        )
    }
}

/// Runs an operation on the table at `location`, and reports it.
///
/// # Errors
///
/// `invalid-option`: `pin` is not the latest version, and the operation changes something; or rows are missing or not wanted. Else those of the
/// operation.
pub async fn run(
    location: &TableLocation,
    pin: &TablePin,
    context: &SessionContext,
    request: Request,
    source: Option<Source>,
) -> Result<Value> {
    if pin.is_fixed() && !request.only_reads() {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!(
                "{} is opened at {pin}, which nothing can change",
                location.name()
            ),
        )
        .with_detail("option", "version")
        .with_hint("open the table without a version; 'restore' brings an old one back"));
    }
    if request.needs_rows() != source.is_some() {
        return Err(EngineError::new(
            ErrorCode::InvalidOption,
            if source.is_some() {
                "the operation takes no rows"
            } else {
                "the operation needs rows"
            },
        ));
    }
    match (request, source) {
        (Request::Append(options), Some(source)) => {
            json(&append(location, context, source, *options).await?)
        }
        (Request::Overwrite(options), Some(source)) => {
            json(&overwrite(location, context, source, *options).await?)
        }
        (request, source) => {
            let target = Target::at(location, pin).await?;
            run_on(&target, context, request, source).await
        }
    }
}

async fn run_on(
    target: &Target,
    context: &SessionContext,
    request: Request,
    source: Option<Source>,
) -> Result<Value> {
    match request {
        Request::Merge(options) => match source {
            Some(source) => json(&Box::pin(merge(target, context, source, *options)).await?),
            None => Ok(Value::Null),
        },
        Request::Update(options) => json(&update(target, context, options).await?),
        Request::Delete(options) => json(&delete(target, context, options).await?),
        Request::Optimize(options) => json(&optimize(target, context, options).await?),
        Request::Vacuum(options) => json(&vacuum(target, options).await?),
        Request::Restore(options) => json(&restore(target, options).await?),
        Request::Checkpoint {} => json(&checkpoint(target).await?),
        Request::CleanupLog(options) => json(&cleanup_log(target, options).await?),
        Request::AddConstraints(options) => json(&add_constraints(target, context, options).await?),
        Request::DropConstraints(options) => json(&drop_constraints(target, options).await?),
        Request::SetProperties(options) => json(&set_properties(target, options).await?),
        Request::AddFeatures(options) => json(&add_features(target, options).await?),
        Request::CheckProtocol(options) => json(&check_protocol(target, &options)?),
        Request::History(options) => json(&history(target, &options).await?),
        Request::Snapshot {} => json(&snapshot(target)?),
        Request::Files {} => json(&files(target)?),
        // They have gone their own way: the table need not exist.
        Request::Append(_) | Request::Overwrite(_) => Ok(Value::Null),
    }
}

fn json<Report: Serialize>(report: &Report) -> Result<Value> {
    serde_json::to_value(report)
        .map_err(|error| EngineError::new(ErrorCode::InternalError, error.to_string()))
}
