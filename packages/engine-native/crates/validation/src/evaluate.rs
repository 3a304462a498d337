//! Checks one batch: counts, the first violating rows, and the rows that nothing refuses.

use std::borrow::Cow;

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
        let checked = self.checked(batch)?;
        self.rules
            .iter()
            .map(|rule| {
                let Some(violating) = violating(rule, batch, &checked)? else {
                    return Ok(Violations::default());
                };
                Ok(Violations {
                    count: violating.count_set_bits(),
                    first: violating.set_indices().take(self.examples.max(1)).collect(),
                })
            })
            .collect()
    }

    /// The rows of a batch that violate no rule of severity `error`.
    pub(crate) fn passing(&self, batch: &RecordBatch) -> Result<BooleanArray> {
        let checked = self.checked(batch)?;
        let mut passing = BooleanBuffer::new_set(batch.num_rows());
        for rule in self.rules.iter().filter(|rule| rule.ends) {
            if let Some(violating) = violating(rule, batch, &checked)? {
                passing = &passing & &!&violating;
            }
        }
        Ok(BooleanArray::new(passing, None))
    }

    /// The batch as the rules see it.
    fn checked<'a>(&self, batch: &'a RecordBatch) -> Result<Cow<'a, RecordBatch>> {
        Ok(match &self.coercion {
            Some(coercion) => Cow::Owned(coercion.cast(batch)?),
            None => Cow::Borrowed(batch),
        })
    }
}

/// Which rows violate the rule; `None` if none does.
fn violating(
    rule: &RowRule,
    batch: &RecordBatch,
    checked: &RecordBatch,
) -> Result<Option<BooleanBuffer>> {
    let (condition, rows) = match &rule.check {
        Check::NotNull(column) => return Ok(nulls(checked.column(*column))),
        Check::Violated(condition) => (condition, checked),
        Check::ViolatedBefore(condition) => (condition, batch),
    };
    let value = condition.evaluate(rows)?.into_array(rows.num_rows())?;
    let violated = value.as_boolean();
    if violated.true_count() == 0 {
        return Ok(None);
    }
    Ok(Some(match violated.nulls() {
        Some(valid) => violated.values() & valid.inner(),
        None => violated.values().clone(),
    }))
}

fn nulls(column: &dyn Array) -> Option<BooleanBuffer> {
    if column.logical_null_count() == 0 {
        return None;
    }
    column.logical_nulls().map(|valid| !valid.inner())
}
