//! The accumulator of one group.

use std::mem::size_of_val;

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::function::Call;
use super::groups::Groups;

/// The best row of one group.
#[derive(Debug)]
pub(super) struct Single {
    groups: Groups,
    /// The group of each row, which is 0; as long as the longest batch.
    zeros: Vec<usize>,
}

impl Single {
    pub(super) fn new(call: &Call) -> Result<Self> {
        let mut single = Self {
            groups: Groups::new(call)?,
            zeros: Vec::new(),
        };
        // The group is there before its first row.
        single.groups.resize(1);
        Ok(single)
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |values| values.len());
        if self.zeros.len() < rows {
            self.zeros.resize(rows, 0);
        }
        self.groups.update(values, &self.zeros[..rows], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.groups.values(1)?, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size() + self.zeros.capacity() * size_of::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.groups
            .values_and_keys(1)?
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
