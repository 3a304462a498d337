//! Keeps extracted batches until the whole repository is linked: the first ones in memory, the rest on disk, so that memory does not grow
//! with the repository.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// How much all workers together keep in memory. Writing a batch and reading it again costs about a tenth of a build.
const MEMORY_BYTES: usize = 256 * 1024 * 1024;

/// What is left of [`MEMORY_BYTES`].
#[derive(Debug)]
pub(crate) struct StageMemory(AtomicUsize);

impl StageMemory {
    pub(crate) fn new() -> Self {
        Self(AtomicUsize::new(MEMORY_BYTES))
    }

    /// Takes that many bytes, if they are left.
    fn take(&self, bytes: usize) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes)
            })
            .is_ok()
    }
}

/// An extracted table.
#[derive(Debug, Clone)]
pub struct StagedTable {
    /// The name under which the views of the graph read it.
    pub name: &'static str,
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows, in no particular order.
    pub parts: Vec<StagedPart>,
    /// The number of rows.
    pub rows: u64,
}

/// What one worker extracted of a table.
#[derive(Debug, Clone, Default)]
pub struct StagedPart {
    /// The first batches.
    pub batches: Vec<RecordBatch>,
    /// An Arrow IPC file with the rest, if there is one.
    pub file: Option<PathBuf>,
    /// The number of rows.
    pub rows: u64,
}

/// Writes what one worker extracts.
pub(crate) struct StageWriter<'m> {
    directory: PathBuf,
    worker: usize,
    memory: &'m StageMemory,
    parts: BTreeMap<&'static str, Part>,
}

#[derive(Default)]
struct Part {
    staged: StagedPart,
    writer: Option<FileWriter<BufWriter<File>>>,
}

impl<'m> StageWriter<'m> {
    pub(crate) fn new(directory: &Path, worker: usize, memory: &'m StageMemory) -> Self {
        Self {
            directory: directory.to_owned(),
            worker,
            memory,
            parts: BTreeMap::new(),
        }
    }

    /// Keeps the tables that have enough rows for a batch.
    pub(crate) fn write(&mut self, tables: &mut Tables) -> Result<()> {
        self.write_from(tables, BATCH_ROWS)
    }

    /// Keeps what is left and closes the files.
    pub(crate) fn finish(
        mut self,
        tables: &mut Tables,
    ) -> Result<BTreeMap<&'static str, StagedPart>> {
        self.write_from(tables, 1)?;
        let mut parts = BTreeMap::new();
        for (name, mut part) in self.parts {
            if let (Some(writer), Some(path)) = (&mut part.writer, &part.staged.file) {
                writer.finish().map_err(|error| failed(path, error))?;
            }
            parts.insert(name, part.staged);
        }
        Ok(parts)
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
        self.batch(T::NAME, &path, batch)
    }

    fn batch(&mut self, name: &'static str, path: &Path, batch: RecordBatch) -> Result<()> {
        let part = self.parts.entry(name).or_default();
        part.staged.rows += batch.num_rows() as u64;
        if part.writer.is_none() && self.memory.take(batch.get_array_memory_size()) {
            part.staged.batches.push(batch);
            return Ok(());
        }
        let writer = if let Some(writer) = &mut part.writer {
            writer
        } else {
            let file = File::create(path).map_err(|error| failed(path, error.into()))?;
            let writer = FileWriter::try_new(BufWriter::new(file), &batch.schema())
                .map_err(|error| failed(path, error))?;
            part.staged.file = Some(path.to_owned());
            part.writer.insert(writer)
        };
        writer.write(&batch).map_err(|error| failed(path, error))
    }
}

/// The tables that [`StageWriter`] keeps, without rows.
pub(crate) fn empty_tables() -> Vec<StagedTable> {
    fn table<T: TableBuilder>() -> StagedTable {
        StagedTable {
            name: T::NAME,
            schema: T::schema(),
            parts: Vec::new(),
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

#[cfg(test)]
mod tests {
    use arrow::ipc::reader::FileReader;

    use super::*;

    /// Stages the rows of three batches with so much memory, and reads them in order.
    fn staged(memory: usize) -> (StagedPart, Vec<RecordBatch>) {
        let directory = tempfile::tempdir().unwrap();
        let memory = StageMemory(AtomicUsize::new(memory));
        let mut writer = StageWriter::new(directory.path(), 0, &memory);
        let mut tables = Tables::default();
        for number in 0..3 {
            for row in 0..BATCH_ROWS {
                let message = format!("{number}.{row}");
                tables.diagnostics.file_id.append("file:0");
                tables.diagnostics.path.append("a.py");
                tables.diagnostics.severity.append("error");
                tables.diagnostics.code.append("syntax-error");
                tables.diagnostics.message.append(&message);
                tables.diagnostics.bstart.append_value(0);
                tables.diagnostics.bend.append_value(0);
                tables.diagnostics.line.append_value(1);
                tables.diagnostics.column.append_value(1);
            }
            writer.write(&mut tables).unwrap();
        }
        let mut parts = writer.finish(&mut tables).unwrap();
        assert_eq!(parts.len(), 1);
        let part = parts.remove(Diagnostics::NAME).unwrap();
        let mut batches = part.batches.clone();
        if let Some(path) = &part.file {
            let reader = FileReader::try_new(File::open(path).unwrap(), None).unwrap();
            batches.extend(reader.map(|batch| batch.unwrap()));
        }
        (part, batches)
    }

    #[test]
    fn what_memory_does_not_hold_goes_to_disk() {
        let (all, expected) = staged(usize::MAX);
        assert_eq!((all.batches.len(), all.file.is_some()), (3, false));
        assert_eq!(all.rows, 3 * BATCH_ROWS as u64);
        let one = expected[0].get_array_memory_size();
        for (memory, kept) in [(0, 0), (one + one / 2, 1)] {
            let (part, batches) = staged(memory);
            assert_eq!((part.batches.len(), part.file.is_some()), (kept, true));
            assert_eq!(part.rows, all.rows);
            assert_eq!(batches, expected);
        }
    }
}
