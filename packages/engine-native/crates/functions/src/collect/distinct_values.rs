//! Distinct values of one type, each stored once and known by a small number.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::EmitTo;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

/// A table of distinct values. It is the one in which `GROUP BY` keeps its keys, so that values are equal here exactly if they are in `DISTINCT`.
pub(super) struct DistinctValues {
    data_type: DataType,
    table: Box<dyn GroupValues>,
    numbers: Vec<usize>,
}

impl DistinctValues {
    pub(super) fn new(data_type: &DataType) -> Result<Self> {
        Ok(Self {
            data_type: data_type.clone(),
            table: table(data_type)?,
            numbers: Vec::new(),
        })
    }

    /// The number of each value; a value that is new gets the next one. NULL is a value.
    pub(super) fn number(&mut self, values: &ArrayRef) -> Result<&[usize]> {
        self.numbers.clear();
        if !values.is_empty() {
            self.table
                .intern(std::slice::from_ref(values), &mut self.numbers)?;
        }
        Ok(&self.numbers)
    }

    /// How many distinct values there are.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// The values in the order of their numbers; afterwards the table is empty.
    pub(super) fn take(&mut self) -> Result<ArrayRef> {
        if self.table.is_empty() {
            return Ok(new_empty_array(&self.data_type));
        }
        let mut full = std::mem::replace(&mut self.table, table(&self.data_type)?);
        let mut columns = full.emit(EmitTo::All)?;
        let (Some(values), true) = (columns.pop(), columns.is_empty()) else {
            return internal_err!("a table of values has one column");
        };
        Ok(values)
    }

    /// The bytes in use.
    pub(super) fn size(&self) -> usize {
        self.table.size() + self.numbers.capacity() * size_of::<usize>()
    }
}

fn table(data_type: &DataType) -> Result<Box<dyn GroupValues>> {
    let schema = Schema::new(vec![Field::new("value", data_type.clone(), true)]);
    new_group_values(Arc::new(schema), &GroupOrdering::None)
}
