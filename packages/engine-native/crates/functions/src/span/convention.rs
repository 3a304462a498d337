//! How the positions of spans are meant: one convention for all rows of a column as a rule, else one a row.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{cast, nullif};
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::cast::{as_boolean_array, as_string_view_array};
use datafusion::common::{Result, exec_err};

use crate::ColumnUnit;

/// One value for all rows, or one for each.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Each<Value> {
    One(Value),
    Rows(Vec<Value>),
}

impl<Value: Copy + PartialEq> Each<Value> {
    /// The values of the rows, kept as one where all are equal.
    fn of_rows(rows: Vec<Value>, default: Value) -> Self {
        let first = rows.first().copied().unwrap_or(default);
        if rows.iter().all(|value| *value == first) {
            Self::One(first)
        } else {
            Self::Rows(rows)
        }
    }

    /// The value of a row.
    pub(super) fn at(&self, row: usize) -> Value {
        match self {
            Self::One(value) => *value,
            Self::Rows(values) => values[row],
        }
    }
}

/// What the fields of a span beside its positions say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Convention {
    pub(super) line_base: Each<i32>,
    pub(super) col_unit: Each<ColumnUnit>,
    pub(super) end_exclusive: Each<bool>,
}

/// What a span says where a field is missing or NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Defaults {
    pub(super) line_base: i32,
    pub(super) col_unit: ColumnUnit,
    pub(super) end_exclusive: bool,
}

impl Defaults {
    /// What a struct means that does not say more: not a matter of settings, because the data is the same in every session.
    pub(super) const OF_DATA: Self = Self {
        line_base: 0,
        col_unit: ColumnUnit::Byte,
        end_exclusive: true,
    };

    /// Reads the columns of spans beside their positions: of as many rows as there are spans, or of one for all.
    pub(super) fn read<'a>(
        self,
        function: &str,
        line_base: Option<&'a ArrayRef>,
        col_unit: Option<&'a ArrayRef>,
        end_exclusive: Option<&'a ArrayRef>,
    ) -> Result<Convention> {
        // NULL without a type is a default in each row.
        let typed =
            |column: Option<&'a ArrayRef>| column.filter(|column| !column.data_type().is_null());
        Ok(Convention {
            line_base: match typed(line_base) {
                None => Each::One(self.line_base),
                Some(column) => read_line_bases(function, column, self.line_base)?,
            },
            col_unit: match typed(col_unit) {
                None => Each::One(self.col_unit),
                Some(column) => read_units(function, column, self.col_unit)?,
            },
            end_exclusive: match typed(end_exclusive) {
                None => Each::One(self.end_exclusive),
                Some(column) => Each::of_rows(
                    as_boolean_array(column)?
                        .iter()
                        .map(|value| value.unwrap_or(self.end_exclusive))
                        .collect(),
                    self.end_exclusive,
                ),
            },
        })
    }
}

/// The column with NULL in the rows that are not valid: what such a row holds says nothing.
pub(super) fn masked(column: &ArrayRef, nulls: Option<&NullBuffer>) -> Result<ArrayRef> {
    let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0 && !column.data_type().is_null())
    else {
        return Ok(ArrayRef::clone(column));
    };
    Ok(nullif(column, &BooleanArray::new(!nulls.inner(), None))?)
}

fn read_line_bases(function: &str, column: &ArrayRef, default: i32) -> Result<Each<i32>> {
    let numbers = cast(column, &DataType::Int32)?;
    // What is too large, the cast makes NULL.
    if let Some(row) = (0..column.len()).find(|&row| column.is_valid(row) && numbers.is_null(row)) {
        return exec_err!(
            "{function}: the line base {} is not a 32-bit integer",
            arrow::util::display::array_value_to_string(column, row)?
        );
    }
    let rows = numbers
        .as_primitive::<Int32Type>()
        .iter()
        .map(|value| value.unwrap_or(default))
        .collect();
    Ok(Each::of_rows(rows, default))
}

fn read_units(function: &str, column: &ArrayRef, default: ColumnUnit) -> Result<Each<ColumnUnit>> {
    let words = cast(column, &DataType::Utf8View)?;
    let words = as_string_view_array(&words)?;
    let mut units = Vec::with_capacity(words.len());
    // Neighbours mostly say the same, so a word is read once.
    let mut last = None;
    for word in words {
        units.push(match word {
            Some(word) => {
                if last.is_none_or(|(read, _)| read != word) {
                    last = Some((word, read_unit(function, word)?));
                }
                last.map_or(default, |(_, unit)| unit)
            }
            None => default,
        });
    }
    Ok(Each::of_rows(units, default))
}

/// The unit of that name.
fn read_unit(function: &str, word: &str) -> Result<ColumnUnit> {
    let Ok(unit) = word.parse() else {
        return exec_err!(
            "{function}: the unit of columns '{word}' is not one of {}",
            ColumnUnit::WORDS.join(", ")
        );
    };
    Ok(unit)
}
