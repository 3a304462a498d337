//! ASCII text, of which most lines of code are: one look at its bytes, eight at a time, says what normalising would change.

/// Whether a byte of ASCII text is white space.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// What is in a text. All but `is_ascii` means something only where that is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) is_ascii: bool,
    pub(super) has_upper_case: bool,
    /// White space other than a space, or two of them side by side.
    pub(super) has_runs: bool,
}

/// The highest bit of each byte of a word.
const HIGH: u64 = repeat(0x80);

const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of each byte that is at least `least`, where all bytes are below 128: the sum of two such bytes stays in its byte.
const fn at_least(word: u64, least: u8) -> u64 {
    word.wrapping_add(repeat(0x80 - least)) & HIGH
}

/// Bits that are set where a word has what [`Contents`] names.
#[derive(Default)]
struct Found {
    other: u64,
    upper_case: u64,
    runs: u64,
    /// The highest bit of the lowest byte, if the byte before the next word is a space.
    space_before: u64,
}

/// The highest bit of each byte that is white space but no space, and of each that is a space.
const fn white_space(word: u64) -> (u64, u64) {
    let controls = at_least(word, b'\t') ^ at_least(word, b'\r' + 1);
    let spaces = HIGH & !at_least(word ^ repeat(b' '), 1);
    (controls, spaces)
}

impl Found {
    fn look_at(&mut self, bytes: [u8; 8]) {
        let word = u64::from_le_bytes(bytes);
        self.other |= word & HIGH;
        self.upper_case |= at_least(word, b'A') ^ at_least(word, b'Z' + 1);
        let (controls, spaces) = white_space(word);
        self.runs |= controls | (spaces & (spaces << 8 | self.space_before));
        self.space_before = spaces >> 56;
    }
}

/// Looks at a text.
pub(super) fn contents(text: &[u8]) -> Contents {
    let mut found = Found::default();
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        found.look_at(*word);
    }
    if let (false, Some(last)) = (rest.is_empty(), text.last_chunk()) {
        // The last word overlaps the one before it, which changes nothing: its bytes are looked at twice.
        let before = text.len().checked_sub(9).map(|place| text[place]);
        found.space_before = if before == Some(b' ') { 0x80 } else { 0 };
        found.look_at(*last);
    } else if !rest.is_empty() {
        // A byte that is nothing that is looked for fills the only word.
        let mut word = [b'a'; 8];
        for (place, byte) in word.iter_mut().zip(rest) {
            *place = *byte;
        }
        found.look_at(word);
    }
    Contents {
        is_ascii: found.other == 0,
        has_upper_case: found.upper_case != 0,
        has_runs: found.runs != 0,
    }
}

/// Without ASCII white space at its ends: where the text starts, and where it ends.
pub(super) fn inner_range(text: &[u8]) -> std::ops::Range<usize> {
    let start = text
        .iter()
        .position(|byte| !is_white_space(*byte))
        .unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|byte| !is_white_space(*byte))
        .map_or(start, |last| last + 1);
    start..end
}

/// Moves some bytes of a row to `end`, one space for each run of white space; the new end.
fn collapse(
    row: &mut [u8],
    range: std::ops::Range<usize>,
    mut end: usize,
    mut was_space: bool,
) -> usize {
    // Without a branch a byte: a byte that is not kept is overwritten by the next.
    for position in range {
        let byte = row[position];
        let is_space = is_white_space(byte);
        row[end] = if is_space { b' ' } else { byte };
        end += usize::from(!(is_space && was_space));
        was_space = is_space;
    }
    end
}

/// Writes ASCII text with one space for each run of white space.
pub(super) fn write_collapsed_ascii(text: &[u8], into: &mut Vec<u8>) {
    let start = into.len();
    into.extend_from_slice(text);
    let row = &mut into[start..];
    let (mut position, mut end) = (0, 0);
    // The highest bit of the lowest byte, if the byte before the next word is white space.
    let mut space_before = 0;
    // Most words have no run, and are moved whole.
    while let Some(&word) = row[position..].first_chunk::<8>() {
        let (controls, spaces) = white_space(u64::from_le_bytes(word));
        let all = controls | spaces;
        if controls | (spaces & (all << 8 | space_before)) == 0 {
            row[end..end + 8].copy_from_slice(&word);
            end += 8;
        } else {
            end = collapse(row, position..position + 8, end, space_before != 0);
        }
        space_before = all >> 56;
        position += 8;
    }
    let end = collapse(row, position..row.len(), end, space_before != 0);
    into.truncate(start + end);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow_contents(text: &str) -> Contents {
        Contents {
            is_ascii: text.is_ascii(),
            has_upper_case: text.contains(|character: char| character.is_ascii_uppercase()),
            has_runs: text.contains(['\t', '\n', '\u{b}', '\u{c}', '\r']) || text.contains("  "),
        }
    }

    #[test]
    fn every_byte_is_found_at_every_place() {
        for byte in 0..=0x7f_u8 {
            for length in 1..20 {
                for place in 0..length {
                    let mut text = vec![b'x'; length];
                    text[place] = byte;
                    let text = String::from_utf8(text).unwrap();
                    assert_eq!(contents(text.as_bytes()), slow_contents(&text), "{text:?}");
                }
            }
        }
        assert!(!contents("aaaaaaaaé".as_bytes()).is_ascii);
        assert!(!contents("éaaaaaaaa".as_bytes()).is_ascii);
        assert!(contents(b"").is_ascii);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn contents_are_those_of_one_byte_after_the_other(text in "[ a]{0,30}|[ -~]{0,40}|[ a\t\u{1f}@\\[AZ\u{7f}]{0,20}") {
            prop_assert_eq!(contents(text.as_bytes()), slow_contents(&text));
        }

        #[test]
        fn ascii_is_collapsed_as_words_are_joined(text in "[ a\t\n\u{b}\u{c}\r\u{1c}\u{1f}b]{0,20}") {
            let inner = &text[inner_range(text.as_bytes())];
            prop_assert_eq!(inner, text.trim());
            let mut written = b"before".to_vec();
            write_collapsed_ascii(inner.as_bytes(), &mut written);
            let by_words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(std::str::from_utf8(&written).unwrap(), format!("before{by_words}"));
            prop_assert_eq!(contents(inner.as_bytes()).has_runs, by_words != inner);
        }

        #[test]
        fn text_that_is_not_ascii_is_told(text in "[a-z ]{0,20}[é€🐍][a-z ]{0,20}") {
            prop_assert!(!contents(text.as_bytes()).is_ascii);
        }
    }
}
