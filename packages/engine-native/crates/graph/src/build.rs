//! Runs a build: scan, extract, link, write, verify, bootstrap where there is nothing, publish.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use codeanatomy_delta::{Cancelled, PendingTable, TableWriter};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_extract::{Extraction, Roots, ScanOptions, extract, scan};
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList,
    MemorySchemaProvider,
};
use datafusion::execution::context::SessionContext;
use futures::StreamExt;

use crate::bootstrap::{bootstrap, is_new_and_empty};
use crate::manifest::{Manifest, TableEntry};
use crate::output::Output;
use crate::record::record_build;
use crate::report::{BuildReport, CallReport, FileReport, Root, Seconds};
use crate::request::{BuildObserver, BuildRequest};
use crate::staged;
use crate::verify::{self, Written};
use crate::views::{GraphTable, Layer, TABLES};

/// How many tables are written at a time: while one is at its end, the other keeps the cores busy.
const CONCURRENT_TABLES: usize = 2;

/// Builds the graph of `request.repository` in `request.output`, with the settings of `context`.
///
/// The directory then holds the new graph or, after an error or a cancellation, the previous one. `context` itself is left as it was.
pub async fn build(
    context: &SessionContext,
    request: BuildRequest,
    observer: Arc<dyn BuildObserver>,
) -> Result<BuildReport> {
    let start = Instant::now();
    let repository = repository(&request.repository)?;
    let mut seconds = Seconds::default();
    observer.progress("scan", 0, None);
    let options = ScanOptions {
        include: request.include.clone(),
        exclude: request.exclude.clone(),
        skip: std::path::absolute(&request.output)
            .ok()
            .map(|path| std::fs::canonicalize(&path).unwrap_or(path)),
    };
    let root = repository.clone();
    let files = blocking(move || scan(&root, &options)).await?;
    let name = repository
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let roots = Arc::new(Roots::detect(&files, &name.unwrap_or_default()));
    let total = files.len() as u64;
    observer.progress("scan", total, Some(total));
    seconds.scan = start.elapsed().as_secs_f64();

    let output = Output::acquire(&request.output)?;
    let clock = Instant::now();
    let threads = request
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let extraction = {
        let (roots, observer) = (Arc::clone(&roots), Arc::clone(&observer));
        let stage = output.stage().to_owned();
        blocking(move || {
            let progress = |done| observer.progress("extract", done, Some(total));
            extract(&files, &roots, &stage, threads, &progress, &|| {
                observer.is_cancelled()
            })
        })
        .await?
    };
    seconds.link = extraction.link_time.as_secs_f64();
    seconds.extract = clock.elapsed().as_secs_f64() - seconds.link;

    let clock = Instant::now();
    let pending = write_tables(context, &extraction, &output, &observer).await;
    let written = match pending {
        Ok(written) => written,
        // Whatever failed because of it, the reason is the caller's wish.
        Err(_) if observer.is_cancelled() => return Err(cancelled()),
        Err(error) => return Err(error),
    };
    seconds.write = clock.elapsed().as_secs_f64();

    let outcome = check(context, &request, &observer, &written, &mut seconds).await;
    let (files, calls, text_bytes) = match outcome {
        Ok(counts) => counts,
        Err(error) => {
            discard(written);
            return Err(error);
        }
    };
    let clock = Instant::now();
    let mut made = None;
    if is_new_and_empty(&output, &files) {
        observer.progress("bootstrap", 0, Some(TABLES.len() as u64));
        let outcome = bootstrap(&isolated(context), output.directory(), &written).await;
        match outcome {
            Ok(report) => made = Some(report),
            Err(error) => {
                discard(written);
                return Err(error);
            }
        }
    }
    let (tables, committed) = publish(written, &observer).await?;
    seconds.publish = clock.elapsed().as_secs_f64();
    seconds.total = start.elapsed().as_secs_f64();
    let report = BuildReport {
        schema: "codeanatomy.build/1".to_owned(),
        repository: repository.display().to_string(),
        output: output.directory().display().to_string(),
        roots: roots
            .all()
            .iter()
            .map(|root| Root {
                path: root.path.clone(),
                reason: root.reason.to_owned(),
            })
            .collect(),
        diagnostics: tables.get("py_diagnostics").map_or(0, |table| table.rows),
        verified: is_verified(&request),
        bootstrap: made,
        tables,
        files,
        calls,
        text_bytes,
        seconds,
    };
    record_build(&isolated(context), output.directory(), &report, &committed).await?;
    Manifest::new(report.clone()).write(output.directory())?;
    Ok(report)
}

/// Commits all tables; the manifest then makes them the graph. Gives the names of those that got a commit, too.
async fn publish(
    mut written: Written,
    observer: &Arc<dyn BuildObserver>,
) -> Result<(BTreeMap<String, TableEntry>, BTreeSet<&'static str>)> {
    observer.progress("publish", 0, Some(TABLES.len() as u64));
    let mut tables = BTreeMap::new();
    let mut committed = BTreeSet::new();
    for (done, table) in (1_u64..).zip(TABLES) {
        let Some(pending) = written.tables.remove(table.name) else {
            continue;
        };
        let published = pending.publish().await?;
        if published.committed {
            committed.insert(table.name);
        }
        tables.insert(
            table.name.to_owned(),
            TableEntry {
                version: published.version,
                rows: published.rows,
                bytes: published.bytes,
                files: published.files,
            },
        );
        observer.progress("publish", done, Some(TABLES.len() as u64));
    }
    Ok((tables, committed))
}

