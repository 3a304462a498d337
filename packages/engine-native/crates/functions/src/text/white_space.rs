//! White space: the characters with the Unicode property `White_Space`, which `char::is_whitespace` knows.

/// Whether a byte of ASCII text is white space.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Whether ASCII text without white space at its ends has white space other than single spaces.
pub(super) fn has_runs_in_ascii(text: &[u8]) -> bool {
    // Two passes without a branch a byte, so that the compiler makes wide instructions of each.
    let has_other = text
        .iter()
        .fold(false, |found, byte| found | matches!(byte, b'\t'..=b'\r'));
    let rest = text.get(1..).unwrap_or_default();
    let pairs = text.iter().zip(rest).fold(0, |found, (byte, next)| {
        found | (u8::from(*byte == b' ') & u8::from(*next == b' '))
    });
    has_other || pairs > 0
}

/// Writes ASCII text with one space for each run of white space.
pub(super) fn write_collapsed_ascii(text: &[u8], into: &mut Vec<u8>) {
    into.reserve(text.len());
    let mut is_run = false;
    for &byte in text {
        let is_space = is_white_space(byte);
        if !is_space {
            into.push(byte);
        } else if !is_run {
            into.push(b' ');
        }
        is_run = is_space;
    }
}

/// Writes the text with one space for each run of white space and says whether it differs; if not, `into` is as it was.
pub(super) fn write_collapsed(text: &str, into: &mut String) -> bool {
    let mut is_run = false;
    let has_runs = text.chars().any(|character| {
        let is_space = character.is_whitespace();
        let is_changed = is_space && (is_run || character != ' ');
        is_run = is_space;
        is_changed
    });
    if !has_runs {
        return false;
    }
    into.clear();
    let mut is_run = false;
    for character in text.chars() {
        let is_space = character.is_whitespace();
        if !is_space {
            into.push(character);
        } else if !is_run {
            into.push(' ');
        }
        is_run = is_space;
    }
    true
}

/// The text without white space at its ends, and the byte at which it starts.
pub(super) fn trimmed(text: &str) -> (usize, &str) {
    let without_start = text.trim_start();
    (text.len() - without_start.len(), without_start.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One space for each run, by words.
    fn by_words(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn ascii_is_collapsed_as_words_are_joined(text in "[ a\t\n\u{b}\u{c}\r\u{1c}\u{1f}b]{0,20}") {
            let (start, inner) = trimmed(&text);
            prop_assert!(text[start..].starts_with(inner));
            let mut written = Vec::new();
            write_collapsed_ascii(inner.as_bytes(), &mut written);
            prop_assert_eq!(std::str::from_utf8(&written).unwrap(), by_words(&text));
            prop_assert_eq!(has_runs_in_ascii(inner.as_bytes()), by_words(&text) != inner);
        }

        #[test]
        fn text_is_collapsed_as_words_are_joined(text in "[ a\t\u{85}\u{a0}\u{1680}\u{2003}\u{2028}\u{200b}\u{3000}é]{0,20}") {
            let (_, inner) = trimmed(&text);
            let mut written = "before".to_owned();
            if write_collapsed(inner, &mut written) {
                prop_assert_ne!(&written, inner);
                prop_assert_eq!(written, by_words(&text));
            } else {
                prop_assert_eq!(inner, by_words(&text));
            }
        }
    }
}
