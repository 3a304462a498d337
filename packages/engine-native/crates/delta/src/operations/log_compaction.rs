//! Commits of the log brought together in one file, which readers take instead of them.

use codeanatomy_errors::Result;
use deltalake_core::protocol::log_compaction::compact_logs;
use futures::TryStreamExt;
use object_store::ObjectStore as _;
use serde::Serialize;

use super::error::{existing, failed};
use super::stopwatch::Stopwatch;
use super::target::Target;

const OPERATION: &str = "compact-log";
/// The digits of a version in the name of a file of the log.
const VERSION_DIGITS: usize = 20;

/// Which commits a file of the log brings together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompactLogReport {
    /// The first version, inclusive; `None` if there is nothing to bring together.
    pub from_version: Option<u64>,
    /// The last version, inclusive.
    pub to_version: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// What the log of a table has beside its commits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogFiles {
    /// The version of the latest checkpoint.
    pub checkpoint: Option<u64>,
    /// The last version that a file brings together with others.
    pub compacted: Option<u64>,
}

impl LogFiles {
    /// The first version that neither a checkpoint nor a compaction holds.
    #[must_use]
    pub fn first_loose(&self) -> u64 {
        let held = self.checkpoint.max(self.compacted);
        held.map_or(0, |version| version + 1)
    }
}

/// Looks at the files of the log.
pub async fn log_files(target: &Target) -> Result<LogFiles> {
    existing(target, OPERATION)?;
    let log_store = target.table().log_store();
    let names: Vec<String> = log_store
        .object_store(None)
        .list(Some(log_store.log_path()))
        .try_filter_map(|file| async move { Ok(file.location.filename().map(str::to_owned)) })
        .try_collect()
        .await
        .map_err(|error| failed(target, OPERATION, &error.into()))?;
    let mut found = LogFiles::default();
    for name in &names {
        match parse(name) {
            Some((version, true)) => found.checkpoint = found.checkpoint.max(Some(version)),
            Some((version, false)) => found.compacted = found.compacted.max(Some(version)),
            None => {}
        }
    }
    Ok(found)
}

/// Brings the commits together that neither a checkpoint nor an earlier compaction holds, if there are at least two.
pub async fn compact_log(target: &Target) -> Result<CompactLogReport> {
    let started = Stopwatch::start();
    let to_version = existing(target, OPERATION)?.version();
    let first = log_files(target).await?.first_loose();
    let from_version = (first < to_version).then_some(first);
    if let Some(first) = from_version {
        compact_logs(target.table(), first, to_version, None)
            .await
            .map_err(|error| failed(target, OPERATION, &error))?;
    }
    Ok(CompactLogReport {
        from_version,
        to_version,
        duration_ms: started.milliseconds(),
    })
}

/// The last version of a checkpoint (true) or of a compaction (false).
fn parse(name: &str) -> Option<(u64, bool)> {
    let (digits, kind) = name.split_once('.')?;
    let version = |digits: &str| {
        let is_version = digits.len() == VERSION_DIGITS;
        is_version.then(|| digits.parse().ok()).flatten()
    };
    if kind.starts_with("checkpoint.") {
        return Some((version(digits)?, true));
    }
    let last = kind.strip_suffix(".compacted.json")?;
    version(digits)?;
    Some((version(last)?, false))
}

#[cfg(test)]
mod tests {
    use super::{LogFiles, parse};

    #[test]
    fn files_of_the_log_are_told_apart() {
        for (name, expected) in [
            ("00000000000000000010.checkpoint.parquet", Some((10, true))),
            (
                "00000000000000000010.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet",
                Some((10, true)),
            ),
            (
                "00000000000000000003.00000000000000000007.compacted.json",
                Some((7, false)),
            ),
            ("00000000000000000007.json", None),
            ("_last_checkpoint", None),
        ] {
            assert_eq!(parse(name), expected, "{name}");
        }
        assert_eq!(LogFiles::default().first_loose(), 0);
        let both = LogFiles {
            checkpoint: Some(3),
            compacted: Some(7),
        };
        assert_eq!(both.first_loose(), 8);
    }
}
