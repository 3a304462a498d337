//! `delta_snapshot(location[, version])`: what a version of a table is, in one row.

use std::sync::Arc;

use arrow::array::{Int32Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_errors::Result;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::logical_expr::Documentation;
use deltalake_core::logstore::commit_uri_from_version;
use futures::FutureExt;
use object_store::ObjectStoreExt as _;

use super::arguments::Arguments;
use super::maps::{lists, maps, text_list, text_map, time, times, unexpected};
use super::rows_table::RowsTable;
use super::{DeltaTableFunction, LOCATION, PIN, SECTION};
use crate::external::external;
use crate::open::open_table;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

const NAME: &str = "delta_snapshot";

#[derive(Debug)]
struct DeltaSnapshot;

impl TableFunctionImpl for DeltaSnapshot {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> datafusion::common::Result<Arc<dyn TableProvider>> {
        let given = Arguments::of(NAME, &arguments, 1, 2).map_err(external)?;
        Ok(Arc::new(RowsTable {
            location: given.location().map_err(external)?,
            pin: given.pin(1).map_err(external)?,
            schema: schema(),
            rows: |location, pin, schema| rows(location, pin, schema).boxed(),
        }))
    }
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("location", DataType::Utf8, false),
        Field::new("version", DataType::UInt64, false),
        Field::new("timestamp", time(), true),
        Field::new("table_id", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, true),
        Field::new("description", DataType::Utf8, true),
        Field::new("created", time(), true),
        Field::new("min_reader_version", DataType::Int32, false),
        Field::new("min_writer_version", DataType::Int32, false),
        Field::new("reader_features", text_list(), true),
        Field::new("writer_features", text_list(), true),
        Field::new("schema", DataType::Utf8, false),
        Field::new("partition_columns", text_list(), false),
        Field::new("properties", text_map(), false),
        Field::new("num_files", DataType::UInt64, false),
        Field::new("size_bytes", DataType::Int64, false),
        Field::new("num_rows", DataType::UInt64, true),
    ]))
}

async fn rows(location: TableLocation, pin: TablePin, schema: SchemaRef) -> Result<RecordBatch> {
    let table = open_table(&location, &pin).await?;
    let failed = |error| location.error(&error);
    let state = table.snapshot().map_err(failed)?;
    let (metadata, protocol) = (state.metadata(), state.protocol());
    // A checkpoint outlives the commits before it.
    let commit = table
        .log_store()
        .object_store(None)
        .head(&commit_uri_from_version(table.version()))
        .await;
    let committed = commit
        .ok()
        .map(|commit| commit.last_modified.timestamp_millis());
    let mut files = 0_u64;
    let mut bytes = 0_i64;
    let mut records = Some(0_u64);
    for file in state.log_data() {
        files += 1;
        bytes += file.size();
        let deleted = file
            .deletion_vector_descriptor()
            .map_or(Some(0), |vector| u64::try_from(vector.cardinality).ok());
        records = match (records, file.num_records(), deleted) {
            (Some(records), Some(more), Some(deleted)) => {
                Some(records + (more as u64).saturating_sub(deleted))
            }
            _ => None,
        };
    }
    let columns = state.schema();
    let columns = serde_json::to_string(columns.as_ref()).map_err(|error| failed(error.into()))?;
    let mut properties: Vec<_> = metadata
        .configuration()
        .iter()
        .map(|(name, value)| (name.clone(), Some(value.clone())))
        .collect();
    properties.sort();
    let features = |features: Option<&[delta_kernel::table_features::TableFeature]>| {
        lists([features.map(|features| features.iter().map(ToString::to_string).collect())])
    };
    RecordBatch::try_new(
        schema,
        vec![
            Arc::new(StringArray::from(vec![location.name()])),
            Arc::new(UInt64Array::from(vec![state.version()])),
            times([committed]),
            Arc::new(StringArray::from(vec![metadata.id()])),
            Arc::new(StringArray::from(vec![metadata.name()])),
            Arc::new(StringArray::from(vec![metadata.description()])),
            times([metadata.created_time()]),
            Arc::new(Int32Array::from(vec![protocol.min_reader_version()])),
            Arc::new(Int32Array::from(vec![protocol.min_writer_version()])),
            features(protocol.reader_features()),
            features(protocol.writer_features()),
            Arc::new(StringArray::from(vec![columns])),
            lists([Some(metadata.partition_columns().to_vec())]),
            maps([Some(properties)]).map_err(unexpected)?,
            Arc::new(UInt64Array::from(vec![files])),
            Arc::new(Int64Array::from(vec![bytes])),
            Arc::new(UInt64Array::from(vec![records])),
        ],
    )
    .map_err(unexpected)
}

const EXAMPLE: &str = "```sql
> select version, num_rows, partition_columns, properties from delta_snapshot('orders');
+---------+----------+-------------------+------------------------------------+
| version | num_rows | partition_columns | properties                         |
+---------+----------+-------------------+------------------------------------+
| 2       | 2        | [region]          | {delta.enableChangeDataFeed: true} |
+---------+----------+-------------------+------------------------------------+
```";

pub(super) fn entry() -> DeltaTableFunction {
    DeltaTableFunction {
        name: NAME,
        function: Arc::new(DeltaSnapshot),
        documentation: Documentation::builder(
            SECTION,
            "Returns one row about a version of a Delta table: its location, version, timestamp, table_id, name, description, created, \
             min_reader_version, min_writer_version, reader_features, writer_features, schema (as Delta's JSON), partition_columns, properties, \
             num_files, size_bytes and num_rows. The timestamp is NULL if the commit was cleaned up, num_rows if a file's log entry does not \
             say it.",
            "delta_snapshot(location[, version])",
        )
        .with_argument("location", LOCATION)
        .with_argument("version", PIN)
        .with_sql_example(EXAMPLE)
        .with_related_udf("delta_add_actions")
        .with_related_udf("delta_history")
        .build(),
    }
}
