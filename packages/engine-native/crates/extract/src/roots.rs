//! Finds the directories that imports start from, and the dotted name of each file below them.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::scan::ScannedFile;
use crate::syntax::ModuleName;
use crate::syntax::imports::{Siblings, join};

/// A directory that absolute imports start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRoot {
    /// The path below the repository; empty for the repository itself.
    pub path: String,
    /// Why it is one: `repository`, `project`, `src layout`, or `package` for a repository that is a package itself.
    pub reason: &'static str,
}

/// The place of a file among the modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModulePlace {
    /// The name by which the file is imported from its root.
    pub module: ModuleName,
    /// The root, as in [`ImportRoot::path`].
    pub root: String,
}

/// The import roots of a repository, and what it takes to name its modules.
#[derive(Debug)]
pub struct Roots {
    found: Vec<ImportRoot>,
    /// The name of the repository's own directory, if that is a package.
    package: Option<String>,
    packages: FxHashSet<String>,
    /// The importable names of each directory that is no package.
    siblings: FxHashMap<String, Arc<FxHashSet<String>>>,
}

const PROJECT_FILES: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg"];
/// Directories that hold packages by convention.
const SOURCE_DIRECTORIES: &[&str] = &["src", "lib", "python"];

impl Roots {
    /// Finds the roots: the repository; each directory with a project file; directories called `src`, `lib` or `python` that are no
    /// packages and not inside of one.
    ///
    /// `name` is that of the repository's directory: if it holds an `__init__.py`, it is a package of this name, and imports start from
    /// the directory above.
    #[must_use]
    pub fn detect(files: &[ScannedFile], name: &str) -> Self {
        let package = files
            .iter()
            .any(|file| file.path == "__init__.py")
            .then(|| name.to_owned());
        let mut packages = FxHashSet::default();
        let mut reasons: FxHashMap<String, &'static str> = FxHashMap::default();
        let reason = if package.is_some() {
            "package"
        } else {
            "repository"
        };
        reasons.insert(String::new(), reason);
        for file in files {
            let (directory, name) = split(&file.path);
            if PROJECT_FILES.contains(&name) {
                reasons.entry(directory.to_owned()).or_insert("project");
            }
            if matches!(name, "__init__.py" | "__init__.pyi") && !directory.is_empty() {
                packages.insert(directory.to_owned());
            }
        }
        let mut siblings: FxHashMap<String, FxHashSet<String>> = FxHashMap::default();
        let mut add = |directory: &str, name: &str| {
            if !packages.contains(directory) {
                siblings
                    .entry(directory.to_owned())
                    .or_default()
                    .insert(name.to_owned());
            }
        };
        for file in files.iter().filter(|file| file.language.is_some()) {
            let (mut directory, name) = split(&file.path);
            add(directory, stem(name));
            while !directory.is_empty() {
                let (parent, name) = split(directory);
                if packages.contains(directory) {
                    add(parent, name);
                } else if SOURCE_DIRECTORIES.contains(&name) && !packages.contains(parent) {
                    reasons.entry(directory.to_owned()).or_insert("src layout");
                }
                directory = parent;
            }
        }
        let mut found: Vec<_> = reasons
            .into_iter()
            // A project file inside of a package, as test data has them, does not cut the package in two.
            .filter(|(path, _)| !packages.contains(path))
            .map(|(path, reason)| ImportRoot { path, reason })
            .collect();
        found.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        let siblings = siblings
            .into_iter()
            .map(|(directory, names)| (directory, Arc::new(names)))
            .collect();
        Self {
            found,
            package,
            packages,
            siblings,
        }
    }

    /// The roots, sorted by path.
    #[must_use]
    pub fn all(&self) -> &[ImportRoot] {
        &self.found
    }

