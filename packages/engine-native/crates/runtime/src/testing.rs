//! Runs statements in a session that has the runtime.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;
use datafusion::execution::context::SessionContext;
use datafusion::prelude::SessionConfig;

use crate::{RuntimePolicy, install};

/// A session with the runtime.
pub(crate) struct Session {
    pub(crate) context: SessionContext,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self::with_policy(&RuntimePolicy::default())
    }

    pub(crate) fn with_policy(policy: &RuntimePolicy) -> Self {
        let config = SessionConfig::new()
            .with_target_partitions(2)
            .with_information_schema(true);
        let context = SessionContext::new_with_config(config);
        install(&context, policy).unwrap();
        Self { context }
    }

    /// The rows of the result, the values of a row joined by ` | `; NULL is `∅`.
    pub(crate) async fn try_rows(&self, statement: &str) -> Result<Vec<String>> {
        let batches = self.context.sql(statement).await?.collect().await?;
        let options = FormatOptions::new().with_null("∅");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
                .collect();
            for row in 0..batch.num_rows() {
                let values: Vec<_> = columns
                    .iter()
                    .map(|column| column.value(row).to_string())
                    .collect();
                rows.push(values.join(" | "));
            }
        }
        Ok(rows)
    }

    pub(crate) async fn rows(&self, statement: &str) -> Vec<String> {
        match self.try_rows(statement).await {
            Ok(rows) => rows,
            Err(error) => panic!("{statement}: {}", error.strip_backtrace()),
        }
    }

    /// The only value of the result.
    pub(crate) async fn value(&self, statement: &str) -> String {
        let rows = self.rows(statement).await;
        assert_eq!(rows.len(), 1, "{statement}");
        rows[0].clone()
    }

    /// The message with which the statement is refused.
    pub(crate) async fn error(&self, statement: &str) -> String {
        match self.try_rows(statement).await {
            Ok(rows) => panic!("not refused: {statement}: {rows:?}"),
            Err(error) => error.strip_backtrace(),
        }
    }

    /// The optimized plan of the query, as text.
    pub(crate) async fn plan(&self, query: &str) -> String {
        let frame = self.context.sql(query).await.unwrap();
        frame.into_optimized_plan().unwrap().to_string()
    }
}
