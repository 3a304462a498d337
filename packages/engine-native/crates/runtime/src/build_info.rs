//! What the engine was built from.

use serde::Serialize;

/// Versions and settings of the build, for reports and for the check against what is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildInfo {
    /// The version of the engine and of its wheel.
    pub engine: &'static str,
    /// The linked DataFusion.
    pub datafusion: &'static str,
    /// The linked bindings of DataFusion; the Python package `datafusion` must have this very version.
    pub datafusion_python: &'static str,
    /// The linked Arrow.
    pub arrow: &'static str,
    /// The linked Delta Lake.
    pub deltalake: &'static str,
    /// The linked PyO3.
    pub pyo3: &'static str,
    /// The compiler, for example `rustc 1.95.0 (…)`.
    pub rustc: &'static str,
    /// `release` or `dev`. Nothing measured on a `dev` build means anything.
    pub profile: &'static str,
    /// Features of the build that can differ between builds, sorted.
    pub features: Vec<&'static str>,
    /// Identifies sources, lock file, profile and compiler: two builds with one hash are the same program. 32 hexadecimal digits.
    pub build_hash: String,
}

/// What this library was built from.
///
/// The crate that links everything passes what only it knows: its `features` and a hash of all `sources`.
///
/// ```
/// let info = codeanatomy_runtime::build_info(vec!["substrait"], "0123");
/// assert_eq!(info.datafusion_python, "55.0.0");
/// assert_eq!(info.build_hash.len(), 32);
/// ```
#[must_use]
pub fn build_info(mut features: Vec<&'static str>, sources: &str) -> BuildInfo {
    features.sort_unstable();
    let mut info = BuildInfo {
        engine: env!("CARGO_PKG_VERSION"),
        datafusion: env!("ENGINE_DATAFUSION_VERSION"),
        datafusion_python: env!("ENGINE_DATAFUSION_PYTHON_VERSION"),
        arrow: env!("ENGINE_ARROW_VERSION"),
        deltalake: env!("ENGINE_DELTALAKE_VERSION"),
        pyo3: env!("ENGINE_PYO3_VERSION"),
        rustc: env!("ENGINE_RUSTC_VERSION"),
        profile: if env!("ENGINE_PROFILE") == "release" {
            "release"
        } else {
            "dev"
        },
        features,
        build_hash: String::new(),
    };
    let identity = format!("{info:?}\n{sources}");
    let digest = blake3::hash(identity.as_bytes()).to_hex();
    info.build_hash = digest.chars().take(32).collect();
    info
}

#[cfg(test)]
mod tests {
    use super::build_info;

    #[test]
    fn versions_are_those_of_the_linked_crates() {
        let info = build_info(vec!["b", "a"], "");
        assert_eq!(info.datafusion, datafusion::DATAFUSION_VERSION);
        assert_eq!(info.arrow, arrow::ARROW_VERSION);
        assert!(info.rustc.starts_with("rustc "));
        assert_eq!(info.features, ["a", "b"]);
    }

    #[test]
    fn hash_depends_on_sources_and_features() {
        let hash = |features, sources| build_info(features, sources).build_hash;
        assert_eq!(hash(vec!["a"], "x"), hash(vec!["a"], "x"));
        assert_ne!(hash(vec!["a"], "x"), hash(vec!["a"], "y"));
        assert_ne!(hash(vec!["a"], "x"), hash(vec!["b"], "x"));
    }
}
