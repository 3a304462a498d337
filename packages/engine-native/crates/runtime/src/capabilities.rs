//! What this engine can do, as read from a session that has just been set up.

use codeanatomy_errors::Result;
use serde::Serialize;

use crate::async_functions::async_functions;
use crate::build_info::BuildInfo;
use crate::install::{CONTRACT_VERSION, read_report};
use crate::policy::AsyncUdfPolicy;
use crate::profile::Profile;
use crate::session::new_session;
use crate::snapshot::Snapshot;

/// The version of the interface between the engine and what is built on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PluginAbi {
    /// Changes when something that worked stops working.
    pub major: u32,
    /// Changes when something is added.
    pub minor: u32,
}

/// The version that this engine has. It is written nowhere else.
pub const PLUGIN_ABI: PluginAbi = PluginAbi { major: 1, minor: 0 };

/// Whether the engine has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// It is there.
    pub available: bool,
}

/// How many functions of each kind a session has beside DataFusion's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UdfCounts {
    /// Scalar functions, aliases not counted.
    pub scalar: usize,
    /// Aggregate functions, aliases not counted.
    pub aggregate: usize,
    /// Window functions, aliases not counted.
    pub window: usize,
    /// Table functions.
    pub table: usize,
}

impl From<&Snapshot> for UdfCounts {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            scalar: snapshot.scalar.len(),
            aggregate: snapshot.aggregate.len(),
            window: snapshot.window.len(),
            table: snapshot.table.len(),
        }
    }
}

/// What this engine can do.
#[derive(Debug, Clone, Serialize)]
pub struct Capabilities {
    /// The linked DataFusion.
    pub datafusion_version: &'static str,
    /// The linked Arrow.
    pub arrow_version: &'static str,
    /// The version of the engine's interface.
    pub plugin_abi: PluginAbi,
    /// The version of the report that an install returns.
    pub runtime_install_contract: u32,
    /// `CREATE FUNCTION`.
    pub function_factory: Availability,
    /// Operators beyond DataFusion's own.
    pub expr_planners: Availability,
    /// Asynchronous functions.
    pub async_udf: Availability,
    /// Plans as Substrait.
    pub substrait: Availability,
    /// How many functions an install registers.
    pub udf_counts: UdfCounts,
    /// The hash of the registry after an install into an empty session.
    pub registry_hash: String,
}

/// What this engine can do: installs into a session of its own and reads the result.
pub fn capabilities(build: &BuildInfo) -> Result<Capabilities> {
    let context = new_session(&Profile::resolve(&[])?)?;
    let report = read_report(&context);
    Ok(Capabilities {
        datafusion_version: build.datafusion,
        arrow_version: build.arrow,
        plugin_abi: PLUGIN_ABI,
        runtime_install_contract: CONTRACT_VERSION,
        function_factory: Availability {
            available: report.function_factory_installed,
        },
        expr_planners: Availability {
            available: report.expr_planners_installed,
        },
        async_udf: Availability {
            available: AsyncUdfPolicy::new(true, Some(1), Some(1))?
                .limits()
                .is_some_and(|limits| !async_functions(limits).is_empty()),
        },
        substrait: Availability {
            available: build.features.contains(&"substrait"),
        },
        udf_counts: UdfCounts::from(&report.snapshot),
        registry_hash: report.snapshot.hash,
    })
}
