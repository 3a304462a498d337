//! Digests as text.

/// Appends the lower-case hexadecimal digits of a 128-bit digest.
pub(super) fn hexadecimal(digest: &[u8; 16], text: &mut String) {
    let mut digits = [0_u8; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(digest) {
        pair[0] = digit(byte >> 4);
        pair[1] = digit(byte & 15);
    }
    // The digits are ASCII, so the default is never taken; one push of the whole is much faster than thirty-two of its characters.
    text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

/// Computed and not looked up, so that the compiler makes all digits at once.
fn digit(value: u8) -> u8 {
    value + if value < 10 { b'0' } else { b'a' - 10 }
}
