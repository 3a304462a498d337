//! The errors of a validation.

use arrow::error::ArrowError;
use codeanatomy_errors::{EngineError, ErrorCode, nearest_name};
use datafusion::error::DataFusionError;

/// A rule that does not fit the data's schema.
pub(crate) fn unfit(label: &str, problem: &str) -> EngineError {
    EngineError::new(
        ErrorCode::ValidationRuleInvalid,
        format!("the rule '{label}' {problem}"),
    )
    .with_detail("rule", label)
}

/// A rule about a column that nothing has.
pub(crate) fn unknown_column<'a>(
    label: &str,
    column: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> EngineError {
    let meant = nearest_name(column, known.clone())
        .map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
    let known: Vec<_> = known.collect();
    unfit(
        label,
        &format!("names the column '{column}', which the data do not have{meant}"),
    )
    .with_detail("column", column)
    .with_hint(format!("the columns are {}", known.join(", ")))
}

/// Planning failed.
pub(crate) fn invalid(error: DataFusionError) -> EngineError {
    EngineError::new(ErrorCode::QueryInvalid, error.strip_backtrace()).with_source(error)
}

/// Reading or checking the rows failed.
pub(crate) fn failed(error: DataFusionError) -> EngineError {
    EngineError::new(ErrorCode::QueryFailed, error.strip_backtrace()).with_source(error)
}

/// A kernel of Arrow failed.
pub(crate) fn arrow_failed(error: ArrowError) -> EngineError {
    failed(DataFusionError::from(error))
}