    /// The place of the file at `path`.
    #[must_use]
    pub fn place(&self, path: &str) -> ModulePlace {
        let (directory, name) = split(path);
        let stem = stem(name);
        let is_package = stem == "__init__" && (!directory.is_empty() || self.package.is_some());
        let mut base = directory;
        while self.packages.contains(base) && !base.is_empty() {
            base = split(base).0;
        }
        let root = self
            .found
            .iter()
            .map(|root| root.path.as_str())
            .filter(|root| is_below(base, root))
            .max_by_key(|root| root.len())
            .unwrap_or_default();
        let prefix = self.package.as_deref().filter(|_| root.is_empty());
        let dotted = |directory: &str| {
            let below = below(directory, root).replace('/', ".");
            join(prefix.unwrap_or_default(), &below)
        };
        let name = if is_package {
            dotted(directory)
        } else {
            join(&dotted(directory), stem)
        };
        // Imports from the root need no help.
        let siblings = (base != root).then(|| self.siblings.get(base)).flatten();
        let siblings = siblings.map(|names| Siblings {
            prefix: dotted(base),
            names: Arc::clone(names),
        });
        ModulePlace {
            module: ModuleName {
                name,
                is_package,
                siblings,
            },
            root: root.to_owned(),
        }
    }
}

/// A file's name without its last extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn is_below(path: &str, root: &str) -> bool {
    root.is_empty()
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn below<'a>(path: &'a str, root: &str) -> &'a str {
    path.strip_prefix(root)
        .unwrap_or(path)
        .trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Roots;
    use crate::scan::{Language, ScannedFile};

    fn detect(paths: &[&str]) -> Roots {
        let file = |path: &&str| ScannedFile {
            path: (*path).to_owned(),
            absolute: PathBuf::from(path),
            language: Language::of(Path::new(path)),
            size: 0,
            error: None,
        };
        let files: Vec<_> = paths.iter().map(file).collect();
        Roots::detect(&files, "spam")
    }

    #[test]
    fn modules_are_named_from_their_roots() {
        let roots = detect(&[
            "setup.py",
            "src/spam/__init__.py",
            "src/spam/eggs.py",
            "src/space/ham/__init__.py",
            "tests/test_spam.py",
            "tests/helper.py",
            "plugins/one/pyproject.toml",
            "plugins/one/one/__init__.py",
        ]);
        let reasons: Vec<_> = roots
            .all()
            .iter()
            .map(|root| (root.path.as_str(), root.reason))
            .collect();
        assert_eq!(
            reasons,
            [
                ("", "repository"),
                ("plugins/one", "project"),
                ("src", "src layout")
            ]
        );
        for (path, module, sibling) in [
            ("setup.py", "setup", "x"),
            ("src/spam/__init__.py", "spam", "x"),
            ("src/spam/eggs.py", "spam.eggs", "x"),
            ("src/space/ham/__init__.py", "space.ham", "x"),
            ("tests/test_spam.py", "tests.test_spam", "x"),
            ("tests/test_spam.py", "tests.test_spam", "helper"),
            ("plugins/one/one/__init__.py", "one", "x"),
        ] {
            let place = roots.place(path);
            assert_eq!(place.module.name, module, "{path}");
            let expected = if sibling == "helper" {
                "tests.helper"
            } else {
                "x"
            };
            assert_eq!(
                place.module.absolute(Some(sibling), 0).as_deref(),
                Some(expected),
                "{path}"
            );
        }
    }

    #[test]
    fn the_root_of_a_repository_may_be_a_package() {
        let roots = detect(&["__init__.py", "a.py", "sub/__init__.py", "data/b.py"]);
        assert_eq!(roots.place("a.py").module.name, "spam.a");
        assert_eq!(roots.place("sub/__init__.py").module.name, "spam.sub");
        assert_eq!(roots.place("data/b.py").module.name, "spam.data.b");
        let module = roots.place("__init__.py").module;
        assert_eq!((module.name.as_str(), module.is_package), ("spam", true));
    }
}
