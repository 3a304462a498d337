//! What calls, base classes and references of a file stand for, as far as the file alone can tell.

use std::fmt::Write as _;

use crate::syntax::ModuleName;
use crate::syntax::lookup::Lookup;
use crate::syntax::model::{DefinitionId, DefinitionKind, Dotted, Model, Root, Site, Target};
use crate::syntax::names::NameId;

/// Stands between a class's id and the members that are looked up in the class.
pub(crate) const MEMBER: char = '#';
/// Stands between a class's id and the members that are looked up in its bases only, as `super()` does.
pub(crate) const SUPER: char = '^';

/// Stands before the module that star-imports a name, and between it and the name.
pub(crate) const STAR: char = '*';

/// What a dotted expression stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// A definition of the same file.
    Definition {
        definition: DefinitionId,
        candidates: i32,
    },
    /// Something that the linker finds: a dotted path, or members of a class.
    Path {
        path: String,
        resolution: &'static str,
        candidates: i32,
    },
    /// A builtin, by its qualified name.
    Builtin(String),
    /// Nothing, for this reason.
    Failed(&'static str),
}

/// Resolves the expressions of one file.
#[derive(Debug)]
pub(crate) struct Resolver<'r, 'a> {
    pub(crate) model: &'r Model<'a>,
    pub(crate) module: &'r ModuleName,
    pub(crate) definition_ids: &'r [String],
    pub(crate) has_star_import: bool,
}

impl Resolver<'_, '_> {
    /// Resolves `expression` at `site`.
    pub(crate) fn dotted(&self, expression: &Dotted, site: Site) -> Resolved {
        let attributes = expression.attributes.as_slice();
        match expression.root {
            Root::Name(name) => self.name(name, attributes, site),
            Root::Builtin(kind) => match attributes {
                [_] => Resolved::Builtin(self.path(&format!("builtins.{kind}"), '.', attributes)),
                _ => Resolved::Failed("callee_unknown_type"),
            },
            Root::Super => match self.model.scope(site.scope).class {
                Some(class) if !attributes.is_empty() => Resolved::Path {
                    path: self.path(&self.definition_ids[class.index()], SUPER, attributes),
                    resolution: "receiver",
                    candidates: 1,
                },
                _ => Resolved::Failed("callee_unknown_type"),
            },
            Root::Call => Resolved::Failed("return_unannotated"),
            Root::Subscript => Resolved::Failed("subscript_of_unknown"),
            Root::Other => Resolved::Failed("callee_unknown_type"),
        }
    }

    /// Looks up a name at `site`.
    pub(crate) fn lookup(&self, name: NameId, site: Site) -> Lookup {
        self.model.lookup(site, name, self.has_star_import)
    }

    /// The path by which the linker looks for a name that only a star import can bind.
    pub(crate) fn star_path(&self, name: NameId) -> String {
        let name = self.model.names.written(name);
        format!("{STAR}{}{STAR}{name}", self.module.name)
    }

    fn name(&self, name: NameId, attributes: &[NameId], site: Site) -> Resolved {
        match self.lookup(name, site) {
            Lookup::Bound {
                target: Target::Import(import),
                candidates,
                ..
            } => {
                let import = &self.model.imports[import.index()];
                match &import.bound_path {
                    Some(path) => Resolved::Path {
                        path: self.path(path, '.', attributes),
                        resolution: "import",
                        candidates,
                    },
                    None => Resolved::Failed("unresolved_import"),
                }
            }
            Lookup::Bound {
                target: Target::Definition(definition),
                candidates,
                ..
            } => self.definition(definition, attributes, candidates),
            Lookup::Star => Resolved::Path {
                path: self.path(&self.star_path(name), '.', attributes),
                resolution: "import",
                candidates: 1,
            },
            Lookup::Builtin => {
                let name = format!("builtins.{}", self.model.names.written(name));
                Resolved::Builtin(self.path(&name, '.', attributes))
            }
            Lookup::ModuleAttribute => Resolved::Failed("callee_unknown_type"),
            Lookup::Unbound => Resolved::Failed("unresolved_name"),
        }
    }

    fn definition(
        &self,
        definition: DefinitionId,
        attributes: &[NameId],
        candidates: i32,
    ) -> Resolved {
        let member = |class: DefinitionId, resolution| Resolved::Path {
            path: self.path(&self.definition_ids[class.index()], MEMBER, attributes),
            resolution,
            candidates,
        };
        let found = self.model.definition(definition);
        match (found.kind, attributes.is_empty()) {
            (DefinitionKind::Class | DefinitionKind::Function | DefinitionKind::Lambda, true) => {
                Resolved::Definition {
                    definition,
                    candidates,
                }
            }
            (DefinitionKind::Class, false) => member(definition, "scope"),
            (DefinitionKind::Parameter, _) => match found.receiver_of {
                // `self(…)` calls the instance; `cls(…)` makes one.
                Some(class) if attributes.is_empty() => {
                    let id = &self.definition_ids[class.index()];
                    let called = match self.model.names.text(found.name) {
                        "cls" => "",
                        _ => "__call__",
                    };
                    Resolved::Path {
                        path: format!("{id}{MEMBER}{called}"),
                        resolution: "receiver",
                        candidates,
                    }
                }
                Some(class) => member(class, "receiver"),
                None => Resolved::Failed("param_untyped"),
            },
            (DefinitionKind::Variable, _) => Resolved::Failed("callee_unknown_type"),
            (_, _) => Resolved::Failed("dynamic_attr"),
        }
    }

    fn path(&self, start: &str, separator: char, attributes: &[NameId]) -> String {
        let mut path = start.to_owned();
        let mut separator = separator;
        for attribute in attributes {
            // Writing to a String can't fail. Members are known by their mangled names.
            let _ = write!(path, "{separator}{}", self.model.names.text(*attribute));
            separator = '.';
        }
        path
    }
}
