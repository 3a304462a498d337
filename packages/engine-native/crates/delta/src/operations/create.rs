//! A table without rows, whose constraints hold from its first commit on.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use arrow::datatypes::SchemaRef;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::SaveMode;

use super::error::failed;
use super::expression::{condition, known_columns};
use super::property_names::check_property;
use super::session::operation_state;
use super::target::Target;
use super::write::{WriteOptions, names_of, source_columns};
use crate::columns::kernel_columns;
use crate::table_location::TableLocation;

const OPERATION: &str = "create";
/// The property that a table's writer protocol is at least of, and the first version that knows constraints.
const MIN_WRITER_VERSION: &str = "delta.minWriterVersion";
const CONSTRAINTS_VERSION: u32 = 3;

/// Creates a table with the columns, the properties of `options` and the constraints, by name: conditions as SQL.
///
/// # Errors
///
/// - `delta-operation-failed`: there is a table, also where another writer was faster.
/// - `delta-schema-mismatch`: Delta has nothing for the type of a column.
/// - `delta-expression-invalid`: a constraint is no condition over the columns.
/// - `invalid-option`: a property or a partition column is none.
pub async fn create(
    location: &TableLocation,
    context: &SessionContext,
    columns: &SchemaRef,
    constraints: &BTreeMap<String, String>,
    options: &WriteOptions,
) -> Result<u64> {
    let target = Target::open_or_new(location).await?;
    let kernel = kernel_columns(columns)
        .map_err(|error| EngineError::new(ErrorCode::DeltaSchemaMismatch, error))?;
    let partition_by = options.partition_by.clone().unwrap_or_default();
    known_columns("partition_by names", &partition_by, &names_of(columns))?;
    let built = CreateBuilder::new()
        .with_log_store(target.table().log_store())
        .with_columns(kernel.fields().cloned())
        .with_partition_columns(partition_by)
        .with_configuration(configuration(
            context,
            columns,
            constraints,
            options,
            &target,
        )?)
        // A constraint is a property by its own name, which is none of those that Delta lists.
        .with_raise_if_key_not_exists(false)
        .with_save_mode(SaveMode::ErrorIfExists)
        .with_commit_properties(options.commit.properties()?.with_max_retries(0))
        .into_future()
        .await;
    let table = built.map_err(|error| failed(&target, OPERATION, &error))?;
    Ok(table.version().unwrap_or_default())
}

fn configuration(
    context: &SessionContext,
    columns: &SchemaRef,
    constraints: &BTreeMap<String, String>,
    options: &WriteOptions,
    target: &Target,
) -> Result<Vec<(String, Option<String>)>> {
    let state = operation_state(context);
    let known = source_columns(target, OPERATION, columns)?;
    let mut properties = options.properties.clone();
    for (name, value) in &properties {
        check_property(name, value, false)?;
    }
    for (name, sql) in constraints {
        condition(&state, &known, &format!("constraint '{name}'"), sql)?;
        properties.insert(format!("delta.constraints.{name}"), sql.clone());
    }
    // Delta raises the version for a constraint that is added, but not for one that a table is created with.
    let stated = properties
        .get(MIN_WRITER_VERSION)
        .and_then(|version| version.parse::<u32>().ok());
    if stated.is_none_or(|version| version < CONSTRAINTS_VERSION) {
        properties.insert(
            MIN_WRITER_VERSION.to_owned(),
            CONSTRAINTS_VERSION.to_string(),
        );
    }
    Ok(properties
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect())
}
