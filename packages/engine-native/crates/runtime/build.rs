//! Bakes the versions of the linked crates, as the lock file pins them, and the compiler's version into the crate.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// The crates whose versions `build_info` tells, and the variables that carry them.
const CRATES: [(&str, &str); 5] = [
    ("datafusion", "ENGINE_DATAFUSION_VERSION"),
    ("datafusion-python", "ENGINE_DATAFUSION_PYTHON_VERSION"),
    ("arrow", "ENGINE_ARROW_VERSION"),
    ("deltalake-core", "ENGINE_DELTALAKE_VERSION"),
    ("pyo3", "ENGINE_PYO3_VERSION"),
];

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo talks to a build script through the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let lock_path = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../Cargo.lock");
    let lock = fs::read_to_string(&lock_path)?;
    for (name, variable) in CRATES {
        let version = locked_version(&lock, name)
            .ok_or_else(|| format!("{} does not pin {name}", lock_path.display()))?;
        tell(&format!("cargo::rustc-env={variable}={version}"));
    }
    let output = Command::new(env::var("RUSTC")?).arg("--version").output()?;
    let rustc = String::from_utf8(output.stdout)?;
    tell(&format!(
        "cargo::rustc-env=ENGINE_RUSTC_VERSION={}",
        rustc.trim()
    ));
    // Cargo's name for the profile that a build derives from: `debug` or `release`.
    tell(&format!(
        "cargo::rustc-env=ENGINE_PROFILE={}",
        env::var("PROFILE")?
    ));
    tell("cargo::rerun-if-changed=build.rs");
    tell(&format!("cargo::rerun-if-changed={}", lock_path.display()));
    Ok(())
}

/// The version of the first package of that name in a Cargo lock file.
fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let entry = format!("\nname = \"{name}\"\nversion = \"");
    let (_, rest) = lock.split_once(&entry)?;
    rest.split_once('"').map(|(version, _)| version)
}

fn tell(instruction: &str) {
    println!("{instruction}");
}
