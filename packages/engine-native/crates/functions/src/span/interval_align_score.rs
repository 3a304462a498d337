//! `interval_align_score(left_start, left_end, right_start, right_end)`: how closely one interval fits another.

use std::sync::Arc;

use arrow::array::{Array, Float64Array, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::write::columnar;
use crate::integers::{bigint_type, bigints, is_integer};

const NAMES: [&str; 4] = ["left_start", "left_end", "right_start", "right_end"];

/// The SQL function `interval_align_score`.
#[user_doc(
    doc_section(label = "Span Functions"),
    description = "Returns how good the right interval is as a counterpart of the left one: the negative length of the right interval, \
                   -(right_end - right_start), as a double, so that of several candidates the shortest has the highest score, at most 0. \
                   NULL if the two do not meet, or if an argument is NULL. They meet where they have a position in common or one contains \
                   the other; so an empty interval, such as the place of a cursor, meets what it lies in or at the edge of. \
                   Ends are exclusive. An interval that ends before it starts is an error.",
    syntax_example = "interval_align_score(left_start, left_end, right_start, right_end)",
    sql_example = r"```sql
> select interval_align_score(3, 5, 0, 8) as score;
+-------+
| score |
+-------+
| -8.0  |
+-------+
```",
    argument(
        name = "left_start",
        description = "The first position of the interval that a counterpart is looked for. An integer."
    ),
    argument(
        name = "left_end",
        description = "The first position behind it. An integer."
    ),
    argument(
        name = "right_start",
        description = "The first position of the candidate. An integer."
    ),
    argument(
        name = "right_end",
        description = "The first position behind the candidate. An integer."
    ),
    related_udf(name = "span_overlaps")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct IntervalAlignScore {
    signature: Signature,
}

impl IntervalAlignScore {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(NAMES.map(str::to_owned).to_vec());
        Self { signature }
    }
}

impl Default for IntervalAlignScore {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for IntervalAlignScore {
    fn name(&self) -> &'static str {
        "interval_align_score"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != NAMES.len() {
            return plan_err!(
                "interval_align_score takes {}, got {} arguments",
                NAMES.join(", "),
                given.len()
            );
        }
        for (given, name) in given.iter().zip(NAMES) {
            if !is_integer(given) {
                return plan_err!("{name} of interval_align_score is an integer, not {given}");
            }
        }
        Ok(given.iter().map(bigint_type).collect())
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left_start, left_end, right_start, right_end] = arguments.args.as_slice() else {
            return internal_err!("interval_align_score has four arguments");
        };
        let left_start = Position::of(NAMES[0], left_start)?;
        let left_end = Position::of(NAMES[1], left_end)?;
        let right_start = Position::of(NAMES[2], right_start)?;
        let right_end = Position::of(NAMES[3], right_end)?;
        let is_constant = arguments
            .args
            .iter()
            .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if is_constant {
            1
        } else {
            arguments.number_rows
        };
        let scores = (0..rows)
            .map(|row| {
                let bounds = (
                    left_start.at(row),
                    left_end.at(row),
                    right_start.at(row),
                    right_end.at(row),
                );
                let (Some(left_start), Some(left_end), Some(right_start), Some(right_end)) = bounds
                else {
                    return Ok(None);
                };
                score((left_start, left_end), (right_start, right_end))
            })
            .collect::<Result<Float64Array>>()?;
        columnar(Arc::new(scores), is_constant)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// A column of positions, or a constant one.
struct Position {
    positions: Int64Array,
    step: usize,
}

impl Position {
    fn of(name: &str, argument: &ColumnarValue) -> Result<Self> {
        Ok(Self {
            positions: bigints("interval_align_score", name, &argument.to_array(1)?)?,
            step: usize::from(matches!(argument, ColumnarValue::Array(_))),
        })
    }

    fn at(&self, row: usize) -> Option<i64> {
        let row = row * self.step;
        self.positions
            .is_valid(row)
            .then(|| self.positions.value(row))
    }
}

fn score(left: (i64, i64), right: (i64, i64)) -> Result<Option<f64>> {
    for (start, end) in [left, right] {
        if end < start {
            return exec_err!(
                "interval_align_score: an interval that starts at {start} can't end at {end}"
            );
        }
    }
    let overlap = left.0.max(right.0) < left.1.min(right.1);
    let contains = |outer: (i64, i64), inner: (i64, i64)| outer.0 <= inner.0 && inner.1 <= outer.1;
    if !overlap && !contains(left, right) && !contains(right, left) {
        return Ok(None);
    }
    // The negative length of a bigint's range has one bit more than a bigint.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a double is what the score is, and lengths of 2^53 positions do not occur"
    )]
    let score = (i128::from(right.0) - i128::from(right.1)) as f64;
    Ok(Some(score))
}
