//! Bakes the features and a hash of all sources of the engine into the module.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo talks to a build script through the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let mut files = vec![workspace.join("Cargo.lock"), workspace.join("Cargo.toml")];
    for member in fs::read_dir(workspace.join("crates"))? {
        let member = member?.path();
        for part in ["Cargo.toml", "build.rs", "src"] {
            let part = member.join(part);
            if part.exists() {
                collect_files(&part, &mut files)?;
                tell(&format!("cargo::rerun-if-changed={}", part.display()));
            }
        }
    }
    files.sort();
    let mut hash = Fnv::new();
    for file in files {
        let name = file
            .strip_prefix(&workspace)?
            .to_string_lossy()
            .replace('\\', "/");
        hash.write(name.as_bytes());
        hash.write(&fs::read(&file)?);
    }
    tell(&format!("cargo::rustc-env=ENGINE_SOURCES={:032x}", hash.0));

    let mut features: Vec<_> = env::vars()
        .filter_map(|(name, _)| name.strip_prefix("CARGO_FEATURE_").map(str::to_lowercase))
        .filter(|feature| feature != "default")
        .collect();
    features.sort();
    tell(&format!(
        "cargo::rustc-env=ENGINE_FEATURES={}",
        features.join(",")
    ));
    Ok(())
}

fn collect_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect_files(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

/// FNV-1a with 128 bits: tells builds apart without a build dependency; nothing here must resist an attacker.
struct Fnv(u128);

impl Fnv {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;

    fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(Self::PRIME);
        }
    }
}

fn tell(instruction: &str) {
    println!("{instruction}");
}
