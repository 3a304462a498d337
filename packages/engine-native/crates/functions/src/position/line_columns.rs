//! Columns of one line against offsets in its bytes.
//!
//! A position past the end means the end, as in the Language Server Protocol; one inside of a character, or between its two units of UTF-16,
//! means the start of that character. A negative position means nothing.

use crate::ColumnUnit;

/// How many bytes are counted at once, by a few wide instructions, before the exact place is looked for.
const BLOCK: usize = 16;

/// Whether a character starts at this byte.
fn is_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// How many units the characters have that start in these bytes.
fn units(bytes: &[u8], unit: ColumnUnit) -> usize {
    let starts = || bytes.iter().filter(|byte| is_start(**byte)).count();
    match unit {
        ColumnUnit::Byte => bytes.len(),
        ColumnUnit::Utf32 => starts(),
        // Characters of four bytes have two units.
        ColumnUnit::Utf16 => starts() + bytes.iter().filter(|byte| **byte >= 0xF0).count(),
    }
}

fn within(position: i64, length: usize) -> Option<usize> {
    if position < 0 {
        return None;
    }
    Some(usize::try_from(position).map_or(length, |position| position.min(length)))
}

fn as_result(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// The byte at which a column starts.
pub(super) fn byte_of_column(line: &str, column: i64, unit: ColumnUnit) -> Option<i64> {
    // A character has at least one byte a unit, so what is past the line in bytes is past it in every unit.
    let column = within(column, line.len())?;
    let bytes = line.as_bytes();
    if unit == ColumnUnit::Byte {
        return Some(as_result(line.floor_char_boundary(column)));
    }
    if bytes[..column].is_ascii() {
        return Some(as_result(column));
    }
    let mut left = column;
    let mut offset = 0;
    for block in bytes.as_chunks::<BLOCK>().0 {
        let count = units(block, unit);
        if count > left {
            break;
        }
        left -= count;
        offset += BLOCK;
    }
    for byte in &bytes[offset..] {
        let count = units(std::slice::from_ref(byte), unit);
        if count > left {
            return Some(as_result(offset));
        }
        left -= count;
        offset += 1;
    }
    Some(as_result(line.len()))
}

/// The column of the character that a byte belongs to.
pub(super) fn column_of_byte(line: &str, byte: i64, unit: ColumnUnit) -> Option<i64> {
    let byte = line.floor_char_boundary(within(byte, line.len())?);
    Some(as_result(units(&line.as_bytes()[..byte], unit)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNITS: [ColumnUnit; 3] = [ColumnUnit::Byte, ColumnUnit::Utf16, ColumnUnit::Utf32];

    fn width(character: char, unit: ColumnUnit) -> usize {
        match unit {
            ColumnUnit::Byte => character.len_utf8(),
            ColumnUnit::Utf16 => character.len_utf16(),
            ColumnUnit::Utf32 => 1,
        }
    }

    /// The byte of a column, one character after the other.
    fn slow_byte(line: &str, column: usize, unit: ColumnUnit) -> usize {
        let mut before = 0;
        for (offset, character) in line.char_indices() {
            before += width(character, unit);
            if before > column {
                return offset;
            }
        }
        line.len()
    }

    /// The column of a byte, one character after the other.
    fn slow_column(line: &str, byte: usize, unit: ColumnUnit) -> usize {
        line.char_indices()
            .take_while(|(offset, character)| offset + character.len_utf8() <= byte)
            .map(|(_, character)| width(character, unit))
            .sum()
    }

    #[test]
    fn ends_and_insides() {
        let line = "a🐍é";
        for (unit, columns) in [
            (ColumnUnit::Byte, [0, 1, 1, 1, 1, 5, 5, 7, 7]),
            (ColumnUnit::Utf16, [0, 1, 1, 5, 7, 7, 7, 7, 7]),
            (ColumnUnit::Utf32, [0, 1, 5, 7, 7, 7, 7, 7, 7]),
        ] {
            for (column, expected) in (0..).zip(columns) {
                assert_eq!(
                    byte_of_column(line, column, unit),
                    Some(expected),
                    "{unit} {column}"
                );
            }
            assert_eq!(byte_of_column(line, -1, unit), None);
            assert_eq!(column_of_byte(line, i64::MIN, unit), None);
            assert_eq!(byte_of_column(line, i64::MAX, unit), Some(7));
            assert_eq!(byte_of_column("", i64::MAX, unit), Some(0));
            assert_eq!(column_of_byte("", 3, unit), Some(0));
        }
        assert_eq!(column_of_byte(line, i64::MAX, ColumnUnit::Utf16), Some(4));
        assert_eq!(column_of_byte(line, 4, ColumnUnit::Utf16), Some(1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn columns_are_those_of_one_character_after_the_other(
            line in "[a-c]{0,70}[a-cé€🐍]{0,150}",
            unit in proptest::sample::select(UNITS.to_vec()),
        ) {
            for position in 0..=line.len() + 2 {
                let given = i64::try_from(position).unwrap();
                prop_assert_eq!(byte_of_column(&line, given, unit), Some(as_result(slow_byte(&line, position, unit))));
                let column = column_of_byte(&line, given, unit).unwrap();
                prop_assert_eq!(column, as_result(slow_column(&line, position, unit)));
                let back = byte_of_column(&line, column, unit);
                prop_assert_eq!(back, Some(as_result(line.floor_char_boundary(position))));
            }
        }
    }
}
