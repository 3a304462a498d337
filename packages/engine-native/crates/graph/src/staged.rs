//! Makes the extracted tables queryable in a session.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::FileReader;
use async_trait::async_trait;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_extract::{Extraction, SYMBOLS, StagedPart, StagedTable};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::{MemTable, TableType};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::stream;

/// Registers the extracted tables of `extraction`.
pub(crate) fn register(context: &SessionContext, extraction: Extraction) -> Result<()> {
    register_all(context, extraction).map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("the extracted tables can't be read: {error}"),
        )
        .with_source(error)
    })
}

fn register_all(context: &SessionContext, extraction: Extraction) -> datafusion::error::Result<()> {
    for table in extraction.tables {
        context.register_table(table.name, Arc::new(Staged(table)))?;
    }
    let symbols = extraction.symbols;
    let memory = MemTable::try_new(symbols.schema(), vec![vec![symbols]])?;
    context.register_table(SYMBOLS, Arc::new(memory))?;
    Ok(())
}

/// A staged table; each of its parts is a partition that is read batch by batch.
///
/// DataFusion's own source of Arrow files cuts a file into ranges for its partitions and reads a whole range at once, so that memory would
/// grow with the repository.
#[derive(Debug)]
struct Staged(StagedTable);

#[async_trait]
impl TableProvider for Staged {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.0.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.0.schema.project(columns)?),
            None => self.schema(),
        };
        if self.0.parts.is_empty() {
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let partitions = self.0.parts.iter().map(|part| {
            Arc::new(Partition {
                part: part.clone(),
                projection: projection.cloned(),
                schema: Arc::clone(&schema),
            }) as Arc<dyn PartitionStream>
        });
        let scan = StreamingTableExec::try_new(
            Arc::clone(&schema),
            partitions.collect(),
            None,
            Vec::new(),
            false,
            limit,
        )?;
        Ok(Arc::new(scan))
    }
}

/// A part of a staged table, with the columns that a query needs.
#[derive(Debug)]
struct Partition {
    part: StagedPart,
    projection: Option<Vec<usize>>,
    schema: SchemaRef,
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let projection = self.projection.clone();
        let kept = self.part.batches.clone().into_iter().map({
            let projection = projection.clone();
            move |batch| match &projection {
                Some(columns) => Ok(batch.project(columns)?),
                None => Ok(batch),
            }
        });
        // The file is opened when the batches before it are read.
        let path = self.part.file.clone().into_iter();
        let read = path.flat_map(move |path| read_file(&path, projection.clone()));
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream::iter(kept.chain(read)),
        ))
    }
}

/// The batches of an Arrow IPC file, or the error of opening it.
fn read_file(
    path: &Path,
    projection: Option<Vec<usize>>,
) -> Box<dyn Iterator<Item = datafusion::error::Result<RecordBatch>> + Send> {
    let reader = File::open(path)
        .map_err(DataFusionError::from)
        .and_then(|file| Ok(FileReader::try_new(file, projection)?));
    match reader {
        Ok(reader) => Box::new(reader.map(|batch| batch.map_err(DataFusionError::from))),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, Int64Array, StringViewArray};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use arrow::ipc::writer::FileWriter;

    use super::*;

    fn batch(numbers: &[i64]) -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("text", DataType::Utf8View, true),
            Field::new("number", DataType::Int64, false),
        ]);
        let texts = numbers.iter().map(|number| Some(format!("row {number}")));
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(texts.collect::<StringViewArray>()),
                Arc::new(Int64Array::from(numbers.to_vec())),
            ],
        )
        .unwrap()
    }

    fn write(path: &Path, batch: &RecordBatch) {
        let mut writer = FileWriter::try_new(File::create(path).unwrap(), &batch.schema()).unwrap();
        writer.write(batch).unwrap();
        writer.finish().unwrap();
    }

    async fn sum(table: StagedTable) -> datafusion::error::Result<(i64, i64)> {
        let context = SessionContext::new();
        context.register_table("t", Arc::new(Staged(table)))?;
        let frame = context
            .sql("select count(text), sum(number) from t")
            .await?;
        let rows = frame.collect().await?;
        let value = |column: usize| rows[0].column(column).as_primitive::<Int64Type>().value(0);
        Ok((value(0), value(1)))
    }

    #[tokio::test]
    async fn batches_and_files_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t-0.arrow");
        write(&path, &batch(&[10, 20]));
        let part = |batches: &[RecordBatch], file: Option<&Path>| StagedPart {
            batches: batches.to_vec(),
            file: file.map(Path::to_owned),
            rows: 0,
        };
        let table = |parts| StagedTable {
            name: "t",
            schema: batch(&[]).schema(),
            parts,
            rows: 0,
        };
        let both = table(vec![
            part(&[batch(&[1]), batch(&[2, 3])], Some(&path)),
            part(&[batch(&[4])], None),
        ]);
        assert_eq!(sum(both).await.unwrap(), (6, 40));
        let file = table(vec![part(&[], Some(&path))]);
        assert_eq!(sum(file).await.unwrap(), (2, 30));
        let gone = table(vec![part(
            &[batch(&[1])],
            Some(&directory.path().join("gone")),
        )]);
        assert!(sum(gone).await.is_err());
    }
}
