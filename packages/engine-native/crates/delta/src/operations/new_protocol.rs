//! What a table would ask of its readers and writers that a write is about to create.

use std::future::IntoFuture;

use codeanatomy_errors::Result;
use datafusion::execution::context::SessionContext;
use deltalake_core::DeltaTable;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use deltalake_core::operations::write::WriteBuilder;

use super::check_protocol::{CheckProtocolOptions, ProtocolReport, check_protocol};
use super::error::failed;
use super::session::{operation_state, shared};
use super::source::Source;
use super::target::Target;
use super::write::WriteOptions;
use crate::table_location::TableLocation;
use arrow::datatypes::SchemaRef;

const OPERATION: &str = "check-protocol";

/// Checks the protocol of a table of these columns before it is there: an empty one is made in memory.
///
/// # Errors
///
/// Those of [`check_protocol`], and those of a table that can't be created.
pub async fn check_new_protocol(
    location: &TableLocation,
    context: &SessionContext,
    schema: SchemaRef,
    options: &WriteOptions,
    required: &CheckProtocolOptions,
) -> Result<ProtocolReport> {
    let empty = DeltaTable::new_in_memory();
    let log_store = empty.log_store();
    let target = Target::of(location.clone(), empty);
    let state = operation_state(context);
    let rows = Source::empty(schema).map_err(|error| failed(&target, OPERATION, &error.into()))?;
    let mut builder = WriteBuilder::new(log_store, None)
        .with_input_plan(rows.into_plan())
        .with_session_state(shared(&state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_configuration(
            options
                .properties
                .iter()
                .map(|(name, value)| (name, Some(value))),
        );
    if let Some(columns) = &options.partition_by {
        builder = builder.with_partition_columns(columns);
    }
    let made = builder
        .into_future()
        .await
        .map_err(|error| failed(&target, OPERATION, &error))?;
    check_protocol(&Target::of(location.clone(), made), required)
}
