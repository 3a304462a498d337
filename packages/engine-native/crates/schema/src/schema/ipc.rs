//! Schemas as messages of Arrow's IPC format, in base64: what `pyarrow.Schema.serialize()` gives.

use std::panic::catch_unwind;

use arrow::datatypes::Schema;
use arrow::ipc::convert::try_schema_from_ipc_buffer;
use arrow::ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteOptions};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Writes a schema in base64.
pub(super) fn encode(schema: &Schema) -> String {
    STANDARD.encode(message(schema))
}

/// Writes a schema as an encapsulated message.
pub(super) fn message(schema: &Schema) -> Vec<u8> {
    let message = IpcDataGenerator::default()
        .schema_to_bytes_with_dictionary_tracker(
            schema,
            &mut DictionaryTracker::new(true),
            &IpcWriteOptions::default(),
        )
        .ipc_message;
    let mut bytes = Vec::with_capacity(message.len() + 8);
    bytes.extend_from_slice(&[0xff; 4]);
    bytes.extend_from_slice(
        &u32::try_from(message.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
    );
    bytes.extend_from_slice(&message);
    bytes
}

/// Reads a schema.
pub(super) fn decode(text: &str) -> Result<Schema, String> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|error| format!("'ipc' is no base64: {error}"))?;
    // Arrow verifies the message as a flatbuffer but panics where one that verifies states types that do not exist.
    match catch_unwind(|| try_schema_from_ipc_buffer(&bytes)) {
        Ok(Ok(schema)) => Ok(schema),
        Ok(Err(error)) => Err(format!("'ipc' is no schema of Arrow's IPC format: {error}")),
        Err(_) => Err("'ipc' is no schema of Arrow's IPC format".to_owned()),
    }
}
