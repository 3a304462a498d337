//! An accumulator of many groups whose panics are errors.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::guard::{guarded, guarded_or};

/// The accumulator of the aggregate of that name.
pub(super) struct PortableGroups {
    function: String,
    inner: Box<dyn GroupsAccumulator>,
}

impl PortableGroups {
    pub(super) fn new(function: &str, inner: Box<dyn GroupsAccumulator>) -> Self {
        Self {
            function: function.to_owned(),
            inner,
        }
    }
}

#[warn(clippy::missing_trait_methods)]
impl GroupsAccumulator for PortableGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        guarded(&self.function, || {
            self.inner
                .update_batch(values, group_indices, filter, total_num_groups)
        })
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        guarded(&self.function, || self.inner.evaluate(emit_to))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        guarded(&self.function, || self.inner.state(emit_to))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        guarded(&self.function, || {
            self.inner
                .merge_batch(values, group_indices, total_num_groups)
        })
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        guarded(&self.function, || {
            self.inner.convert_to_state(values, filter)
        })
    }

    fn size(&self) -> usize {
        guarded_or(0, || self.inner.size()) + size_of_val(self) + self.function.capacity()
    }
}
