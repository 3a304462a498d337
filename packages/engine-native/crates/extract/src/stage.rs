//! Keeps extracted batches on disk until the whole repository is linked, so that memory does not grow with it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::writer::FileWriter;
use codeanatomy_errors::{EngineError, ErrorCode, Result};

use crate::tables::{
    Bases, Calls, Definitions, Diagnostics, Files, Imports, References, TableBuilder, Tables,
};

/// A batch is written when a table has this many rows at the end of a file.
const BATCH_ROWS: usize = 16 * 1024;

/// An extracted table on disk.
#[derive(Debug, Clone)]
pub struct StagedTable {
    /// The name under which the views of the graph read it.
    pub name: &'static str,
    /// Its columns.
    pub schema: SchemaRef,
    /// Arrow IPC files with its rows, in no particular order.
    pub files: Vec<PathBuf>,
    /// The number of rows.
    pub rows: u64,
}

/// Writes what one worker extracts.
pub(crate) struct StageWriter {
    directory: PathBuf,
    worker: usize,
    writers: BTreeMap<&'static str, Staged>,
}

struct Staged {
    path: PathBuf,
    writer: FileWriter<BufWriter<File>>,
    rows: u64,
}

impl StageWriter {
    pub(crate) fn new(directory: &Path, worker: usize) -> Self {
        Self {
            directory: directory.to_owned(),
            worker,
            writers: BTreeMap::new(),
        }
    }

    /// Writes the tables that have enough rows for a batch.
    pub(crate) fn write(&mut self, tables: &mut Tables) -> Result<()> {
        self.write_from(tables, BATCH_ROWS)
    }

    /// Writes what is left and closes the files.
    pub(crate) fn finish(
        mut self,
        tables: &mut Tables,
    ) -> Result<BTreeMap<&'static str, (PathBuf, u64)>> {
        self.write_from(tables, 1)?;
        let mut files = BTreeMap::new();
        for (name, mut staged) in self.writers {
            staged
                .writer
                .finish()
                .map_err(|error| failed(&staged.path, error))?;
            files.insert(name, (staged.path, staged.rows));
        }
        Ok(files)
    }

    fn write_from(&mut self, tables: &mut Tables, rows: usize) -> Result<()> {
        self.table(&mut tables.files, rows)?;
        self.table(&mut tables.definitions, rows)?;
        self.table(&mut tables.references, rows)?;
        self.table(&mut tables.imports, rows)?;
        self.table(&mut tables.calls, rows)?;
        self.table(&mut tables.bases, rows)?;
        self.table(&mut tables.diagnostics, rows)
    }

    fn table<T: TableBuilder>(&mut self, table: &mut T, rows: usize) -> Result<()> {
        if table.rows() < rows {
            return Ok(());
        }
        let path = self
            .directory
            .join(format!("{}-{}.arrow", T::NAME, self.worker));
        let batch = table.finish().map_err(|error| failed(&path, error))?;
        self.batch(T::NAME, path, &batch)
    }

    fn batch(&mut self, name: &'static str, path: PathBuf, batch: &RecordBatch) -> Result<()> {
        let staged = match self.writers.entry(name) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let file = File::create(&path).map_err(|error| failed(&path, error.into()))?;
                let writer = FileWriter::try_new(BufWriter::new(file), &batch.schema())
                    .map_err(|error| failed(&path, error))?;
                entry.insert(Staged {
                    path,
                    writer,
                    rows: 0,
                })
            }
        };
        staged.rows += batch.num_rows() as u64;
        staged
            .writer
            .write(batch)
            .map_err(|error| failed(&staged.path, error))
    }
}

/// The tables that [`StageWriter`] writes, without files.
pub(crate) fn empty_tables() -> Vec<StagedTable> {
    fn table<T: TableBuilder>() -> StagedTable {
        StagedTable {
            name: T::NAME,
            schema: T::schema(),
            files: Vec::new(),
            rows: 0,
        }
    }
    vec![
        table::<Files>(),
        table::<Definitions>(),
        table::<References>(),
        table::<Imports>(),
        table::<Calls>(),
        table::<Bases>(),
        table::<Diagnostics>(),
    ]
}

fn failed(path: &Path, error: ArrowError) -> EngineError {
    EngineError::new(
        ErrorCode::WriteFailed,
        format!(
            "extracted rows can't be written to {}: {error}",
            path.display()
        ),
    )
    .with_detail("path", path.display().to_string())
    .with_hint("free space on the disk of the output directory, or choose another one")
    .with_source(error)
}
