//! When the files of a table are to be optimised, which of them, and in which order of their rows.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use codeanatomy_delta::operations::{FileReport, OptimizeOptions, SnapshotReport};
use codeanatomy_schema::{DeltaMaintenancePolicy, ResolvedLocation, ZOrderWhen};

use crate::write_options::parquet_options;

/// What a write did to the files of a table.
pub(crate) struct Written {
    /// How many it added.
    pub(crate) files_added: u64,
    /// Those, where [`asks_for_partitions`].
    pub(crate) added: Vec<FileReport>,
}

/// Whether the policy asks which partitions a write wrote to.
pub(crate) fn asks_for_partitions(policy: &DeltaMaintenancePolicy) -> bool {
    policy.z_order_when.value() == Some(&ZOrderWhen::AfterPartitionComplete)
}

/// The optimisations that are due, with the reason.
pub(crate) fn optimize_due(
    resolved: &ResolvedLocation,
    table: &SnapshotReport,
    written: Option<&Written>,
) -> Option<(Vec<OptimizeOptions>, String)> {
    let policy = &resolved.maintenance_policy.options;
    let added = written.map_or(0, |written| written.files_added);
    let by_files = |threshold: Option<&NonZeroU64>, files: u64| {
        threshold.is_some_and(|threshold| files >= threshold.get())
    };
    let (mut reason, by_threshold) = if by_files(policy.optimize_file_threshold.value(), added) {
        (
            format!("optimize_file_threshold: the write added {added} files"),
            true,
        )
    } else if by_files(policy.total_file_threshold.value(), table.files) {
        (
            format!("total_file_threshold: the table has {} files", table.files),
            true,
        )
    } else if policy.optimize_on_write.value() == Some(&true) {
        ("optimize_on_write".to_owned(), false)
    } else {
        return None;
    };
    let columns = policy.z_order_cols.value().map_or(&[][..], Vec::as_slice);
    let when = policy
        .z_order_when
        .value()
        .copied()
        .unwrap_or(ZOrderWhen::Never);
    let orders = match when {
        ZOrderWhen::Never => false,
        ZOrderWhen::Periodic => by_threshold,
        ZOrderWhen::AfterPartitionComplete => true,
    };
    if !orders && !columns.is_empty() {
        reason.push_str("; z_order_cols wait for another z_order_when");
    } else if columns.is_empty() && when != ZOrderWhen::Never {
        reason.push_str("; z_order_cols names no column to order by");
    }
    let options = OptimizeOptions {
        z_order: if orders {
            columns.iter().map(|column| column.to_string()).collect()
        } else {
            Vec::new()
        },
        target_size: policy
            .optimize_target_size
            .value()
            .and_then(|size| NonZeroU64::new(size.bytes())),
        // Files that are made anew are as those of a write.
        parquet: resolved
            .write_policy
            .options
            .parquet_writer_policy
            .value()
            .map(parquet_options),
        ..OptimizeOptions::default()
    };
    let parts = match written {
        Some(written) if asks_for_partitions(policy) => partitions(written, &options),
        _ => vec![options],
    };
    Some((parts, reason))
}

/// An optimisation of each partition that was written; of the whole table, where a value of a partition column is NULL, which no filter finds.
fn partitions(written: &Written, options: &OptimizeOptions) -> Vec<OptimizeOptions> {
    let mut partitions = BTreeSet::new();
    for file in &written.added {
        let values: Option<BTreeMap<_, _>> = file
            .partition
            .iter()
            .map(|(column, value)| Some((column.clone(), value.clone()?)))
            .collect();
        match values {
            Some(values) => partitions.insert(values),
            None => return vec![options.clone()],
        };
    }
    let parts = partitions.into_iter().map(|partition| OptimizeOptions {
        partition,
        ..options.clone()
    });
    parts.collect()
}
