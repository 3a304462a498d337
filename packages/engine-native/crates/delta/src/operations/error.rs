//! Delta's errors as the engine's, without the secrets of the storage.

use arrow::error::ArrowError;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::{CommitConflictError, TransactionError};
use deltalake_core::table::state::DeltaTableState;

use super::target::Target;
use crate::binary_partition::check_rewritable;
use crate::damaged_log::{blocked_commit, check_files};
use crate::failure::{Failure, classify, text_of};

/// How Delta begins the report of rows that break a constraint.
const INVALID_DATA: &str = "Invalid data found";
/// How Arrow begins the report of a value that a column can't hold.
const CAST_FAILED: &str = "Cast error: ";
/// What DataFusion puts before the text of an error that is not its own.
const WRAPPED: &str = "External error: ";
/// What it puts after a text where backtraces are asked for.
const BACKTRACE: &str = "\n\nbacktrace: ";

/// The state of a table that an operation was opened on.
pub(super) fn existing<'target>(
    target: &'target Target,
    operation: &'static str,
) -> Result<&'target DeltaTableState> {
    let state = target.table().snapshot();
    state.map_err(|error| failed(target, operation, &error))
}

/// The state of a table whose rows an operation reads to write them again.
pub(super) fn rewritable<'target>(
    target: &'target Target,
    operation: &'static str,
) -> Result<&'target DeltaTableState> {
    let state = existing(target, operation)?;
    check_rewritable(target.location(), state)?;
    check_files(target.location(), state)?;
    Ok(state)
}

/// The error of an operation on a table.
pub(super) fn failed(
    target: &Target,
    operation: &'static str,
    error: &DeltaTableError,
) -> EngineError {
    let location = target.location();
    if is_conflict(error)
        && let Some(blocked) = blocked_commit(location)
    {
        return blocked.with_detail("operation", operation);
    }
    let (code, hint) = code_of(error);
    let said = location.storage_options().redact(&readable(error));
    let text = format!("the {operation} of {} failed: {said}", location.name());
    EngineError::new(code, text)
        .with_detail("location", location.url().to_string())
        .with_detail("operation", operation)
        .with_hint(hint)
}

/// What the error says, without the words that wrappers put before it.
fn readable(error: &DeltaTableError) -> String {
    let text = match error {
        DeltaTableError::Generic(message) => message.clone(),
        DeltaTableError::GenericError { source } => source.to_string(),
        other => text_of(other),
    };
    let text = text.strip_prefix(WRAPPED).unwrap_or(&text);
    text.split(BACKTRACE)
        .next()
        .unwrap_or(text)
        .trim_end()
        .to_owned()
}

/// Whether another writer's commit is the reason.
pub(crate) fn is_conflict(error: &DeltaTableError) -> bool {
    matches!(
        error,
        DeltaTableError::Transaction {
            source: TransactionError::CommitConflict(_)
                | TransactionError::MaxCommitAttempts(_)
                | TransactionError::VersionAlreadyExists(_)
        } | DeltaTableError::VersionAlreadyExists(_)
    )
}

/// Whether rows break a constraint, or are no part of what they replace.
///
/// Delta makes a text of what DataFusion reports from the middle of a plan, so that its text is all that is left of the kind.
pub(super) fn is_invalid_data(error: &DeltaTableError) -> bool {
    match error {
        DeltaTableError::InvalidData { .. } => true,
        DeltaTableError::Generic(message) => message.contains(INVALID_DATA),
        _ => false,
    }
}

/// Whether the columns do not fit, or a value does not fit its column.
pub(super) fn is_schema_mismatch(error: &DeltaTableError) -> bool {
    match error {
        DeltaTableError::SchemaMismatch { .. }
        | DeltaTableError::Arrow {
            source: ArrowError::SchemaError(_) | ArrowError::CastError(_),
        } => true,
        DeltaTableError::Generic(message) => message.contains(CAST_FAILED),
        _ => false,
    }
}

fn code_of(error: &DeltaTableError) -> (ErrorCode, &'static str) {
    if is_conflict(error) {
        let hint = match error {
            DeltaTableError::Transaction {
                source: TransactionError::CommitConflict(CommitConflictError::MetadataChanged),
            } => "another writer changed the table's schema or properties: run the operation again",
            _ => "another writer changed what this operation read: run the operation again",
        };
        return (ErrorCode::DeltaCommitConflict, hint);
    }
    if is_invalid_data(error) {
        return (
            ErrorCode::DeltaConstraintViolated,
            "leave the rows out or correct them; 'properties' shows the table's constraints",
        );
    }
    if is_schema_mismatch(error) {
        return (
            ErrorCode::DeltaSchemaMismatch,
            "give the rows the table's columns, or let schema_mode 'merge' add new ones",
        );
    }
    match classify(error) {
        Failure::ProtocolUnsupported => (
            ErrorCode::DeltaProtocolUnsupported,
            "the table's snapshot says what it needs of its writers",
        ),
        Failure::FileMissing => (
            ErrorCode::DeltaTableUnreadable,
            "the files of old versions go when a table is vacuumed; if the version is a new one, restore the table",
        ),
        Failure::Other
            if matches!(
                error,
                DeltaTableError::Transaction {
                    source: TransactionError::DeltaTableAppendOnly
                }
            ) =>
        {
            (
                ErrorCode::DeltaProtocolUnsupported,
                "the table has the property delta.appendOnly: rows can only be added",
            )
        }
        Failure::Other => (
            ErrorCode::DeltaOperationFailed,
            "the table is as it was; check the options, the free space and the permissions",
        ),
    }
}
