//! Keys that several rows have: found by their hashes, told by an aggregation, which spills under the session's memory limit.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, UInt32Array, cast::AsArray};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{DataType, Int64Type};
use arrow::row::{RowConverter, SortField};
use codeanatomy_errors::Result;
use datafusion::common::Column;
use datafusion::execution::SessionState;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::TryStreamExt;

use crate::candidates::candidates;
use crate::error::{arrow_failed, failed, invalid, unfit};
use crate::example::row_values;
use crate::key_hashes::{Share, repeated};
use crate::point::value_type;
use crate::report::Example;
use crate::source::Source;

/// What the aggregation calls the number of rows.
const ROWS: &str = "rows";

/// In how many passes over the keys their hashes are compared: in as few as memory allows. Reading the keys again is faster than an aggregation
/// that spills, and needs no disk.
const PASSES: [u64; 5] = [1, 2, 4, 8, 16];

/// The keys of a rule.
pub(crate) struct Keys {
    /// The columns' names and expressions over the rows.
    pub(crate) columns: Vec<(String, Expr)>,
    /// Their types.
    pub(crate) types: Vec<DataType>,
}

/// The keys that several rows have.
#[derive(Default)]
pub(crate) struct Duplicates {
    /// How many rows share their key with another.
    pub(crate) rows: u64,
    /// The least keys.
    pub(crate) examples: Vec<Example>,
}

impl Keys {
    /// Refuses keys that have no order.
    pub(crate) fn check(&self, label: &str) -> Result<()> {
        for ((name, _), data_type) in self.columns.iter().zip(&self.types) {
            if !RowConverter::supports_fields(&[SortField::new(data_type.clone())]) {
                let problem = format!(
                    "compares values of the column '{name}', whose type {data_type} has no equality"
                );
                return Err(unfit(label, &problem).with_detail("column", name));
            }
        }
        Ok(())
    }

    /// The plan that gives the keys of the rows, called by their place.
    fn read(&self, rows: LogicalPlan) -> Result<LogicalPlan> {
        let keys = self.columns.iter().zip(&self.types).enumerate();
        let keys = keys.map(|(place, ((_, column), data_type))| {
            // -0.0 and 0.0 are equal, but to a hash they are not.
            if value_type(data_type).is_floating() {
                (column.clone() + lit(0.0_f32)).alias(key_name(place))
            } else {
                column.clone().alias(key_name(place))
            }
        });
        LogicalPlanBuilder::from(rows)
            .project(keys.collect::<Vec<_>>())
            .and_then(LogicalPlanBuilder::build)
            .map_err(invalid)
    }

    /// The plan that gives each key that several rows have, and how many.
    fn grouped(&self, keys: LogicalPlan) -> Result<LogicalPlan> {
        let columns: Vec<_> = (0..self.columns.len())
            .map(|place| Expr::Column(Column::new_unqualified(key_name(place))))
            .collect();
        let known = columns
            .iter()
            .cloned()
            .map(Expr::is_not_null)
            .reduce(Expr::and);
        let number = Expr::Column(Column::new_unqualified(ROWS));
        LogicalPlanBuilder::from(keys)
            .filter(known.unwrap_or_else(|| lit(true)))
            .and_then(|plan| plan.aggregate(columns, [count(lit(1_i64)).alias(ROWS)]))
            .and_then(|plan| plan.filter(number.gt(lit(1_i64))))
            .and_then(LogicalPlanBuilder::build)
            .map_err(invalid)
    }

    /// Finds the keys that several of the rows have.
    pub(crate) async fn duplicates(
        &self,
        state: &SessionState,
        source: &Source,
        rows: u64,
        examples: usize,
    ) -> Result<Duplicates> {
        let keys = match self.repeated(state, source, rows).await? {
            Some(none) if none.is_empty() => return Ok(Duplicates::default()),
            Some(few) => candidates(&self.physical(state, source).await?, few)?,
            None => self.read(source.rows().await?)?,
        };
        self.counted(state, self.grouped(keys)?, examples).await
    }

