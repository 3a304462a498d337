//! Records: decoded, checked, encoded.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::deserializer::{Node, Path};
use super::parse::parse;

/// A record that JSON states.
pub trait Record: Serialize + DeserializeOwned + JsonSchema {
    /// The name of the record, the same in Python.
    const NAME: &'static str;

    /// Checks what the types can't, as far as no data is needed.
    ///
    /// `at` is the path of the record.
    ///
    /// # Errors
    ///
    /// `schema-value-invalid`: two fields contradict each other, or one names a column that is not there.
    fn check(&self, at: &str) -> Result<()> {
        let _ = at;
        Ok(())
    }

    /// The record as its fingerprint sees it: without what does not belong to its identity, such as secrets.
    ///
    /// # Errors
    ///
    /// `internal-error`: the record can't be written as JSON.
    fn identity(&self) -> Result<Value> {
        to_value(self)
    }
}

/// Decodes and checks a record; `argument` is what errors call the text.
///
/// # Errors
///
/// `schema-json-invalid`, `schema-field-unknown`, `schema-field-refused`, `schema-field-missing` or `schema-value-invalid`, with the path
/// in their details.
///
/// ```
/// use codeanatomy_schema::{DeltaScanOptions, decode};
///
/// let error = decode::<DeltaScanOptions>(r#"{"file_colunm_name": "path"}"#, "options").unwrap_err();
/// assert_eq!(error.code().as_str(), "schema-field-unknown");
/// assert!(error.message().ends_with("did you mean 'file_column_name'?"));
/// ```
pub fn decode<R: Record>(text: &str, argument: &str) -> Result<R> {
    decode_value(&parse(text, argument)?, argument)
}

pub(crate) fn decode_value<R: Record>(value: &Value, argument: &str) -> Result<R> {
    let node = Node {
        value,
        path: Path::Root,
    };
    let record = R::deserialize(node).map_err(|problem| problem.at(&"$").into_error(argument))?;
    record
        .check("$")
        .map_err(|error| error.with_detail("argument", argument))?;
    Ok(record)
}

/// Decodes a value that JSON writes as a text.
pub(crate) fn decode_text<T: DeserializeOwned>(text: &str, argument: &str) -> Result<T> {
    let value = Value::from(text);
    let node = Node {
        value: &value,
        path: Path::Root,
    };
    T::deserialize(node).map_err(|problem| problem.at(&"$").into_error(argument))
}

/// The JSON value of a record.
pub(crate) fn to_value(record: &impl Serialize) -> Result<Value> {
    serde_json::to_value(record).map_err(|error| unwritable(&error))
}

/// The JSON text of a record or of a resolved result.
pub(crate) fn encode(record: &impl Serialize) -> Result<String> {
    serde_json::to_string(record).map_err(|error| unwritable(&error))
}

/// The error of a value that its field does not accept.
pub(crate) fn invalid(what: &str, path: &str, problem: &str) -> EngineError {
    let subject = if what.is_empty() {
        String::new()
    } else {
        format!("{what}: ")
    };
    EngineError::new(
        ErrorCode::SchemaValueInvalid,
        format!("{subject}{path}: {problem}"),
    )
    .with_detail("path", path)
}

fn unwritable(error: &serde_json::Error) -> EngineError {
    EngineError::new(
        ErrorCode::InternalError,
        format!("a record can't be written as JSON: {error}"),
    )
}
