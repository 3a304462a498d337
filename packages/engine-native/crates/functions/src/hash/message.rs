//! The bytes that are hashed for several parts together.
//!
//! A part is its length plus one as a LEB128 number and its bytes; a NULL part is the number zero. So `("ab", "c")` and `("a", "bc")` differ,
//! NULL differs from every value, and a part of fewer than 127 bytes takes one byte more than it has.

/// Appends a part; `None` is NULL.
pub(super) fn push_part(message: &mut Vec<u8>, part: Option<&[u8]>) {
    let Some(bytes) = part else {
        message.push(0);
        return;
    };
    let mut length = bytes.len() as u64 + 1;
    while length > 0x7f {
        message.push(length.to_le_bytes()[0] | 0x80);
        length >>= 7;
    }
    message.push(length.to_le_bytes()[0]);
    message.extend_from_slice(bytes);
}

/// Appends a part that is an integer's decimal text.
pub(super) fn push_integer(message: &mut Vec<u8>, value: i64) {
    push_part(message, Some(itoa::Buffer::new().format(value).as_bytes()));
}
