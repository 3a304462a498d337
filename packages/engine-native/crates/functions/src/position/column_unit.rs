//! The unit in which columns are counted, as an argument: its name or its number, one a row or one for all rows.

use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

use super::argument::Integers;
use crate::text::column::TextColumn;
use crate::{ColumnUnit, FunctionSettings};

/// The number of a unit.
pub(super) fn number_of_unit(unit: ColumnUnit) -> i32 {
    match unit {
        ColumnUnit::Byte => 1,
        ColumnUnit::Utf16 => 2,
        ColumnUnit::Utf32 => 3,
    }
}

/// The unit of this number.
pub(super) fn unit_of_number(number: i64) -> Option<ColumnUnit> {
    match number {
        1 => Some(ColumnUnit::Byte),
        2 => Some(ColumnUnit::Utf16),
        3 => Some(ColumnUnit::Utf32),
        _ => None,
    }
}

/// The unit of this name, or of the number that the text is.
pub(super) fn unit_of_text(text: &str) -> Option<ColumnUnit> {
    let text = text.trim();
    match text {
        "1" | "2" | "3" => text.parse().ok().and_then(unit_of_number),
        // What is longer than every name is no name, and need not be read.
        _ if text.len() > 16 => None,
        _ => text.parse().ok(),
    }
}

enum Given {
    Nothing,
    Text(TextColumn),
    Numbers(Integers),
}

/// The units of the rows of a batch.
pub(super) struct ColumnUnits {
    function: &'static str,
    given: Given,
    /// The unit of all rows, if it is known before them.
    constant: Option<ColumnUnit>,
    default: ColumnUnit,
}

impl ColumnUnits {
    /// The units of an argument; where it is left out or NULL, the unit of the session.
    pub(super) fn of(
        function: &'static str,
        argument: Option<&ColumnarValue>,
        session: &FunctionSettings,
    ) -> Result<Self> {
        let given = match argument {
            None => Given::Nothing,
            Some(argument) => match argument.data_type() {
                number if number.is_integer() => Given::Numbers(Integers::of(argument)?),
                DataType::Null => Given::Nothing,
                _ => Given::Text(TextColumn::of(argument)?),
            },
        };
        let mut units = Self {
            function,
            given,
            constant: None,
            default: session.span_default_col_unit,
        };
        if matches!(argument, None | Some(ColumnarValue::Scalar(_))) {
            units.constant = Some(units.read(0)?);
        }
        Ok(units)
    }

    /// The unit of a row.
    pub(super) fn value(&self, row: usize) -> Result<ColumnUnit> {
        match self.constant {
            Some(unit) => Ok(unit),
            None => self.read(row),
        }
    }

    fn read(&self, row: usize) -> Result<ColumnUnit> {
        match &self.given {
            Given::Nothing => Ok(self.default),
            Given::Text(column) => match column.value(row) {
                None => Ok(self.default),
                Some(text) => match unit_of_text(text) {
                    Some(unit) => Ok(unit),
                    None => self.refuse(text),
                },
            },
            Given::Numbers(column) => match column.value(row) {
                None => Ok(self.default),
                Some(number) => match unit_of_number(number) {
                    Some(unit) => Ok(unit),
                    None => self.refuse(&number.to_string()),
                },
            },
        }
    }

    fn refuse(&self, given: &str) -> Result<ColumnUnit> {
        exec_err!(
            "col_unit of {}: '{given}' is not one of {} or their numbers 1, 2, 3",
            self.function,
            ColumnUnit::WORDS.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_read() {
        for (text, expected) in [
            ("byte", Some(1)),
            ("UTF8", Some(1)),
            (" utf-8 ", Some(1)),
            ("1", Some(1)),
            ("Utf-16", Some(2)),
            ("2", Some(2)),
            ("utf32", Some(3)),
            ("codepoint", Some(3)),
            ("3", Some(3)),
            ("", None),
            ("0", None),
            ("4", None),
            ("utf-16le", None),
            ("a text that is longer than every name", None),
        ] {
            assert_eq!(unit_of_text(text).map(number_of_unit), expected, "{text}");
        }
        for number in 1..=3 {
            let unit = unit_of_number(number).unwrap();
            assert_eq!(i64::from(number_of_unit(unit)), number);
        }
        assert_eq!(unit_of_number(0), None);
    }
}
