//! `delta_add_actions(location[, version])`: the files of a version of a table.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_errors::Result;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::logical_expr::Documentation;
use futures::FutureExt;
use serde_json::Value;

use super::arguments::Arguments;
use super::maps::{maps, text_map, time, times, unexpected};
use super::rows_table::RowsTable;
use super::{DeltaTableFunction, LOCATION, PIN, SECTION};
use crate::external::external;
use crate::open::open_table;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

const NAME: &str = "delta_add_actions";

#[derive(Debug)]
struct DeltaAddActions;

impl TableFunctionImpl for DeltaAddActions {
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
        Field::new("path", DataType::Utf8, false),
        Field::new("size_bytes", DataType::Int64, false),
        Field::new("modification_time", time(), false),
        Field::new("partition_values", text_map(), false),
        Field::new("num_records", DataType::UInt64, true),
        Field::new("num_deleted", DataType::Int64, true),
        Field::new("min_values", DataType::Utf8, true),
        Field::new("max_values", DataType::Utf8, true),
        Field::new("null_count", DataType::Utf8, true),
    ]))
}

async fn rows(location: TableLocation, pin: TablePin, schema: SchemaRef) -> Result<RecordBatch> {
    let table = open_table(&location, &pin).await?;
    let state = table.snapshot().map_err(|error| location.error(&error))?;
    let partitions = state.metadata().partition_columns();
    let files: Vec<_> = state.log_data().into_iter().collect();
    let statistics: Vec<Option<Value>> = files
        .iter()
        .map(|file| serde_json::from_str(&file.stats()?).ok())
        .collect();
    let statistic = |name: &str| -> ArrayRef {
        let texts: StringArray = statistics
            .iter()
            .map(|statistics| Some(statistics.as_ref()?.get(name)?.to_string()))
            .collect();
        Arc::new(texts)
    };
    let partition_values = files.iter().map(|file| {
        let mut values: Vec<_> = file.partition_values_map().into_iter().collect();
        // The order of the table's partition columns; a map has none.
        values.sort_by_key(|(name, _)| partitions.iter().position(|column| column == name));
        Some(values)
    });
    RecordBatch::try_new(
        schema,
        vec![
            Arc::new(StringArray::from_iter_values(
                files
                    .iter()
                    .map(deltalake_core::kernel::LogicalFileView::path),
            )),
            Arc::new(Int64Array::from_iter_values(
                files
                    .iter()
                    .map(deltalake_core::kernel::LogicalFileView::size),
            )),
            times(files.iter().map(|file| Some(file.modification_time()))),
            maps(partition_values).map_err(unexpected)?,
            Arc::new(
                files
                    .iter()
                    .map(|file| file.num_records().map(|records| records as u64))
                    .collect::<UInt64Array>(),
            ),
            Arc::new(
                files
                    .iter()
                    .map(|file| Some(file.deletion_vector_descriptor()?.cardinality))
                    .collect::<Int64Array>(),
            ),
            statistic("minValues"),
            statistic("maxValues"),
            statistic("nullCount"),
        ],
    )
    .map_err(unexpected)
}

const EXAMPLE: &str = "```sql
> select partition_values, num_records, max_values from delta_add_actions('orders') order by max_values;
+------------------+-------------+------------+
| partition_values | num_records | max_values |
+------------------+-------------+------------+
| {region: north}  | 1           | {\"id\":1}   |
| {region: north}  | 1           | {\"id\":3}   |
+------------------+-------------+------------+
```";

pub(super) fn entry() -> DeltaTableFunction {
    DeltaTableFunction {
        name: NAME,
        function: Arc::new(DeltaAddActions),
        documentation: Documentation::builder(
            SECTION,
            "Returns the data files of a version of a Delta table, one row a file: its path within the table, size_bytes, modification_time, \
             partition_values, num_records (before deletions), num_deleted (by a deletion vector; NULL if the file has none), and min_values, \
             max_values and null_count of its columns as JSON. What the log does not say is NULL.",
            "delta_add_actions(location[, version])",
        )
        .with_argument("location", LOCATION)
        .with_argument("version", PIN)
        .with_sql_example(EXAMPLE)
        .with_related_udf("delta_snapshot")
        .build(),
    }
}
