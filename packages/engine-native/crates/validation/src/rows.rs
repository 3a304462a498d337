//! The pass over the rows: partitions side by side, the batches of a partition in their order but several at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::RecordBatch;
use codeanatomy_errors::Result;
use datafusion::common::runtime::JoinSet;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::TryStreamExt;
use serde_json::{Map, Value};

use crate::error::failed;
use crate::evaluate::{RowChecks, Violations};
use crate::example::row_values;
use crate::pieces::of_pieces;
use crate::validate::ValidationObserver;

/// A violating row: its place among the checked rows, where they have an order, and its values.
pub(crate) type Violating = (u64, Map<String, Value>);

/// What the pass found.
pub(crate) struct Found {
    pub(crate) rows: u64,
    /// For each rule how many rows violate it, and the first of them.
    pub(crate) rules: Vec<(u64, Vec<Violating>)>,
    /// The rule that ended the pass, with the row that violates it.
    pub(crate) ended_by: Option<(usize, Violating)>,
}

/// How the pass is made.
pub(crate) struct Pass {
    pub(crate) checks: Arc<RowChecks>,
    pub(crate) lazy: bool,
    /// How many batches are checked at a time.
    pub(crate) parallel: usize,
    pub(crate) observer: Arc<dyn ValidationObserver>,
}

impl Pass {
    /// Checks all rows of the plan.
    pub(crate) async fn run(
        self,
        plan: Arc<dyn ExecutionPlan>,
        context: Arc<TaskContext>,
    ) -> Result<Found> {
        let partitions = plan.output_partitioning().partition_count();
        let rules = self.checks.rules.len();
        let pass = Arc::new(self);
        // The first partition in which a violation ended the pass: none after it matters any more.
        let ended = Arc::new(AtomicUsize::new(usize::MAX));
        let mut tasks = JoinSet::new();
        for partition in 0..partitions {
            let rows = plan
                .execute(partition, Arc::clone(&context))
                .map_err(failed)?;
            let part = Part {
                pass: Arc::clone(&pass),
                partition,
                at_once: pass.parallel.div_ceil(partitions),
                ended: Arc::clone(&ended),
            };
            tasks.spawn(async move { part.run(rows).await.map(|found| (partition, found)) });
        }
        let mut parts = Vec::with_capacity(partitions);
        while let Some(joined) = tasks.join_next().await {
            let part =
                joined.map_err(|error| failed(DataFusionError::ExecutionJoin(Box::new(error))));
            parts.push(part??);
        }
        parts.sort_unstable_by_key(|(partition, _)| *partition);
        Ok(merge(
            parts.into_iter().map(|(_, found)| found),
            rules,
            pass.checks.examples,
        ))
    }
}

/// The parts in their order as one.
fn merge(parts: impl Iterator<Item = Found>, rules: usize, examples: usize) -> Found {
    let mut whole = Found::none(rules);
    for part in parts {
        for (whole_rule, (count, violating)) in whole.rules.iter_mut().zip(part.rules) {
            whole_rule.0 += count;
            let missing = examples.saturating_sub(whole_rule.1.len());
            let later = violating.into_iter().take(missing);
            whole_rule
                .1
                .extend(later.map(|(row, values)| (whole.rows + row, values)));
        }
        let before = whole.rows;
        whole.rows += part.rows;
        if let Some((rule, (row, values))) = part.ended_by {
            whole.ended_by = Some((rule, (before + row, values)));
            break;
        }
    }
    whole
}

impl Found {
    fn none(rules: usize) -> Self {
        Self {
            rows: 0,
            rules: (0..rules).map(|_| (0, Vec::new())).collect(),
            ended_by: None,
        }
    }
}

/// The pass over one partition.
struct Part {
    pass: Arc<Pass>,
    partition: usize,
    at_once: usize,
    ended: Arc<AtomicUsize>,
}

impl Part {
    async fn run(self, rows: SendableRecordBatchStream) -> Result<Found> {
        let mut found = Found::none(self.pass.checks.rules.len());
        let checks = &self.pass.checks;
        let at_work = Arc::clone(checks);
        let checked = of_pieces(rows, self.at_once, move |piece| {
            let violations = at_work.check(&piece)?;
            Ok((piece, violations))
        });
        let mut checked = std::pin::pin!(checked);
        while let Some((batch, violations)) = checked.try_next().await.map_err(failed)? {
            if self.ended.load(Ordering::Relaxed) < self.partition {
                break;
            }
            if !self.pass.lazy && self.end(&mut found, &batch, &violations)? {
                self.ended.fetch_min(self.partition, Ordering::Relaxed);
                break;
            }
            self.add(&mut found, &batch, violations)?;
        }
        Ok(found)
    }

    /// Counts the violations of a batch.
    fn add(
        &self,
        found: &mut Found,
        batch: &RecordBatch,
        violations: Vec<Violations>,
    ) -> Result<()> {
        for ((count, examples), violations) in found.rules.iter_mut().zip(violations) {
            *count += violations.count as u64;
            let missing = self.pass.checks.examples.saturating_sub(examples.len());
            for row in violations.first.into_iter().take(missing) {
                examples.push((found.rows + row as u64, row_values(batch, row)?));
            }
        }
        found.rows += batch.num_rows() as u64;
        self.pass.observer.checked(batch.num_rows() as u64);
        Ok(())
    }

    /// Whether a row of the batch ends the pass: the first that violates a rule, and of its rules the first.
    fn end(
        &self,
        found: &mut Found,
        batch: &RecordBatch,
        violations: &[Violations],
    ) -> Result<bool> {
        let rules = self.pass.checks.rules.iter().zip(violations).enumerate();
        let first = rules
            .filter(|(_, (rule, _))| rule.ends)
            .filter_map(|(place, (_, violations))| Some((*violations.first.first()?, place)))
            .min();
        let Some((row, rule)) = first else {
            return Ok(false);
        };
        let number = found.rows + row as u64;
        found.ended_by = Some((rule, (number, row_values(batch, row)?)));
        found.rows = number + 1;
        self.pass.observer.checked(row as u64 + 1);
        Ok(true)
    }
}
