//! The batch loop of the functions of two spans.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, Signature, Volatility};

use super::convention::{Convention, Each};
use super::read::{Range, Spans, span_argument};
use super::write::{columnar, span_array};

/// Two arguments that are spans of one unit.
pub(super) struct Pair {
    a: Spans,
    b: Spans,
    rows: usize,
    is_constant: bool,
}

/// The signature of a function of two spans.
pub(super) fn pair_signature() -> Signature {
    let mut signature = Signature::user_defined(Volatility::Immutable);
    signature.parameter_names = Some(vec!["a".to_owned(), "b".to_owned()]);
    signature
}

/// The types of the arguments of a function of two spans.
pub(super) fn pair_arguments(function: &str, given: &[DataType]) -> Result<Vec<DataType>> {
    let [a, b] = given else {
        return plan_err!("{function} takes two spans, got {} arguments", given.len());
    };
    Ok(vec![
        span_argument(function, a)?,
        span_argument(function, b)?,
    ])
}

impl Pair {
    /// Reads the arguments of the function; two spans of different units in one row are an error.
    pub(super) fn of(function: &str, arguments: &ScalarFunctionArgs) -> Result<Self> {
        let [a, b] = arguments.args.as_slice() else {
            return internal_err!("{function} has two arguments");
        };
        let (a, b) = (Spans::of(function, a)?, Spans::of(function, b)?);
        let is_constant = a.is_constant() && b.is_constant();
        let pair = Self {
            a,
            b,
            rows: if is_constant {
                1
            } else {
                arguments.number_rows
            },
            is_constant,
        };
        pair.check_units(function)?;
        Ok(pair)
    }

    fn check_units(&self, function: &str) -> Result<()> {
        let (of_a, of_b) = (&self.a.convention.col_unit, &self.b.convention.col_unit);
        if matches!((of_a, of_b), (Each::One(one), Each::One(other)) if one == other) {
            return Ok(());
        }
        for row in 0..self.rows {
            let (one, other) = (of_a.at(row), of_b.at(row));
            if one != other && self.ranges(row).is_some() {
                return exec_err!(
                    "{function}: one span counts in {one} and the other in {other}; bring both into one unit first"
                );
            }
        }
        Ok(())
    }

    fn ranges(&self, row: usize) -> Option<(Range, Range)> {
        Some((self.a.range(row)?, self.b.range(row)?))
    }

    /// What a relation says of each row; NULL where a span is NULL.
    pub(super) fn relate(&self, holds: impl Fn(Range, Range) -> bool) -> Result<ColumnarValue> {
        let answers: BooleanArray = (0..self.rows)
            .map(|row| self.ranges(row).map(|(a, b)| holds(a, b)))
            .collect();
        columnar(Arc::new(answers), self.is_constant)
    }

    /// The span that is made of the two spans of each row, in the convention of the first; NULL where a span is NULL or none is made.
    pub(super) fn combine(
        &self,
        function: &str,
        make: impl Fn(Range, Range) -> Option<Range>,
    ) -> Result<ColumnarValue> {
        let ranges = (0..self.rows).map(|row| {
            let (a, b) = self.ranges(row)?;
            make(a, b)
        });
        write_ranges(function, ranges, &self.a.convention, self.is_constant)
    }
}

/// Spans of these ranges in the given convention.
pub(super) fn write_ranges(
    function: &str,
    ranges: impl ExactSizeIterator<Item = Option<Range>>,
    convention: &Convention,
    is_constant: bool,
) -> Result<ColumnarValue> {
    let rows = ranges.len();
    let mut starts = Vec::with_capacity(rows);
    let mut bends = Vec::with_capacity(rows);
    let mut is_valid = Vec::with_capacity(rows);
    for (row, range) in ranges.enumerate() {
        is_valid.push(range.is_some());
        let Range { start, end } = range.unwrap_or(Range { start: 0, end: 1 });
        let bend = if convention.end_exclusive.at(row) {
            Some(end)
        } else {
            end.checked_sub(1)
        };
        let Some(bend) = bend else {
            return exec_err!("{function}: no position lies before the first one, {start}");
        };
        starts.push(start);
        bends.push(bend);
    }
    let nulls = NullBuffer::from(is_valid);
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let spans = span_array(
        ScalarBuffer::from(starts),
        ScalarBuffer::from(bends),
        nulls,
        convention,
    )?;
    columnar(spans, is_constant)
}
