//! The classes of profiles: defaults that belong together.

use std::fmt;
use std::thread::available_parallelism;

use serde::Serialize;
use sysinfo::{MemoryRefreshKind, System};

const MIB: u64 = 1 << 20;

/// Defaults that belong together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// For a small container or a test: 4 partitions, 512 MiB.
    Small,
    /// For a workstation that does other things: 8 partitions, 2 GiB.
    Medium,
    /// For a server: 16 partitions, 8 GiB.
    Large,
    /// What the machine has: a partition a core, three quarters of the memory.
    #[default]
    Machine,
}

impl Class {
    pub(super) const NAMES: &[&str] = &["small", "medium", "large", "machine"];

    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "small" => Some(Self::Small),
            "medium" => Some(Self::Medium),
            "large" => Some(Self::Large),
            "machine" => Some(Self::Machine),
            _ => None,
        }
    }

    pub(super) fn target_partitions(self) -> u64 {
        match self {
            Self::Small => 4,
            Self::Medium => 8,
            Self::Large => 16,
            Self::Machine => available_parallelism().map_or(1, |cores| cores.get() as u64),
        }
    }

    pub(super) fn batch_size(self) -> u64 {
        match self {
            Self::Small => 4096,
            Self::Medium | Self::Machine => 8192,
            Self::Large => 16384,
        }
    }

    pub(super) fn memory_limit(self) -> u64 {
        match self {
            Self::Small => 512 * MIB,
            Self::Medium => 2048 * MIB,
            Self::Large => 8192 * MIB,
            Self::Machine => (machine_memory() / 4 * 3).max(256 * MIB),
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::Machine => "machine",
        })
    }
}

/// The memory of the machine, or what the container leaves of it, in bytes.
fn machine_memory() -> u64 {
    let mut system = System::new();
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    system.cgroup_limits().map_or_else(
        || system.total_memory(),
        |limits| limits.total_memory.min(system.total_memory()),
    )
}
