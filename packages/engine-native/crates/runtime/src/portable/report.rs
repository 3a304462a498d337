//! What a session has of the library after the portable tier was registered in it, and what it has not.

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::TaskContext;
use serde::Serialize;

use super::functions::portable_functions;
use super::losses::{Loss, OF_FUNCTIONS, OF_THE_SESSION, losses_of};
use super::tables::portable_table_functions;
use crate::build_info::BuildInfo;
use crate::capabilities::capabilities;

/// The version of [`PortableReport`]. It changes when a field changes its meaning or goes.
pub const PORTABLE_CONTRACT_VERSION: u32 = 1;

/// A function of the library in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisteredFunction {
    /// The name.
    pub name: String,
    /// `scalar`, `aggregate` or `window`.
    pub kind: &'static str,
    /// The other names under which the session has it.
    pub aliases: Vec<String>,
    /// What it loses; the names are those of [`PortableReport::lost`].
    pub lost: Vec<&'static str>,
}

/// The versions that have to fit together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortableVersions {
    /// The engine.
    pub engine: &'static str,
    /// The DataFusion that the engine's functions are compiled with.
    pub datafusion: &'static str,
    /// The major version of the capsules.
    pub capsules: u64,
    /// The Python package that holds the session.
    pub host: String,
}

/// What a session has of the library, read back from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortableReport {
    /// [`PORTABLE_CONTRACT_VERSION`].
    pub contract_version: u32,
    /// `portable`.
    pub tier: &'static str,
    /// The session.
    pub session_id: String,
    /// The versions of both sides.
    pub versions: PortableVersions,
    /// The hash of the library's registry, as the native tier tells it.
    pub registry_hash: String,
    /// The functions, sorted by name.
    pub functions: Vec<RegisteredFunction>,
    /// The table functions that were registered. No session tells which it has, so this is what was done and not what was read back.
    pub table_functions: Vec<&'static str>,
    /// Functions of DataFusion that have further names in the library: the session keeps its own under their names.
    pub kept: Vec<String>,
    /// What functions lose that are reached through capsules.
    pub lost: Vec<Loss>,
    /// What the session has not at all.
    pub absent: Vec<Loss>,
}

/// Reads from the session what it has of the library.
///
/// # Errors
///
/// - `internal-error`: the library's own registry can't be read.
pub fn portable_report(
    session: &TaskContext,
    build: &BuildInfo,
    host: String,
) -> Result<PortableReport> {
    let library = portable_functions();
    let mut functions: Vec<_> = library
        .iter()
        .filter_map(|entry| {
            let mut names = entry.registered_names(session).into_iter();
            Some(RegisteredFunction {
                name: names.next()?,
                kind: entry.kind(),
                aliases: names.collect(),
                lost: losses_of(&entry.library, &entry.exported),
            })
        })
        .collect();
    functions.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    let mut lost = OF_FUNCTIONS.to_vec();
    lost.retain(|loss| {
        functions
            .iter()
            .any(|entry| entry.lost.contains(&loss.name))
    });
    let mut kept: Vec<_> = library
        .iter()
        .map(|entry| entry.library.function.name())
        .filter(|name| {
            library
                .iter()
                .all(|entry| entry.exported.names().all(|own| own != *name))
        })
        .map(str::to_owned)
        .collect();
    kept.sort_unstable();
    Ok(PortableReport {
        contract_version: PORTABLE_CONTRACT_VERSION,
        tier: "portable",
        session_id: session.session_id(),
        versions: PortableVersions {
            engine: build.engine,
            datafusion: build.datafusion,
            capsules: capsule_version(),
            host,
        },
        registry_hash: capabilities(build)?.registry_hash,
        functions,
        table_functions: portable_table_functions()
            .iter()
            .map(|entry| entry.name)
            .collect(),
        kept,
        lost,
        absent: OF_THE_SESSION.to_vec(),
    })
}

/// The major version of the capsules that this library makes and takes.
#[must_use]
pub fn capsule_version() -> u64 {
    datafusion_ffi::version()
}

/// Refuses a `datafusion` whose major version is not that of the capsules: they carry none themselves, and reading one of another version ends
/// the process.
///
/// # Errors
///
/// - `session-contract-broken`: the major version is another one.
///
/// ```
/// use codeanatomy_runtime::check_host_version;
///
/// assert!(check_host_version("55.1.0").is_ok());
/// let error = check_host_version("54.0.0").unwrap_err();
/// assert_eq!(error.code().as_str(), "session-contract-broken");
/// ```
pub fn check_host_version(host: &str) -> Result<()> {
    let expected = capsule_version();
    let major = host.split('.').next().and_then(|major| major.parse().ok());
    if major == Some(expected) {
        return Ok(());
    }
    Err(EngineError::new(
        ErrorCode::SessionContractBroken,
        format!(
            "the session is of datafusion {host}; the engine's capsules fit datafusion {expected}.x and no other"
        ),
    )
    .with_detail("expected", format!("{expected}.x"))
    .with_detail("loaded", host)
    .with_hint(format!(
        "pip install 'datafusion>={expected},<{}'",
        expected + 1
    )))
}
