//! Where the rows to check come from: the input, or what the policy selects of it.

use std::sync::Arc;

use arrow::datatypes::Schema;
use codeanatomy_errors::Result;
use codeanatomy_schema::ValidationPolicySpec;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::provider_as_source;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use crate::base::reading;
use crate::error::{failed, invalid};
use crate::selected_rows::SelectedRows;
use crate::selection::Selection;

/// The rows to check.
pub(crate) struct Source {
    state: SessionState,
    plan: LogicalPlan,
    selection: Option<Arc<Selection>>,
    streams_in_order: bool,
}

/// A plan of the rows for one pass.
pub(crate) struct Rows {
    pub(crate) plan: Arc<dyn ExecutionPlan>,
    numbers: Numbers,
}

enum Numbers {
    /// The rows come in no order.
    None,
    All,
    Selected(Arc<Selection>),
}

impl Source {
    /// The rows of the input's columns that the policy selects.
    pub(crate) async fn of(
        state: &SessionState,
        input: &LogicalPlan,
        columns: &Schema,
        policy: &ValidationPolicySpec,
        streams_in_order: bool,
    ) -> Result<Self> {
        let names: Vec<_> = columns
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        let mut state = state.clone();
        let execution = &mut state.config_mut().options_mut().execution;
        // A partition that reads another's files would make the order of rows a matter of luck.
        execution.enable_file_stream_work_stealing = false;
        let mut source = Self {
            state,
            plan: reading(input, &names)?,
            selection: None,
            streams_in_order,
        };
        let [head, tail, sample] =
            [&policy.head, &policy.tail, &policy.sample].map(|rows| rows.value().copied());
        if let (None, None, None) = (head, tail, sample) {
            return Ok(source);
        }
        // Without the other two, how many rows there are need not be known.
        let rows = match (tail, sample) {
            (None, None) => u64::MAX,
            _ => source.count().await?,
        };
        let rows_of = Option::unwrap_or_default;
        let selection = Selection::of(rows, rows_of(head), rows_of(tail), rows_of(sample));
        source.selection = Some(Arc::new(selection));
        let options = source.state.config_mut().options_mut();
        // One reader, in the order of the data.
        options.execution.target_partitions = 1;
        Ok(source)
    }

    /// How many rows there are to check.
    pub(crate) async fn count(&self) -> Result<u64> {
        let all = DataFrame::new(self.state.clone(), self.plan.clone());
        let rows = all.count().await.map_err(failed)? as u64;
        Ok(match &self.selection {
            Some(selection) => selection.len_of(rows),
            None => rows,
        })
    }

    /// The plan that gives the rows to check.
    pub(crate) async fn rows(&self) -> Result<LogicalPlan> {
        let Some(selection) = &self.selection else {
            return Ok(self.plan.clone());
        };
        selected(self.reader().await?, selection)
    }

    /// The physical plan that gives the rows to check, with their numbers where they have some.
    pub(crate) async fn pass(&self) -> Result<Rows> {
        let reader = self.reader().await?;
        let ordered = is_ordered(&reader, self.streams_in_order);
        let Some(selection) = &self.selection else {
            let numbers = if ordered { Numbers::All } else { Numbers::None };
            return Ok(Rows {
                plan: reader,
                numbers,
            });
        };
        let plan = selected(reader, selection)?;
        Ok(Rows {
            plan: self
                .state
                .create_physical_plan(&plan)
                .await
                .map_err(invalid)?,
            numbers: if ordered {
                Numbers::Selected(Arc::clone(selection))
            } else {
                Numbers::None
            },
        })
    }

    pub(crate) fn task_context(&self) -> Arc<TaskContext> {
        self.state.task_ctx()
    }

    async fn reader(&self) -> Result<Arc<dyn ExecutionPlan>> {
        self.state
            .create_physical_plan(&self.plan)
            .await
            .map_err(invalid)
    }
}

/// The plan that gives the selected rows.
fn selected(reader: Arc<dyn ExecutionPlan>, selection: &Arc<Selection>) -> Result<LogicalPlan> {
    let schema = reader.schema();
    let rows = SelectedRows::new(reader, Arc::clone(selection));
    let table = StreamingTable::try_new(schema, vec![Arc::new(rows)]).map_err(invalid)?;
    LogicalPlanBuilder::scan("rows", provider_as_source(Arc::new(table)), None)
        .and_then(LogicalPlanBuilder::build)
        .map_err(invalid)
}

impl Rows {
    /// The number in the whole dataset of the row that is checked after `position` others.
    pub(crate) fn number(&self, position: u64) -> Option<u64> {
        match &self.numbers {
            Numbers::None => None,
            Numbers::All => Some(position),
            Numbers::Selected(selection) => selection.number(position),
        }
    }
}

/// Whether the rows of the partitions, one partition after another, are the same in each run.
fn is_ordered(plan: &Arc<dyn ExecutionPlan>, streams_in_order: bool) -> bool {
    match plan.name() {
        "SortExec" => plan.output_partitioning().partition_count() == 1,
        "SortPreservingMergeExec" => true,
        "StreamingTableExec" => streams_in_order,
        "DataSourceExec"
        | "CoalesceBatchesExec"
        | "CooperativeExec"
        | "EmptyExec"
        | "FilterExec"
        | "GlobalLimitExec"
        | "LocalLimitExec"
        | "PlaceholderRowExec"
        | "ProjectionExec"
        | "UnionExec" => plan
            .children()
            .into_iter()
            .all(|child| is_ordered(child, streams_in_order)),
        _ => false,
    }
}
