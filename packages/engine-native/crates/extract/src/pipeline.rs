//! Runs the extraction of many files on several threads.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use codeanatomy_errors::{EngineError, ErrorCode, Result};

use crate::link::facts::ModuleFacts;
use crate::link::link;
use crate::parse::extract_file;
use crate::roots::Roots;
use crate::scan::ScannedFile;
use crate::stage::{StageWriter, StagedTable, empty_tables};
use crate::symbol_ids::SymbolIds;
use crate::tables::Tables;

/// Enough stack for the parser's own recursion; deeper nesting grows it.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What was extracted.
#[derive(Debug)]
pub struct Extraction {
    /// The extracted tables, also those without rows.
    pub tables: Vec<StagedTable>,
    /// The table [`crate::SYMBOLS`]: what each path that a file could not resolve alone leads to.
    pub symbols: RecordBatch,
    /// How long the linker took.
    pub link_time: std::time::Duration,
}

/// What one worker returns.
#[derive(Default)]
struct Work {
    files: std::collections::BTreeMap<&'static str, (std::path::PathBuf, u64)>,
    modules: Vec<(usize, ModuleFacts)>,
}

/// Extracts `files` into Arrow IPC files below `directory` and links them.
///
/// `progress` is called after each file, with how many are done; `is_cancelled` is asked before each.
pub fn extract(
    files: &[ScannedFile],
    roots: &Roots,
    directory: &Path,
    threads: NonZeroUsize,
    progress: &(dyn Fn(u64) + Sync),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Extraction> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let results: Mutex<Vec<Result<Work>>> = Mutex::new(Vec::new());
    let symbol_ids = SymbolIds::default();
    let run = |worker: usize| -> Result<Work> {
        let mut work = Work::default();
        let mut tables = Tables::default();
        let mut stage = StageWriter::new(directory, worker);
        let mut symbols = symbol_ids.known();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else { break };
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if is_cancelled() {
                stop.store(true, Ordering::Relaxed);
                return Err(cancelled());
            }
            if let Some(facts) = extract_file(file, roots, &mut tables, &mut symbols) {
                work.modules.push((index, facts));
            }
            stage.write(&mut tables)?;
            progress(done.fetch_add(1, Ordering::Relaxed) as u64 + 1);
        }
        work.files = stage.finish(&mut tables)?;
        Ok(work)
    };
    std::thread::scope(|scope| -> Result<()> {
        for worker in 0..threads.get() {
            let (run, results, stop) = (&run, &results, &stop);
            std::thread::Builder::new()
                .name(format!("extract-{worker}"))
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, move || {
                    let result = run(worker);
                    if result.is_err() {
                        stop.store(true, Ordering::Relaxed);
                    }
                    results
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(result);
                })
                .map_err(|error| {
                    EngineError::new(
                        ErrorCode::InternalError,
                        format!("a thread can't be started: {error}"),
                    )
                })?;
        }
        Ok(())
    })?;
    let mut tables = empty_tables();
    let mut modules = Vec::new();
    for result in results.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let work = result?;
        modules.extend(work.modules);
        for (name, (path, rows)) in work.files {
            for table in tables.iter_mut().filter(|table| table.name == name) {
                table.files.push(path.clone());
                table.rows += rows;
            }
        }
    }
    let start = std::time::Instant::now();
    modules.sort_unstable_by_key(|(index, _)| *index);
    let modules = modules.into_iter().map(|(_, facts)| facts).collect();
    let symbols = link(modules, &symbol_ids.into_paths()).map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("names can't be linked: {error}"),
        )
        .with_source(error)
    })?;
    Ok(Extraction {
        tables,
        symbols,
        link_time: start.elapsed(),
    })
}

fn cancelled() -> EngineError {
    EngineError::new(
        ErrorCode::BuildCancelled,
        "the build was stopped; the previous graph is unchanged",
    )
}
