//! The portable tier: the library's functions as they go into capsules for a session of another library.
//!
//! A capsule is a table of `extern "C"` functions. A panic in one of them ends the process, and of a function's nature it carries a part only. So
//! what is put into capsules is a guard around each function ([`portable_functions`]), and [`PortableReport`] tells what is lost.

mod accumulator;
mod aggregate;
mod constant;
mod functions;
mod groups;
mod guard;
mod losses;
mod report;
mod scalar;
mod settings;
mod tables;
#[cfg(test)]
mod tests;
mod window;

pub use functions::{PortableFunction, check_portable_names, portable_functions};
pub use losses::Loss;
pub use report::{
    PORTABLE_CONTRACT_VERSION, PortableReport, PortableVersions, RegisteredFunction,
    capsule_version, check_host_version, portable_report,
};
pub use settings::portable_settings;
pub(crate) use tables::portable_snapshot;
pub use tables::portable_table_functions;
