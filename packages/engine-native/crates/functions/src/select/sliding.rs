//! The accumulator of a window frame that rows leave again.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::mem::{size_of, size_of_val};

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use arrow::row::{OwnedRow, RowConverter};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::codec::{complete, sort_field};
use super::function::Call;
use super::groups::columns;

/// The rows of the frame that can still be the best one: each is better than all that came behind it.
///
/// A row leaves the frame in the order in which it came, so the number of rows that left says which they are.
#[derive(Debug)]
pub(super) struct Sliding {
    name: &'static str,
    wins: Ordering,
    /// Writes the key and then the value.
    converter: RowConverter,
    /// With the position at which the row came.
    candidates: VecDeque<(usize, OwnedRow)>,
    candidate_bytes: usize,
    came: usize,
    left: usize,
    value_type: DataType,
    key_type: DataType,
}

impl Sliding {
    pub(super) fn new(call: &Call) -> Result<Self> {
        let fields = vec![sort_field(&call.key_type), sort_field(&call.value_type)];
        Ok(Self {
            name: call.name,
            wins: call.wins,
            converter: RowConverter::new(fields)?,
            candidates: VecDeque::new(),
            candidate_bytes: 0,
            came: 0,
            left: 0,
            value_type: call.value_type.clone(),
            key_type: call.key_type.clone(),
        })
    }

    /// The value and the key of the best row.
    fn best(&self) -> Result<[ScalarValue; 2]> {
        let types = [&self.value_type, &self.key_type];
        let Some((_, row)) = self.candidates.front() else {
            return Ok([types[0].try_into()?, types[1].try_into()?]);
        };
        let columns = self.converter.convert_rows([row.row()])?;
        let [key, value] = columns.as_slice() else {
            return internal_err!("{}: a row has two columns", self.name);
        };
        let scalar = |column: &ArrayRef, data_type| {
            let scalar = ScalarValue::try_from_array(column, 0)?;
            // Rows forget the dictionaries inside of nested types.
            if column.data_type() == data_type {
                Ok(scalar)
            } else {
                scalar.cast_to(data_type)
            }
        };
        Ok([scalar(value, types[0])?, scalar(key, types[1])?])
    }
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [value, key] = columns(self.name, values)?;
        let complete = complete(&value, &key);
        let rows = self.converter.convert_columns(&[key, value])?;
        for (index, row) in rows.iter().enumerate() {
            if complete
                .as_ref()
                .is_none_or(|complete| complete.value(index))
            {
                while let Some((_, last)) = self.candidates.back()
                    && last.row().cmp(&row) != self.wins
                {
                    self.candidate_bytes -= last.as_ref().len();
                    self.candidates.pop_back();
                }
                self.candidate_bytes += row.as_ref().len();
                // A frame moves by a row or so at a time: there is no batch to share.
                self.candidates.push_back((self.came + index, row.owned()));
            }
        }
        self.came += rows.num_rows();
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.left += values.first().map_or(0, Array::len);
        while let Some((position, first)) = self.candidates.front()
            && *position < self.left
        {
            self.candidate_bytes -= first.as_ref().len();
            self.candidates.pop_front();
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let [value, _] = self.best()?;
        Ok(value)
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + self.converter.size()
            + self.candidates.capacity() * size_of::<(usize, OwnedRow)>()
            + self.candidate_bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(self.best()?.to_vec())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
