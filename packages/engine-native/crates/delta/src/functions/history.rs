//! `delta_history(location)`: the versions of a table that its log has.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_errors::Result;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::logical_expr::Documentation;
use futures::FutureExt;
use serde_json::{Map, Value};

use super::arguments::Arguments;
use super::maps::{maps, text_map, time, times, unexpected};
use super::rows_table::RowsTable;
use super::{DeltaTableFunction, LOCATION, SECTION};
use crate::commit_log::{Commit, commits};
use crate::external::external;
use crate::open::open_table;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

const NAME: &str = "delta_history";

#[derive(Debug)]
struct DeltaHistory;

impl TableFunctionImpl for DeltaHistory {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> datafusion::common::Result<Arc<dyn TableProvider>> {
        let given = Arguments::of(NAME, &arguments, 1, 1).map_err(external)?;
        Ok(Arc::new(RowsTable {
            location: given.location().map_err(external)?,
            pin: TablePin::Latest,
            schema: schema(),
            rows: |location, _, schema| rows(location, schema).boxed(),
        }))
    }
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("version", DataType::UInt64, false),
        Field::new("timestamp", time(), false),
        Field::new("operation", DataType::Utf8, true),
        Field::new("operation_parameters", text_map(), true),
        Field::new("operation_metrics", text_map(), true),
        Field::new("read_version", DataType::UInt64, true),
        Field::new("is_blind_append", DataType::Boolean, true),
        Field::new("user_name", DataType::Utf8, true),
        Field::new("engine_info", DataType::Utf8, true),
        Field::new("commit_info", DataType::Utf8, true),
    ]))
}

async fn rows(location: TableLocation, schema: SchemaRef) -> Result<RecordBatch> {
    let table = open_table(&location, &TablePin::Latest).await?;
    table_of(&commits(&location, &table, None).await?, schema)
}

fn table_of(commits: &[Commit], schema: SchemaRef) -> Result<RecordBatch> {
    let fields = |name: &'static str| {
        commits
            .iter()
            .map(move |commit| commit.info.as_ref()?.get(name))
    };
    let texts = |name| -> ArrayRef {
        let texts: StringArray = fields(name).map(|value| value?.as_str()).collect();
        Arc::new(texts)
    };
    let text_maps = |name| maps(fields(name).map(|value| Some(entries(value?.as_object()?))));
    let read_versions: UInt64Array = fields("readVersion").map(|value| value?.as_u64()).collect();
    let blind: BooleanArray = fields("isBlindAppend")
        .map(|value| value?.as_bool())
        .collect();
    let info: StringArray = commits
        .iter()
        .map(|commit| serde_json::to_string(commit.info.as_ref()?).ok())
        .collect();
    RecordBatch::try_new(
        schema,
        vec![
            Arc::new(UInt64Array::from_iter_values(
                commits.iter().map(|commit| commit.version),
            )),
            times(commits.iter().map(|commit| Some(commit.committed))),
            texts("operation"),
            text_maps("operationParameters").map_err(unexpected)?,
            text_maps("operationMetrics").map_err(unexpected)?,
            Arc::new(read_versions),
            Arc::new(blind),
            texts("userName"),
            texts("engineInfo"),
            Arc::new(info),
        ],
    )
    .map_err(unexpected)
}

/// The fields as texts, sorted; a text stands for itself, anything else for its JSON.
fn entries(fields: &Map<String, Value>) -> Vec<(&str, Option<String>)> {
    let mut entries: Vec<_> = fields
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            (name.as_str(), value)
        })
        .collect();
    entries.sort();
    entries
}

const EXAMPLE: &str = "```sql
> select version, operation from delta_history('orders');
+---------+-----------+
| version | operation |
+---------+-----------+
| 2       | DELETE    |
| 1       | WRITE     |
| 0       | WRITE     |
+---------+-----------+
```";

pub(super) fn entry() -> DeltaTableFunction {
    DeltaTableFunction {
        name: NAME,
        function: Arc::new(DeltaHistory),
        documentation: Documentation::builder(
            SECTION,
            "Returns the versions of a Delta table whose commits its log still has, the latest first: version, timestamp (the one that time \
             travel goes by), operation, operation_parameters, operation_metrics, read_version, is_blind_append, user_name, engine_info, and \
             commit_info, which is all that the commit says about itself, as JSON. What a commit does not say is NULL.",
            "delta_history(location)",
        )
        .with_argument("location", LOCATION)
        .with_sql_example(EXAMPLE)
        .with_related_udf("delta_snapshot")
        .with_related_udf("read_delta")
        .build(),
    }
}
