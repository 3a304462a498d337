//! The layer of a session: what its settings say about the options of a record.

use std::collections::BTreeMap;

use codeanatomy_errors::Result;
use serde_json::{Map, Value};

use super::Options;
use crate::json::decode_value;

/// Reads the options that a session's settings decide on; settings are texts by their full name, as `SHOW ALL` has them.
///
/// # Errors
///
/// `schema-value-invalid`: a setting has a value that its option does not accept.
///
/// ```
/// use std::collections::BTreeMap;
/// use codeanatomy_schema::{DataFusionScanOptions, Setting, options_from_session};
///
/// let settings = BTreeMap::from([("datafusion.execution.collect_statistics".to_owned(), "false".to_owned())]);
/// let options: DataFusionScanOptions = options_from_session(&settings)?;
/// assert_eq!(options.collect_statistics, Setting::Value(false));
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn options_from_session<O: Options>(settings: &BTreeMap<String, String>) -> Result<O> {
    let stated: Map<String, Value> = O::FIELDS
        .iter()
        .filter_map(|field| Some((field, settings.get(field.session_key?)?)))
        .map(|(field, text)| (field.name.to_owned(), value_of(text)))
        .collect();
    decode_value(&Value::Object(stated), "session")
}

fn value_of(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}
