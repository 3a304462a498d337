//! Small files made into few, or rows put in an order that lets readers skip files.

use std::collections::{BTreeMap, HashMap};
use std::future::IntoFuture;
use std::num::NonZeroU64;

use codeanatomy_errors::Result;
use datafusion::execution::context::SessionContext;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use deltalake_core::operations::optimize::OptimizeType;
use deltalake_core::table::config::TablePropertiesExt;
use deltalake_core::{FilterLiteral, FilterOp, FilterValue};
use serde::{Deserialize, Serialize};

use super::commit::{CommitOptions, count};
use super::error::{failed, rewritable};
use super::expression::known_columns;
use super::parquet_options::ParquetOptions;
use super::session::{operation_state, shared};
use super::stopwatch::Stopwatch;
use super::target::Target;
use super::write::is_mapped;

const OPERATION: &str = "optimize";

/// What an optimize does.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptimizeOptions {
    /// Puts rows that are near to each other in these columns into the same file; without columns, files are only made fewer.
    pub z_order: Vec<String>,
    /// The size in bytes that files should have; by default the table's.
    pub target_size: Option<NonZeroU64>,
    /// How many files are written at a time; by default one a core.
    pub max_concurrent_tasks: Option<usize>,
    /// How the new files are encoded; by default as deltalake encodes them.
    pub parquet: Option<ParquetOptions>,
    /// The values of partition columns that files must have to be looked at; by default all files are.
    pub partition: BTreeMap<String, String>,
    /// Tells what could be rewritten, and changes nothing.
    pub dry_run: bool,
    /// What the commit carries.
    pub commit: CommitOptions,
}

/// What an optimize did, or could do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptimizeReport {
    /// Whether nothing was changed; then the removed files are those that would be looked at, and no added ones are known.
    pub dry_run: bool,
    /// The version of the table after the operation.
    pub version: u64,
    /// Whether the operation made that version.
    pub committed: bool,
    /// How many partitions were rewritten.
    pub partitions: u64,
    /// How many files the table had.
    pub files_considered: u64,
    /// How many new files there are.
    pub files_added: u64,
    /// How many files they replace; those stay in the storage until a vacuum.
    pub files_removed: u64,
    /// The size of the new files.
    pub bytes_added: u64,
    /// The size of the replaced files.
    pub bytes_removed: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// Optimizes the files of the table. Its rows stay what they are.
pub async fn optimize(
    target: &Target,
    context: &SessionContext,
    options: OptimizeOptions,
) -> Result<OptimizeReport> {
    let started = Stopwatch::start();
    let before = rewritable(target, OPERATION)?;
    let schema = before.snapshot().arrow_schema();
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    known_columns("z_order names", &options.z_order, &names)?;
    let partitions: Vec<String> = options.partition.keys().cloned().collect();
    let partitioned: Vec<&str> = before
        .metadata()
        .partition_columns()
        .iter()
        .map(String::as_str)
        .collect();
    known_columns("partition names", &partitions, &partitioned)?;
    if options.dry_run {
        let target_size = options
            .target_size
            .unwrap_or_else(|| before.table_config().target_file_size());
        return Ok(candidates(target, &options, target_size, started));
    }
    let state = operation_state(context);
    let kind = if options.z_order.is_empty() {
        OptimizeType::Compact
    } else {
        OptimizeType::ZOrder(options.z_order.clone())
    };
    let filters: Vec<FilterLiteral<'_>> = options
        .partition
        .iter()
        .map(|(column, value)| {
            let value = FilterValue::Scalar(value);
            (column.as_str(), FilterOp::Eq, value)
        })
        .collect();
    let mut builder = target
        .to_table()
        .optimize()
        .with_filters(&filters)
        .with_type(kind)
        .with_session_state(shared(&state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_commit_properties(options.commit.properties()?);
    if let Some(bytes) = options.target_size {
        builder = builder.with_target_size(bytes);
    }
    if let Some(parquet) = &options.parquet {
        let mapped = is_mapped(target, &BTreeMap::new());
        builder = builder.with_writer_properties(parquet.properties(&names, mapped)?);
    }
    if let Some(tasks) = options.max_concurrent_tasks {
        builder = builder.with_max_concurrent_tasks(tasks.max(1));
    }
    let (after, metrics) = builder
        .into_future()
        .await
        .map_err(|error| failed(target, OPERATION, &error))?;
    Ok(OptimizeReport {
        dry_run: false,
        version: after.version().unwrap_or_default(),
        committed: metrics.num_files_added + metrics.num_files_removed > 0,
        partitions: metrics.partitions_optimized,
        files_considered: count(metrics.total_considered_files),
        files_added: metrics.num_files_added,
        files_removed: metrics.num_files_removed,
        bytes_added: u64::try_from(metrics.files_added.total_size).unwrap_or_default(),
        bytes_removed: u64::try_from(metrics.files_removed.total_size).unwrap_or_default(),
        duration_ms: started.milliseconds(),
    })
}

/// The values of a partition's columns.
type Partition = Vec<(String, Option<String>)>;

/// What could be rewritten: for a z-order every file, else the small ones of partitions that have several.
fn candidates(
    target: &Target,
    options: &OptimizeOptions,
    target_size: NonZeroU64,
    started: Stopwatch,
) -> OptimizeReport {
    let mut partitions: HashMap<Partition, (u64, u64)> = HashMap::new();
    let mut considered = 0;
    if let Ok(state) = target.table().snapshot() {
        for file in state.log_data() {
            considered += 1;
            let bytes = u64::try_from(file.size()).unwrap_or_default();
            let values = file.partition_values_map();
            let is_meant = options.partition.iter().all(|(column, value)| {
                values.get(column).and_then(Option::as_deref) == Some(value)
            });
            if !is_meant {
                continue;
            }
            if options.z_order.is_empty() && bytes >= target_size.get() {
                continue;
            }
            let mut values: Vec<_> = values.into_iter().collect();
            values.sort();
            let entry = partitions.entry(values).or_default();
            entry.0 += 1;
            entry.1 += bytes;
        }
    }
    let mut report = OptimizeReport {
        dry_run: true,
        version: target.version().unwrap_or_default(),
        committed: false,
        partitions: 0,
        files_considered: considered,
        files_added: 0,
        files_removed: 0,
        bytes_added: 0,
        bytes_removed: 0,
        duration_ms: 0,
    };
    let least = if options.z_order.is_empty() { 2 } else { 1 };
    let (files, bytes): (Vec<u64>, Vec<u64>) = partitions
        .into_values()
        .filter(|(files, _)| *files >= least)
        .unzip();
    report.partitions = count(files.len());
    report.files_removed = files.iter().sum();
    report.bytes_removed = bytes.iter().sum();
    report.duration_ms = started.milliseconds();
    report
}
