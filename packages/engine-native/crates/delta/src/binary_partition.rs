//! Partition values that are bytes: the log has their text, on which writers don't agree.
//!
//! The protocol says "a string of escaped binary values", as in `\u0001\u0002\u0003`. Deltalake writes that text, with six characters for each
//! byte, and takes it for the bytes themselves when it reads; whatever it rewrites, it escapes once more.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use delta_kernel::schema::{DataType, PrimitiveType};
use deltalake_core::table::state::DeltaTableState;

use crate::table_location::TableLocation;

/// What begins the escape of a byte, which four hexadecimal digits end.
const ESCAPE: &[u8] = b"\\u";
const DIGITS: usize = 4;

/// The bytes that a text means: those of its escapes if it has nothing else, otherwise its own.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let escapes = text.chunks(ESCAPE.len() + DIGITS);
    let bytes: Option<Vec<u8>> = escapes.map(byte_of).collect();
    bytes.unwrap_or_else(|| text.to_vec())
}

fn byte_of(escape: &[u8]) -> Option<u8> {
    let digits = escape.strip_prefix(ESCAPE)?;
    if digits.len() != DIGITS || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    u8::try_from(number).ok()
}

/// The first column of bytes that the table is partitioned by.
pub(crate) fn binary_partition(state: &DeltaTableState) -> Option<String> {
    let schema = state.schema();
    let mut columns = state.metadata().partition_columns().iter();
    let column = columns.find(|column| {
        let field = schema.field(column.as_str());
        field.is_some_and(|field| *field.data_type() == DataType::Primitive(PrimitiveType::Binary))
    });
    column.cloned()
}

/// Refuses an operation that would read the partition values of a table to write them again.
///
/// # Errors
///
/// `delta-protocol-unsupported`: the table is partitioned by bytes.
pub(crate) fn check_rewritable(location: &TableLocation, state: &DeltaTableState) -> Result<()> {
    match binary_partition(state) {
        None => Ok(()),
        Some(column) => Err(unreadable_partition(location, &column, "be rewritten")),
    }
}

/// The error of a table that is partitioned by a column of bytes.
pub(crate) fn unreadable_partition(
    location: &TableLocation,
    column: &str,
    what: &str,
) -> EngineError {
    EngineError::new(
        ErrorCode::DeltaProtocolUnsupported,
        format!("the table is partitioned by '{column}', a column of bytes, whose values can't {what}"),
    )
    .with_detail("location", location.url().to_string())
    .with_detail("column", column)
    .with_hint("overwrite the table without partitions, or partitioned by the bytes as text: encode(column, 'hex')")
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn escapes_are_bytes_and_all_else_is_itself() {
        for (text, bytes) in [
            (r"\u0000\u0001\u00FF", &[0, 1, 255][..]),
            (r"\u0061\u00e9", &[0x61, 0xe9]),
            ("", b""),
            ("abc", b"abc"),
            (r"\u0061b", br"\u0061b"),
            (r"\u0100", br"\u0100"),
            (r"\u006", br"\u006"),
            (r"\u+061", br"\u+061"),
            ("ä", "ä".as_bytes()),
        ] {
            assert_eq!(decoded(text.as_bytes()), bytes, "{text}");
        }
    }
}
