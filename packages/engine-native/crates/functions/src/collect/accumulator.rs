//! The set of all rows: what is used without GROUP BY, and in windows that only grow.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::groups::SetGroups;
use super::list_unique::Nulls;

/// One set: the sets of one group.
pub(super) struct SetAccumulator {
    // An accumulator may be shared between threads, which the table of values can't; nothing here locks while rows are added.
    groups: Mutex<SetGroups>,
    // The group of each row of a batch.
    zeros: Vec<usize>,
}

impl SetAccumulator {
    pub(super) fn new(value_type: &DataType, nulls: Nulls) -> Result<Self> {
        Ok(Self {
            groups: Mutex::new(SetGroups::new(value_type, nulls, 1)?),
            zeros: Vec::new(),
        })
    }

    fn groups(&mut self) -> &mut SetGroups {
        self.groups
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the set out, and puts it back: a window asks for it again after each row.
    fn peek(&mut self, emit: impl Fn(&mut SetGroups) -> Result<ArrayRef>) -> Result<ScalarValue> {
        let groups = self.groups();
        let set = emit(groups)?;
        groups.merge_batch(std::slice::from_ref(&set), &[0], 1)?;
        ScalarValue::try_from_array(&set, 0)
    }
}

impl Accumulator for SetAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |values| values.len());
        let mut zeros = std::mem::take(&mut self.zeros);
        zeros.resize(rows, 0);
        let result = self.groups().update_batch(values, &zeros, None, 1);
        self.zeros = zeros;
        result
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.peek(|groups| groups.evaluate(EmitTo::All))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.peek(|groups| {
            Ok(groups.state(EmitTo::All)?.swap_remove(0))
        })?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, |states| states.len());
        let mut zeros = std::mem::take(&mut self.zeros);
        zeros.resize(rows, 0);
        let result = self.groups().merge_batch(states, &zeros, 1);
        self.zeros = zeros;
        result
    }

    fn size(&self) -> usize {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        size_of::<Self>() + self.zeros.capacity() * size_of::<usize>() + groups.size()
    }
}

impl fmt::Debug for SetAccumulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SetAccumulator")
            .finish_non_exhaustive()
    }
}