fn is_verified(request: &BuildRequest) -> bool {
    request.verify || cfg!(debug_assertions)
}

fn repository(path: &Path) -> Result<PathBuf> {
    let not_found = |message: String| {
        EngineError::new(ErrorCode::RepositoryNotFound, message)
            .with_detail("path", path.display().to_string())
            .with_hint("pass the root directory of a Python repository")
    };
    let absolute = std::fs::canonicalize(path).map_err(|error| {
        not_found(format!("no such directory: {}", path.display())).with_source(error)
    })?;
    if absolute.is_dir() {
        Ok(absolute)
    } else {
        Err(not_found(format!(
            "{} is a file, not a directory",
            path.display()
        )))
    }
}

fn cancelled() -> EngineError {
    EngineError::new(
        ErrorCode::BuildCancelled,
        "the build was stopped; the previous graph is unchanged",
    )
}

/// Runs blocking work outside of the threads that drive tasks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("a worker failed: {error}"),
        )
        .with_source(error)
    })?
}

/// Writes the rows of all tables; nothing is visible yet.
async fn write_tables(
    context: &SessionContext,
    extraction: &Extraction,
    output: &Output,
    observer: &Arc<dyn BuildObserver>,
) -> Result<Written> {
    let mut written = Written::default();
    let outcome = async {
        // Each layer has a catalog of its own, so that tables of the caller are neither hidden nor seen.
        let session = isolated(context);
        staged::register(&session, extraction)?;
        write_layer(Layer::Python, &session, output, observer, &mut written).await?;
        let session = isolated(context);
        written.register(&session).await?;
        write_layer(Layer::Graph, &session, output, observer, &mut written).await
    };
    match outcome.await {
        Ok(()) => Ok(written),
        Err(error) => {
            discard(written);
            Err(error)
        }
    }
}

async fn write_layer(
    layer: Layer,
    session: &SessionContext,
    output: &Output,
    observer: &Arc<dyn BuildObserver>,
    written: &mut Written,
) -> Result<()> {
    let writes: Vec<_> = TABLES
        .iter()
        .filter(|table| table.layer == layer)
        .map(|table| write_table(session, table, output, observer))
        .collect();
    let mut writes = futures::stream::iter(writes).buffer_unordered(CONCURRENT_TABLES);
    let mut first_error = None;
    // All writes are waited for, also after an error, so that none goes on while its files are removed.
    while let Some(result) = writes.next().await {
        match result {
            Ok((name, pending)) => {
                written.tables.insert(name, pending);
            }
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
        observer.progress(
            "write",
            written.tables.len() as u64,
            Some(TABLES.len() as u64),
        );
    }
    first_error.map_or(Ok(()), Err)
}

async fn write_table(
    session: &SessionContext,
    table: &GraphTable,
    output: &Output,
    observer: &Arc<dyn BuildObserver>,
) -> Result<(&'static str, PendingTable)> {
    if observer.is_cancelled() {
        return Err(cancelled());
    }
    let plan = async {
        let frame = session.sql(table.sql).await?;
        frame.create_physical_plan().await
    };
    let plan = plan.await.map_err(|error| {
        EngineError::new(
            ErrorCode::InternalError,
            format!("the table {} can't be planned: {error}", table.name),
        )
        .with_source(error)
    })?;
    let watcher = Arc::clone(observer);
    let is_cancelled: Cancelled = Arc::new(move || watcher.is_cancelled());
    let writer = TableWriter::new(&output.directory().join(table.name))?;
    let pending = writer
        .write(plan, session.task_ctx(), table.unique, &is_cancelled)
        .await?;
    Ok((table.name, pending))
}

/// A session with the same settings, functions and resources, but without the tables.
fn isolated(context: &SessionContext) -> SessionContext {
    let mut state = context.state();
    // The linked symbols are the build side of every join and small next to what is joined to them: hashing both sides into partitions
    // would copy all rows once more.
    let optimizer = &mut state.config_mut().options_mut().optimizer;
    optimizer.hash_join_single_partition_threshold = usize::MAX;
    optimizer.hash_join_single_partition_threshold_rows = usize::MAX;
    let session = SessionContext::new_with_state(state);
    let state = session.state();
    let options = &state.config_options().catalog;
    let catalog = MemoryCatalogProvider::new();
    let schema = Arc::new(MemorySchemaProvider::new());
    // Registering in new lists of this function's own can't collide.
    let _ = catalog.register_schema(&options.default_schema, schema);
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog(options.default_catalog.clone(), Arc::new(catalog));
    session.register_catalog_list(Arc::new(catalogs));
    session
}

/// Counts what was written, and checks it where that is asked for.
async fn check(
    context: &SessionContext,
    request: &BuildRequest,
    observer: &Arc<dyn BuildObserver>,
    written: &Written,
    seconds: &mut Seconds,
) -> Result<(FileReport, CallReport, u64)> {
    let session = isolated(context);
    written.register(&session).await?;
    let counts = verify::counts(&session).await?;
    if is_verified(request) {
        let clock = Instant::now();
        observer.progress("verify", 0, None);
        verify::invariants(&session).await?;
        seconds.verify = clock.elapsed().as_secs_f64();
    }
    if observer.is_cancelled() {
        return Err(cancelled());
    }
    Ok(counts)
}

fn discard(written: Written) {
    for (_, pending) in written.tables {
        pending.discard();
    }
}
