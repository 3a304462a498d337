//! White space: the characters with the Unicode property `White_Space`, which `char::is_whitespace` knows.

/// The character that starts at this byte, if it may be white space. Most text is ASCII or starts its characters with other bytes.
fn white_space_at(text: &str, start: usize) -> Option<char> {
    let character = match text.as_bytes()[start] {
        byte @ (b' ' | b'\t'..=b'\r') => char::from(byte),
        0xC2 | 0xE1..=0xE3 => text.get(start..)?.chars().next()?,
        _ => return None,
    };
    character.is_whitespace().then_some(character)
}

/// Writes the text with one space for each run of white space and says whether it differs; if not, `into` is as it was.
pub(super) fn write_collapsed(text: &str, into: &mut String) -> bool {
    let mut is_run = false;
    let mut position = 0;
    let mut written = 0;
    let mut is_changed = false;
    while position < text.len() {
        let Some(space) = white_space_at(text, position) else {
            is_run = false;
            position += 1;
            continue;
        };
        let next = position + space.len_utf8();
        if is_run || space != ' ' {
            if !is_changed {
                into.clear();
                is_changed = true;
            }
            into.push_str(&text[written..position]);
            if !is_run {
                into.push(' ');
            }
            written = next;
        }
        is_run = true;
        position = next;
    }
    if is_changed {
        into.push_str(&text[written..]);
    }
    is_changed
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
