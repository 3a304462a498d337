//! Checks one batch: counts, and the first violating rows.

use arrow::array::{Array, BooleanArray, RecordBatch, cast::AsArray};
use arrow::buffer::BooleanBuffer;
use datafusion::common::Result;

use crate::coercion::Coercion;
use crate::row_rules::{Check, RowRule};

/// All that is checked on each row.
pub(crate) struct RowChecks {
    pub(crate) coercion: Option<Coercion>,
    pub(crate) rules: Vec<RowRule>,
    /// How many violating rows are kept for each rule.
    pub(crate) examples: usize,
}

/// The rows of a batch that violate one rule.
#[derive(Default)]
pub(crate) struct Violations {
    pub(crate) count: usize,
    /// The first of them by their place in the batch, of which at least one is kept.
    pub(crate) first: Vec<usize>,
}

impl RowChecks {
    /// What each rule finds in a batch of the data.
    pub(crate) fn check(&self, batch: &RecordBatch) -> Result<Vec<Violations>> {
        let cast;
        let checked = match &self.coercion {
            Some(coercion) => {
                cast = coercion.cast(batch)?;
                &cast
            }
            None => batch,
        };
        self.rules
            .iter()
            .map(|rule| match &rule.check {
                Check::NotNull(column) => Ok(self.nulls(checked.column(*column))),
                Check::Violated(condition) => {
                    let value = condition.evaluate(checked)?;
                    self.holding(value.into_array(checked.num_rows())?.as_boolean())
                }
                Check::ViolatedBefore(condition) => {
                    let value = condition.evaluate(batch)?;
                    self.holding(value.into_array(batch.num_rows())?.as_boolean())
                }
            })
            .collect()
    }

    fn nulls(&self, column: &dyn Array) -> Violations {
        let count = column.logical_null_count();
        if count == 0 {
            return Violations::default();
        }
        let first = match column.logical_nulls() {
            Some(valid) => self.first(&!valid.inner()),
            None => Vec::new(),
        };
        Violations { count, first }
    }

    #[expect(clippy::unnecessary_wraps, reason = "it ends fallible expressions")]
    fn holding(&self, violated: &BooleanArray) -> Result<Violations> {
        let count = violated.true_count();
        if count == 0 {
            return Ok(Violations::default());
        }
        let first = match violated.nulls() {
            Some(valid) => self.first(&(violated.values() & valid.inner())),
            None => self.first(violated.values()),
        };
        Ok(Violations { count, first })
    }

    fn first(&self, violating: &BooleanBuffer) -> Vec<usize> {
        violating.set_indices().take(self.examples.max(1)).collect()
    }
}
