//! An accumulator whose panics are errors.

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::guard::{guarded, guarded_or};

/// The accumulator of the aggregate of that name.
#[derive(Debug)]
pub(super) struct PortableAccumulator {
    function: String,
    inner: Box<dyn Accumulator>,
}

impl PortableAccumulator {
    pub(super) fn new(function: &str, inner: Box<dyn Accumulator>) -> Self {
        Self {
            function: function.to_owned(),
            inner,
        }
    }
}

#[warn(clippy::missing_trait_methods)]
impl Accumulator for PortableAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        guarded(&self.function, || self.inner.update_batch(values))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        guarded(&self.function, || self.inner.evaluate())
    }

    fn size(&self) -> usize {
        guarded_or(0, || self.inner.size()) + size_of_val(self) + self.function.capacity()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        guarded(&self.function, || self.inner.state())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        guarded(&self.function, || self.inner.merge_batch(states))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        guarded(&self.function, || self.inner.retract_batch(values))
    }

    fn supports_retract_batch(&self) -> bool {
        guarded_or(false, || self.inner.supports_retract_batch())
    }
}
