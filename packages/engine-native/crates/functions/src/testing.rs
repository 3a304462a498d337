//! Runs the library's functions as SQL does, for the tests of the functions.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::pretty::pretty_format_columns;
use datafusion::prelude::SessionContext;

/// A session that has the library's functions and the given columns as table `t`.
pub(crate) struct Sql {
    context: SessionContext,
    runtime: tokio::runtime::Runtime,
}

impl Sql {
    /// A session with no table.
    pub(crate) fn new() -> Self {
        let context = SessionContext::new();
        for entry in crate::functions() {
            context.register_udf(entry.function.as_ref().clone());
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        Self { context, runtime }
    }

    /// A session whose table `t` has the given columns.
    pub(crate) fn with_table(columns: Vec<(&str, ArrayRef)>) -> Self {
        let sql = Self::new();
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .map(|(name, column)| (name, column, true)),
        )
        .unwrap();
        sql.context.register_batch("t", batch).unwrap();
        sql
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
