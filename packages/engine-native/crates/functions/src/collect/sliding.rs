//! The set of the rows in a window that rows also leave.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use datafusion::common::utils::{SingleRowListArrayBuilder, normalize_float_zero};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::list_unique::Nulls;
use super::order::ASCENDING;

/// One set that knows how often the window has each value. The values are in their order at any time, because a window asks after each row.
#[derive(Debug)]
pub(super) struct SlidingSet {
    value_type: DataType,
    nulls: Nulls,
    converter: RowConverter,
    counts: BTreeMap<Box<[u8]>, u64>,
    // The bytes of all keys.
    bytes: usize,
}

impl SlidingSet {
    pub(super) fn new(value_type: &DataType, nulls: Nulls) -> Result<Self> {
        let field = SortField::new_with_options(value_type.clone(), ASCENDING);
        Ok(Self {
            value_type: value_type.clone(),
            nulls,
            converter: RowConverter::new(vec![field])?,
            counts: BTreeMap::new(),
            bytes: 0,
        })
    }

    fn change(&mut self, values: &[ArrayRef], is_added: bool) -> Result<()> {
        let [values, ..] = values else {
            return internal_err!("list_unique has one argument");
        };
        let nulls = match self.nulls {
            Nulls::Ignored => values.logical_nulls(),
            Nulls::Kept => None,
        };
        let rows = self
            .converter
            .convert_columns(&[normalize_float_zero(values)])?;
        for (position, row) in rows.iter().enumerate() {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(position)) {
                continue;
            }
            if is_added {
                self.add(row.as_ref());
            } else {
                self.remove(row.as_ref())?;
            }
        }
        Ok(())
    }

    fn add(&mut self, key: &[u8]) {
        if let Some(count) = self.counts.get_mut(key) {
            *count += 1;
        } else {
            self.counts.insert(key.into(), 1);
            self.bytes += key.len();
        }
    }

    fn remove(&mut self, key: &[u8]) -> Result<()> {
        match self.counts.get_mut(key) {
            None => internal_err!("a value leaves the window of list_unique that is not in it"),
            Some(1) => {
                self.counts.remove(key);
                self.bytes -= key.len();
                Ok(())
            }
            Some(count) => {
                *count -= 1;
                Ok(())
            }
        }
    }
}

impl Accumulator for SlidingSet {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.change(values, true)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.change(values, false)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let parser = self.converter.parser();
        let rows = self.counts.keys().map(|key| parser.parse(key));
        let mut columns = self.converter.convert_rows(rows)?;
        let Some(values) = columns.pop() else {
            return internal_err!("a row of list_unique has one value");
        };
        // The row format has no dictionaries.
        let values = if *values.data_type() == self.value_type {
            values
        } else {
            cast(&values, &self.value_type)?
        };
        Ok(SingleRowListArrayBuilder::new(values).build_list_scalar())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(lists) = states
            .first()
            .and_then(|states| states.as_list_opt::<i32>())
        else {
            return internal_err!("the state of list_unique is a list");
        };
        for values in lists.iter().flatten() {
            self.change(&[Arc::clone(&values)], true)?;
        }
        Ok(())
    }

    fn size(&self) -> usize {
        let entry = size_of::<(Box<[u8]>, u64)>();
        size_of::<Self>() + self.converter.size() + self.counts.len() * entry + self.bytes
    }
}
