//! Makes the extracted tables queryable in a session.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::FileReader;
use async_trait::async_trait;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_extract::{Extraction, SYMBOLS, StagedTable};
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
pub(crate) fn register(context: &SessionContext, extraction: &Extraction) -> Result<()> {
    register_all(context, extraction).map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("the extracted tables can't be read: {error}"),
        )
        .with_source(error)
    })
}

fn register_all(
    context: &SessionContext,
    extraction: &Extraction,
) -> datafusion::error::Result<()> {
    for table in &extraction.tables {
        context.register_table(table.name, Arc::new(Staged(table.clone())))?;
    }
    let symbols = &extraction.symbols;
    let memory = MemTable::try_new(symbols.schema(), vec![vec![symbols.clone()]])?;
    context.register_table(SYMBOLS, Arc::new(memory))?;
    Ok(())
}

/// A staged table; each of its files is a partition that is read batch by batch.
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
        if self.0.files.is_empty() {
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let partitions = self.0.files.iter().map(|path| {
            Arc::new(StagedFile {
                path: path.clone(),
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

/// A file of a staged table, with the columns that a query needs.
#[derive(Debug)]
struct StagedFile {
    path: PathBuf,
    projection: Option<Vec<usize>>,
    schema: SchemaRef,
}

impl PartitionStream for StagedFile {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reader = File::open(&self.path)
            .map_err(DataFusionError::from)
            .and_then(|file| Ok(FileReader::try_new(file, self.projection.clone())?));
        let batches: Box<dyn Iterator<Item = _> + Send> = match reader {
            Ok(reader) => Box::new(reader.map(|batch| batch.map_err(DataFusionError::from))),
            Err(error) => Box::new(std::iter::once(Err(error))),
        };
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream::iter(batches),
        ))
    }
}