    /// The hashes that several keys have; `None` if they are too many for memory, or for a set of them to save much.
    async fn repeated(
        &self,
        state: &SessionState,
        source: &Source,
        rows: u64,
    ) -> Result<Option<Vec<u64>>> {
        let parallel = state.config().target_partitions();
        'passes: for passes in PASSES {
            let mut all = Vec::new();
            for pass in 0..passes {
                let keys = self.physical(state, source).await?;
                let share = Share { pass, passes };
                let found = repeated(keys, state.task_ctx(), rows, share, parallel).await?;
                let Some(mut found) = found else {
                    continue 'passes;
                };
                all.append(&mut found);
                if all.len() as u64 > rows / 16 {
                    return Ok(None);
                }
            }
            return Ok(Some(all));
        }
        Ok(None)
    }

    async fn physical(
        &self,
        state: &SessionState,
        source: &Source,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let keys = self.read(source.rows().await?)?;
        state.create_physical_plan(&keys).await.map_err(invalid)
    }

    /// Counts the rows of the keys that the plan gives.
    async fn counted(
        &self,
        state: &SessionState,
        plan: LogicalPlan,
        examples: usize,
    ) -> Result<Duplicates> {
        let plan = state.create_physical_plan(&plan).await.map_err(invalid)?;
        let mut stream = execute_stream(plan, state.task_ctx()).map_err(failed)?;
        let mut rows = 0;
        let mut least = RecordBatch::new_empty(stream.schema());
        while let Some(batch) = stream.try_next().await.map_err(failed)? {
            let counts = batch.column(self.columns.len()).as_primitive::<Int64Type>();
            let counts = counts.values().iter();
            rows += counts.map(|count| count.unsigned_abs()).sum::<u64>();
            if examples > 0 {
                least = self.least(&least, &batch, examples)?;
            }
        }
        Ok(Duplicates {
            rows,
            examples: self.examples(&least)?,
        })
    }

    /// The least keys of two batches.
    fn least(&self, kept: &RecordBatch, batch: &RecordBatch, most: usize) -> Result<RecordBatch> {
        let all = concat_batches(batch.schema_ref(), [kept, batch]).map_err(arrow_failed)?;
        let keys = &all.columns()[..self.columns.len()];
        let fields = keys
            .iter()
            .map(|key| SortField::new(key.data_type().clone()));
        let converter = RowConverter::new(fields.collect()).map_err(arrow_failed)?;
        let rows = converter.convert_columns(keys).map_err(arrow_failed)?;
        let mut order: Vec<usize> = (0..all.num_rows()).collect();
        if order.len() > most {
            order
                .select_nth_unstable_by(most, |left, right| rows.row(*left).cmp(&rows.row(*right)));
            order.truncate(most);
        }
        order.sort_unstable_by(|left, right| rows.row(*left).cmp(&rows.row(*right)));
        let order: UInt32Array = order
            .into_iter()
            .filter_map(|row| u32::try_from(row).ok())
            .collect();
        take_record_batch(&all, &order).map_err(arrow_failed)
    }

    fn examples(&self, least: &RecordBatch) -> Result<Vec<Example>> {
        let counts = least.column(self.columns.len()).as_primitive::<Int64Type>();
        let names = self.columns.iter().map(|(name, _)| name.clone());
        (0..least.num_rows())
            .map(|row| {
                let values = row_values(least, row)?;
                let keys = (0..self.columns.len()).map(key_name);
                let values = names
                    .clone()
                    .zip(keys)
                    .filter_map(|(name, key)| Some((name, values.get(&key)?.clone())));
                Ok(Example {
                    row: None,
                    count: Some(counts.value(row).unsigned_abs()),
                    values: values.collect(),
                })
            })
            .collect()
    }
}

fn key_name(place: usize) -> String {
    format!("key_{place}")
}
