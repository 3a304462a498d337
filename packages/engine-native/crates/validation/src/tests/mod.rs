//! Validates real tables in real sessions.

mod columns;
mod lazy;
mod predicates;
mod selections;
mod uniqueness;
mod values;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::concat_batches;
use codeanatomy_errors::{EngineError, Result};
use codeanatomy_schema::{SchemaDescription, ValidationPolicySpec, decode};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use serde_json::{Value, json};

use crate::{RuleReport, ValidationOptions, ValidationReport, validate};

/// A table of the columns.
fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .unwrap()
}

/// Validates the rows in the given partitions.
async fn validated(
    partitions: Vec<Vec<RecordBatch>>,
    policy: &Value,
    declared: Option<&Value>,
) -> Result<ValidationReport> {
    let policy: ValidationPolicySpec = decode(&policy.to_string(), "policy")?;
    let declared: Option<SchemaDescription> =
        declared.map(|declared| serde_json::from_value(declared.clone()).unwrap());
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(4));
    let schema = partitions[0][0].schema();
    let rows = MemTable::try_new(schema, partitions).unwrap();
    let plan = context
        .read_table(Arc::new(rows))
        .unwrap()
        .into_unoptimized_plan();
    let report = validate(
        &context,
        plan,
        declared.as_ref(),
        &policy,
        ValidationOptions::default(),
    );
    report.await
}

/// The report of one rule on one batch; the same has to come of every way to cut the rows.
async fn rule(rows: &RecordBatch, rule: Value) -> RuleReport {
    let policy = json!({"rules": [rule]});
    let whole = validated(vec![vec![rows.clone()]], &policy, None)
        .await
        .unwrap();
    let cut = |size: usize| -> Vec<RecordBatch> {
        (0..rows.num_rows())
            .step_by(size)
            .map(|start| rows.slice(start, size.min(rows.num_rows() - start)))
            .collect()
    };
    if rows.num_rows() > 1 {
        let partitions = cut(1).into_iter().map(|one| vec![one]).collect();
        let apart = validated(partitions, &policy, None).await.unwrap();
        assert_eq!(whole.rules, apart.rules);
        let pieces = validated(vec![cut(2)], &policy, None).await.unwrap();
        assert_eq!(whole.rules, pieces.rules);
    }
    whole.rules.into_iter().next().unwrap()
}

/// The numbers of the violating rows.
async fn violating(column: ArrayRef, rule_json: Value) -> Vec<u64> {
    let report = rule(&table(vec![("x", column)]), rule_json).await;
    let rows: Vec<_> = report
        .examples
        .iter()
        .filter_map(|example| example.row)
        .collect();
    assert_eq!(rows.len() as u64, report.violations);
    rows
}

async fn refusal(rows: &RecordBatch, rule: Value) -> EngineError {
    let policy = json!({"rules": [rule]});
    let refused = validated(vec![vec![rows.clone()]], &policy, None).await;
    refused.unwrap_err()
}

/// The batches as one.
fn joined(batches: &[RecordBatch]) -> RecordBatch {
    concat_batches(&batches[0].schema(), batches).unwrap()
}
