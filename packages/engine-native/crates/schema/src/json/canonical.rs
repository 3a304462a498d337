//! Canonical JSON and the fingerprint over it.

use std::fmt::Write;

use codeanatomy_errors::Result;
use serde_json::Value;

use super::Record;

/// Identifies what a record states: 32 hexadecimal digits of BLAKE3 over the record's name and its canonical JSON.
///
/// Neither the order of fields nor spaces count. Unset and null differ, and so do a default that is stated and one that is not.
///
/// # Errors
///
/// `internal-error`: the record can't be written as JSON.
///
/// ```
/// use codeanatomy_schema::{ScanPolicyDefaults, decode, fingerprint};
///
/// let left: ScanPolicyDefaults = decode(r#"{"collect_statistics": true, "meta_fetch_concurrency": 8}"#, "left")?;
/// let right: ScanPolicyDefaults = decode(r#"{"meta_fetch_concurrency":8,"collect_statistics":true}"#, "right")?;
/// assert_eq!(fingerprint(&left)?, fingerprint(&right)?);
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn fingerprint<R: Record>(record: &R) -> Result<String> {
    let mut text = String::new();
    write_canonical(&record.identity()?, &mut text);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(R::NAME.len() as u64).to_le_bytes());
    hasher.update(R::NAME.as_bytes());
    hasher.update(text.as_bytes());
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// Objects in the order of their keys' bytes, no spaces.
pub(super) fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (position, (key, value)) in entries.into_iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                // Writing to a String does not fail.
                let _ = write!(text, "{}:", Value::from(key.as_str()));
                write_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for (position, element) in elements.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write_canonical(element, text);
            }
            text.push(']');
        }
        scalar => {
            let _ = write!(text, "{scalar}");
        }
    }
}
