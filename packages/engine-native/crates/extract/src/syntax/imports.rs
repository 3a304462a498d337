//! Reads import statements: what they ask for, and which dotted path each bound name stands for.

use std::sync::Arc;

use ruff_python_ast::{StmtImport, StmtImportFrom};
use rustc_hash::FxHashSet;

use crate::syntax::model::Import;
use crate::syntax::walk::Walker;

/// The dotted name of a module and whether it is a package, which relative imports depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleName {
    /// The absolute dotted name, for example `package.module`.
    pub name: String,
    /// Whether the file is an `__init__` file.
    pub is_package: bool,
    /// The names that the file finds in its own directory.
    pub(crate) siblings: Option<Siblings>,
}

/// The importable names of a directory that is no package: a script or a test finds them there before anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Siblings {
    /// The dotted name of the directory below the root.
    pub(crate) prefix: String,
    pub(crate) names: Arc<FxHashSet<String>>,
}

impl ModuleName {
    /// The package that an import with `level` dots starts from; `None` if it leaves the outermost package.
    ///
    /// One dot is the package that holds the module; each further dot is the package around it.
    fn package(&self, level: u32) -> Option<&str> {
        let mut package = self.name.as_str();
        let steps = if self.is_package {
            level.checked_sub(1)?
        } else {
            level
        };
        for _ in 0..steps {
            package = match package.rsplit_once('.') {
                Some((outer, _)) => outer,
                None if package.is_empty() => return None,
                None => "",
            };
        }
        Some(package)
    }

    /// The absolute name of `module` imported with `level` dots.
    pub(crate) fn absolute(&self, module: Option<&str>, level: u32) -> Option<String> {
        let module = module.unwrap_or_default();
        if level == 0 {
            let first = module.split('.').next().unwrap_or(module);
            let siblings = self
                .siblings
                .as_ref()
                .filter(|siblings| siblings.names.contains(first));
            return Some(
                siblings.map_or(module.to_owned(), |siblings| join(&siblings.prefix, module)),
            );
        }
        let package = self.package(level)?;
        let path = join(package, module);
        // `from . import x` in a module outside of any package fails when it runs.
        (!path.is_empty()).then_some(path)
    }
}

/// Starts a path that must not lead out of the repository.
pub(crate) const ROOTLESS: char = '.';
/// Ends the part of a path that the import system looks up as a module; what follows are attributes.
///
/// `unittest` has a module `unittest.main` and binds the name `main` to something of that module: `from unittest.main import main` means
/// the module, `unittest.main` in an expression the name.
pub(crate) const MODULE_END: char = ':';

/// Joins two dotted paths, either of which may be empty.
pub(crate) fn join(left: &str, right: &str) -> String {
    match (left.is_empty(), right.is_empty()) {
        (true, _) => right.to_owned(),
        (_, true) => left.to_owned(),
        _ => format!("{left}.{right}"),
    }
}

impl<'a> Walker<'a, '_> {
    pub(crate) fn import_statement(&mut self, statement: &'a StmtImport) {
        for alias in &statement.names {
            let path = alias.name.id.as_str();
            let resolved = self.module.absolute(Some(path), 0);
            let module_path = resolved
                .as_ref()
                .map(|module| format!("{module}{MODULE_END}"));
            let (bound, bound_path) = if let Some(name) = &alias.asname {
                (name.id.as_str(), module_path.clone())
            } else {
                let first = path.split('.').next().unwrap_or(path);
                let module = self.module.absolute(Some(first), 0);
                (first, module.map(|module| format!("{module}{MODULE_END}")))
            };
            let bound = self.name(bound);
            let (owner, parent) = (self.owner(), self.parent());
            self.import(Import {
                range: alias.range,
                owner,
                parent,
                module: Some(path.to_owned()),
                level: 0,
                name: None,
                alias: alias.asname.as_ref().map(|name| name.id.to_string()),
                bound: Some(bound),
                is_star: false,
                path: module_path,
                resolved_module: resolved,
                bound_path,
            });
        }
    }

    pub(crate) fn import_from_statement(&mut self, statement: &'a StmtImportFrom) {
        let module = statement.module.as_ref().map(|module| module.id.as_str());
        let resolved = self.module.absolute(module, statement.level);
        for alias in &statement.names {
            let member = alias.name.id.as_str();
            let is_star = member == "*";
            let bound = (!is_star).then(|| {
                let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                self.name(&bound.id)
            });
            let attribute = if is_star { "" } else { member };
            let path = resolved
                .as_ref()
                .map(|module| format!("{module}{MODULE_END}{attribute}"));
            // Outside of a package, a relative import can only mean a file of the same root, never an installed package.
            let is_rootless = statement.level > 0
                && self
                    .module
                    .package(statement.level)
                    .is_some_and(str::is_empty);
            let path = path.map(|path| {
                if is_rootless {
                    format!("{ROOTLESS}{path}")
                } else {
                    path
                }
            });
            let (owner, parent) = (self.owner(), self.parent());
            self.import(Import {
                range: alias.range,
                owner,
                parent,
                module: module.map(str::to_owned),
                level: statement.level,
                name: Some(member.to_owned()),
                alias: alias.asname.as_ref().map(|name| name.id.to_string()),
                bound,
                is_star,
                path: path.clone(),
                resolved_module: resolved.clone(),
                bound_path: if is_star { None } else { path },
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ModuleName;

    #[test]
    fn relative_imports_follow_the_language_reference() {
        let module = ModuleName {
            name: "a.b.c".into(),
            is_package: false,
            siblings: None,
        };
        let package = ModuleName {
            name: "a.b".into(),
            is_package: true,
            siblings: None,
        };
        let top = ModuleName {
            name: "top".into(),
            is_package: false,
            siblings: None,
        };
        for (from, name, level, expected) in [
            (&module, Some("x.y"), 0, Some("x.y")),
            (&module, Some("x"), 1, Some("a.b.x")),
            (&module, None, 2, Some("a")),
            (&module, Some("x"), 3, Some("x")),
            (&module, Some("x"), 4, None),
            (&package, None, 1, Some("a.b")),
            (&package, Some("x"), 2, Some("a.x")),
            (&top, None, 1, None),
        ] {
            assert_eq!(
                from.absolute(name, level).as_deref(),
                expected,
                "{from:?} {name:?} {level}"
            );
        }
    }
}
