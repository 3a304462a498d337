//! What a table would ask of its readers and writers that a write is about to create.

use std::future::IntoFuture;

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::Result;
use datafusion::execution::context::SessionContext;
use deltalake_core::DeltaTable;

use super::check_protocol::{CheckProtocolOptions, ProtocolReport, check_protocol};
use super::error::failed;
use super::session::operation_state;
use super::source::Source;
use super::target::Target;
use super::write::{WriteOptions, configured};
use crate::table_location::TableLocation;

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
    let target = Target::of(location.clone(), DeltaTable::new_in_memory());
    let rows = Source::empty(schema).map_err(|error| failed(&target, OPERATION, &error.into()))?;
    let made = configured(&target, &operation_state(context), rows, options)?
        .into_future()
        .await
        .map_err(|error| failed(&target, OPERATION, &error))?;
    check_protocol(&Target::of(location.clone(), made), required)
}
