//! What a build is asked to do, and who watches it.

use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What to build, and where to.
#[derive(Debug, Clone, Default)]
pub struct BuildRequest {
    /// The root of the repository.
    pub repository: PathBuf,
    /// The directory of the graph: absent, empty, or a graph that is to be replaced.
    pub output: PathBuf,
    /// Globs in the form of `.gitignore`; where there are any, only files that match one are taken.
    pub include: Vec<String>,
    /// Globs of files and directories to leave out.
    pub exclude: Vec<String>,
    /// How many threads extract; by default one for each core.
    pub threads: Option<NonZeroUsize>,
    /// Whether to check the invariants of the graph before it is published. Builds of the debug profile always do.
    pub verify: bool,
}

/// Watches a build, and may stop it.
pub trait BuildObserver: Send + Sync {
    /// Called often, from any thread: `done` of `total` files or tables of `stage` are finished.
    fn progress(&self, stage: &str, done: u64, total: Option<u64>);

    /// Asked often whether to stop.
    fn is_cancelled(&self) -> bool;
}
