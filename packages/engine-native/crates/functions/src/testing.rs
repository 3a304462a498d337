//! Runs the library's functions as SQL does, for the tests of the functions.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::pretty::pretty_format_columns;
use datafusion::datasource::MemTable;
use datafusion::optimizer::AnalyzerRule;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::settings::FunctionSettings;

/// A session that has the library's functions and the given columns as table `t`.
pub(crate) struct Sql {
    context: SessionContext,
    runtime: tokio::runtime::Runtime,
}

impl Sql {
    /// A session with no table.
    pub(crate) fn new() -> Self {
        Self::with_partitions(1)
    }

    /// A session with no table that runs its queries in this many partitions, with batches of three rows where there are several.
    pub(crate) fn with_partitions(partitions: usize) -> Self {
        let mut config = SessionConfig::new()
            .with_information_schema(true)
            .with_target_partitions(partitions);
        if partitions > 1 {
            config = config.with_batch_size(3);
        }
        config
            .options_mut()
            .extensions
            .insert(FunctionSettings::default());
        let context = SessionContext::new_with_config(config);
        {
            let state = context.state_ref();
            let mut state = state.write();
            for entry in crate::functions() {
                entry.function.register(&mut *state).unwrap();
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        Self { context, runtime }
    }

    /// A session whose table `t` has the given columns.
    pub(crate) fn with_table(columns: Vec<(&str, ArrayRef)>) -> Self {
        Self::new().and_table("t", columns)
    }

    /// The same session with one more rule of the analyzer.
    pub(crate) fn with_rule(self, rule: Arc<dyn AnalyzerRule + Send + Sync>) -> Self {
        self.context.add_analyzer_rule(rule);
        self
    }

    /// The same session with one more table; its rows lie in as many partitions as the session has, one after the other.
    pub(crate) fn and_table(self, name: &str, columns: Vec<(&str, ArrayRef)>) -> Self {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .map(|(name, column)| (name, column, true)),
        )
        .unwrap();
        let partitions = self.context.state_ref().read().config().target_partitions();
        let rows = batch.num_rows().div_ceil(partitions).max(1);
        let parts = (0..partitions)
            .map(|part| {
                let start = (part * rows).min(batch.num_rows());
                vec![batch.slice(start, rows.min(batch.num_rows() - start))]
            })
            .collect();
        let table = MemTable::try_new(batch.schema(), parts).unwrap();
        self.context.register_table(name, Arc::new(table)).unwrap();
        self
    }

    /// Runs a statement for what it does to the session.
    pub(crate) fn run(&self, statement: &str) {
        self.runtime
            .block_on(async { self.context.sql(statement).await?.collect().await })
            .unwrap();
    }

    /// The only column of the query's result, over all batches.
    pub(crate) fn column(&self, query: &str) -> Result<ArrayRef, String> {
        self.runtime.block_on(async {
            let frame = self
                .context
                .sql(query)
                .await
                .map_err(|error| error.strip_backtrace())?;
            let schema = frame.schema().as_arrow().clone();
            let batches = frame
                .collect()
                .await
                .map_err(|error| error.strip_backtrace())?;
            let batch = arrow::compute::concat_batches(&schema.into(), &batches).unwrap();
            assert_eq!(batch.num_columns(), 1);
            Ok(ArrayRef::clone(batch.column(0)))
        })
    }

    /// The values of the only column as text; NULL is `∅`.
    pub(crate) fn texts(&self, query: &str) -> Vec<String> {
        let column = self.column(query).unwrap();
        (0..column.len())
            .map(|row| {
                if column.is_null(row) {
                    "∅".to_owned()
                } else {
                    arrow::util::display::array_value_to_string(&column, row).unwrap()
                }
            })
            .collect()
    }

    /// The message with which the query is refused.
    pub(crate) fn error(&self, query: &str) -> String {
        match self.column(query) {
            Ok(column) => panic!(
                "not refused: {query}\n{}",
                pretty_format_columns("result", &[column]).unwrap()
            ),
            Err(message) => message,
        }
    }
}
