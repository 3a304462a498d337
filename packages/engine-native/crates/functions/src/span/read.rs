//! Reads an argument that is a span: the columns of the struct as they are, and no row as a struct.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, StructArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::ColumnarValue;

use super::convention::{Convention, Defaults, Each, masked};
use crate::integers::{bigints, is_integer};

/// A column of spans, or a constant one.
pub(super) struct Spans {
    /// 0 for a constant, which has one row; else 1.
    step: usize,
    starts: ScalarBuffer<i64>,
    /// The first position behind each span, whatever the convention.
    ends: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    pub(super) convention: Convention,
}

/// A span in the one form in which spans are compared: from a position up to the first one behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Spans {
    /// Reads an argument of the function; a span that ends before it starts is an error.
    pub(super) fn of(function: &str, argument: &ColumnarValue) -> Result<Self> {
        let step = usize::from(matches!(argument, ColumnarValue::Array(_)));
        let array = argument.to_array(1)?;
        if array.data_type().is_null() {
            return Ok(Self::nulls(step, array.len()));
        }
        let Some(spans) = array.as_struct_opt() else {
            return internal_err!("{function}: {} is not a span", array.data_type());
        };
        let starts = positions(function, spans, "bstart")?;
        let bends = positions(function, spans, "bend")?;
        let nulls = NullBuffer::union(spans.nulls(), starts.nulls());
        let nulls = NullBuffer::union(nulls.as_ref(), bends.nulls());
        let is_valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let option = |name: &str| {
            let column = spans.column_by_name(name);
            column
                .map(|column| masked(column, nulls.as_ref()))
                .transpose()
        };
        let convention = Defaults::OF_DATA.read(
            function,
            option("line_base")?.as_ref(),
            option("col_unit")?.as_ref(),
            option("end_exclusive")?.as_ref(),
        )?;
        let ends = ends_behind(function, &bends, &convention.end_exclusive, is_valid)?;
        check_order(function, starts.values(), &ends, is_valid)?;
        Ok(Self {
            step,
            starts: starts.values().clone(),
            ends,
            nulls,
            convention,
        })
    }

    fn nulls(step: usize, rows: usize) -> Self {
        let zeros = ScalarBuffer::from(vec![0; rows]);
        let defaults = Defaults::OF_DATA;
        Self {
            step,
            starts: zeros.clone(),
            ends: zeros,
            nulls: Some(NullBuffer::new_null(rows)),
            convention: Convention {
                line_base: Each::One(defaults.line_base),
                col_unit: Each::One(defaults.col_unit),
                end_exclusive: Each::One(defaults.end_exclusive),
            },
        }
    }

    /// Whether it is one span for all rows.
    pub(super) fn is_constant(&self) -> bool {
        self.step == 0
    }

    /// The span of a row, unless it is NULL.
    pub(super) fn range(&self, row: usize) -> Option<Range> {
        let row = row * self.step;
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        Some(Range {
            start: self.starts[row],
            end: self.ends[row],
        })
    }
}

/// A column of positions as 64-bit integers.
fn positions(function: &str, spans: &StructArray, name: &str) -> Result<Int64Array> {
    let Some(column) = spans.column_by_name(name) else {
        return internal_err!("{function}: the span has no {name}");
    };
    bigints(function, name, &masked(column, spans.nulls())?)
}

fn ends_behind(
    function: &str,
    bends: &Int64Array,
    end_exclusive: &Each<bool>,
    is_valid: impl Fn(usize) -> bool,
) -> Result<ScalarBuffer<i64>> {
    if *end_exclusive == Each::One(true) {
        return Ok(bends.values().clone());
    }
    bends
        .values()
        .iter()
        .enumerate()
        .map(|(row, &bend)| {
            if end_exclusive.at(row) || !is_valid(row) {
                return Ok(bend);
            }
            let Some(end) = bend.checked_add(1) else {
                return exec_err!("{function}: no position lies behind the inclusive end {bend}");
            };
            Ok(end)
        })
        .collect::<Result<Vec<_>>>()
        .map(ScalarBuffer::from)
}

/// Refuses ranges that end before they start, given by the first positions behind them.
pub(super) fn check_order(
    function: &str,
    starts: &[i64],
    ends: &[i64],
    is_valid: impl Fn(usize) -> bool,
) -> Result<()> {
    let wrong = starts
        .iter()
        .zip(ends)
        .enumerate()
        .find(|&(row, (start, end))| end < start && is_valid(row));
    match wrong {
        None => Ok(()),
        Some((_, (start, end))) => exec_err!(
            "{function}: a span has a negative length: it starts at {start}, and the first position behind it is {end}"
        ),
    }
}

/// The type of an argument that is a span: the given one, if it can be read as spans.
pub(super) fn span_argument(function: &str, given: &DataType) -> Result<DataType> {
    let fields = match given {
        DataType::Null => return Ok(given.clone()),
        DataType::Struct(fields) => fields,
        other => {
            return plan_err!(
                "{function} takes a span, a struct with bstart and bend, not {other}"
            );
        }
    };
    for (name, is_needed, accepts, meaning) in [
        ("bstart", true, is_integer as Accepts, "an integer"),
        ("bend", true, is_integer, "an integer"),
        ("line_base", false, is_integer, "an integer"),
        ("col_unit", false, is_text, "text"),
        ("end_exclusive", false, is_boolean, "a boolean"),
    ] {
        match field_type(fields, name) {
            Some(found) if !accepts(found) => {
                return plan_err!("{function}: {name} of a span is {meaning}, not {found}");
            }
            None if is_needed => {
                return plan_err!("{function} takes a span; this struct has no field {name}");
            }
            _ => {}
        }
    }
    Ok(given.clone())
}

/// Whether a field or an argument may have the type.
type Accepts = fn(&DataType) -> bool;

pub(super) fn is_text(given: &DataType) -> bool {
    match given {
        DataType::Dictionary(_, value) => is_text(value),
        other => other.is_string() || other.is_null(),
    }
}

pub(super) fn is_boolean(given: &DataType) -> bool {
    matches!(given, DataType::Boolean | DataType::Null)
}

fn field_type<'a>(fields: &'a Fields, name: &str) -> Option<&'a DataType> {
    let (_, field) = fields.find(name)?;
    Some(Arc::as_ref(field).data_type())
}
