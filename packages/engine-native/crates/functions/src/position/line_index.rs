//! Lines of a text. A line ends with `\n`, `\r\n` or `\r`, as in CPython's tokenizer; the characters that end it belong to it.

use memchr::{memchr_iter, memchr2_iter};

/// Whether a line ends at this byte, which is `\n` or `\r`: a `\r` before `\n` is the first half of an end.
fn is_end(text: &[u8], position: usize) -> bool {
    text.get(position) == Some(&b'\n') || text.get(position + 1) != Some(&b'\n')
}

/// The number of the line that a byte is in; past the end is the end.
pub(super) fn line_of_byte(text: &str, byte: usize) -> usize {
    let text = text.as_bytes();
    let before = &text[..byte.min(text.len())];
    let returns = memchr_iter(b'\r', before)
        .filter(|&position| is_end(text, position))
        .count();
    memchr_iter(b'\n', before).count() + returns
}

/// Where the lines of a text start, for many questions about one text.
pub(super) struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub(super) fn of(text: &str) -> Self {
        let text = text.as_bytes();
        let starts = memchr2_iter(b'\n', b'\r', text)
            .filter(|&position| is_end(text, position))
            .map(|position| position + 1)
            .collect();
        Self { starts }
    }

    /// The number of the line that a byte is in; past the end is the end.
    pub(super) fn line_of_byte(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The line of a byte, one byte after the other.
    fn slow_line(text: &str, byte: usize) -> usize {
        let text = text.as_bytes();
        let (mut line, mut position) = (0, 0);
        while position < byte.min(text.len()) {
            let end = match text[position..] {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => 0,
            };
            position += end.max(1);
            if end > 0 && position <= byte {
                line += 1;
            }
        }
        line
    }

    #[test]
    fn ends_of_all_kinds() {
        let text = "a\r\nb\rc\n\nd";
        let lines: Vec<_> = (0..=text.len() + 1)
            .map(|byte| line_of_byte(text, byte))
            .collect();
        assert_eq!(lines, [0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 4]);
        assert_eq!(line_of_byte("", 0), 0);
        assert_eq!(line_of_byte("a\r", usize::MAX), 1);
    }

    proptest! {
        #[test]
        fn lines_are_those_of_one_byte_after_the_other(text in "[aé\r\n\u{c}\u{2028}]{0,40}") {
            let index = LineIndex::of(&text);
            for byte in 0..=text.len() + 2 {
                let expected = slow_line(&text, byte);
                prop_assert_eq!(line_of_byte(&text, byte), expected);
                prop_assert_eq!(index.line_of_byte(byte), expected);
            }
        }
    }
}
