//! Resolves dotted paths across files: modules, their names, imports of imports, star imports, classes and their bases.

use rustc_hash::FxHashMap;

use crate::link::facts::{ClassFacts, Export, Exported, ModuleFacts};
use crate::scan::Language;
use crate::syntax::builtins::is_builtin;
use crate::syntax::imports::{MODULE_END, ROOTLESS, join};
use crate::syntax::model::DefinitionKind;
use crate::syntax::targets::{MEMBER, STAR, SUPER};

/// How many imports of imports, stars and bases are followed before a path counts as unresolved: real code needs a handful, a cycle any.
const MAX_STEPS: u32 = 64;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A definition of the repository, and the id of the module that holds it.
    Internal {
        target: Exported,
        module_def_id: Box<str>,
    },
    /// Something outside the repository, by its qualified name.
    External(Box<str>),
    /// A builtin, by its qualified name.
    Builtin(Box<str>),
    /// Nothing, for this reason.
    Failed(&'static str),
}

/// A definition with the module that holds it.
#[derive(Debug, Clone, Copy)]
struct Found<'l> {
    target: &'l Exported,
    module: usize,
}

enum Step<'l> {
    Found(Found<'l>),
    External(String),
    Builtin(String),
    Failed(&'static str),
}

/// The modules of a repository by name.
#[derive(Debug)]
pub(crate) struct Linker {
    modules: Vec<ModuleFacts>,
    by_name: FxHashMap<Box<str>, usize>,
    /// The dotted names of directories that hold modules without being packages.
    namespaces: rustc_hash::FxHashSet<Box<str>>,
    classes: FxHashMap<Box<str>, (usize, usize)>,
}

impl Linker {
    /// A linker over `modules`, which are sorted by the paths of their files.
    pub(crate) fn new(modules: Vec<ModuleFacts>) -> Self {
        let mut by_name: FxHashMap<Box<str>, usize> = FxHashMap::default();
        let mut namespaces = rustc_hash::FxHashSet::default();
        let mut classes = FxHashMap::default();
        // A source file wins over its stub.
        let rank = |facts: &ModuleFacts| match facts.language {
            Language::Python => 0,
            Language::Stub => 1,
            Language::Notebook => 2,
        };
        let mut order: Vec<usize> = (0..modules.len()).collect();
        order.sort_by_key(|index| rank(&modules[*index]));
        for index in &order {
            let name = modules[*index].place.module.name.as_str();
            by_name.entry(name.into()).or_insert(*index);
        }
        for (index, facts) in modules.iter().enumerate() {
            let mut name = facts.place.module.name.as_str();
            while let Some((outer, _)) = name.rsplit_once('.') {
                namespaces.insert(Box::from(outer));
                name = outer;
            }
            for (position, class) in facts.classes.iter().enumerate() {
                classes.insert(class.class.def_id.clone(), (index, position));
            }
        }
        Self {
            modules,
            by_name,
            namespaces,
            classes,
        }
    }

    /// Resolves one path.
    pub(crate) fn resolve(&self, path: &str) -> Outcome {
        let mut steps = MAX_STEPS;
        match self.step(path, &mut steps) {
            Step::Found(found) => Outcome::Internal {
                target: found.target.clone(),
                module_def_id: self.modules[found.module].module.def_id.clone(),
            },
            Step::External(name) => Outcome::External(name.into()),
            Step::Builtin(name) => Outcome::Builtin(name.into()),
            Step::Failed(reason) => Outcome::Failed(reason),
        }
    }

    fn step<'l>(&'l self, path: &str, steps: &mut u32) -> Step<'l> {
        *steps = steps.saturating_sub(1);
        if *steps == 0 {
            return Step::Failed("unresolved_import");
        }
        if let Some((class, members)) = path.split_once(MEMBER) {
            return self.class_path(class, members, true, steps);
        }
        if let Some((class, members)) = path.split_once(SUPER) {
            return self.class_path(class, members, false, steps);
        }
        if let Some((module, name)) = path
            .strip_prefix(STAR)
            .and_then(|path| path.split_once(STAR))
        {
            return self.star_path(module, name, steps);
        }
        match path.strip_prefix(ROOTLESS) {
            None => self.imported(path, steps),
            Some(path) => match self.imported(path, steps) {
                Step::External(_) => Step::Failed("unresolved_import"),
                step => step,
            },
        }
    }

    /// Follows a path whose first part the import system looks up as a module.
    fn imported<'l>(&'l self, path: &str, steps: &mut u32) -> Step<'l> {
        let (module, attributes) = path.split_once(MODULE_END).unwrap_or((path, ""));
        let attributes = attributes.trim_start_matches('.');
        match self.by_name.get(module) {
            Some(index) => {
                let target = &self.modules[*index].module;
                self.attributes(
                    Found {
                        target,
                        module: *index,
                    },
                    attributes,
                    steps,
                )
            }
            None => self.dotted(&join(module, attributes), steps),
        }
    }

    /// A name that the module does not bind: one of its star imports may, else it is a builtin or not bound at all.
    fn star_path<'l>(&'l self, module: &str, path: &str, steps: &mut u32) -> Step<'l> {
        let Some(module) = self.by_name.get(module) else {
            return Step::Failed("unresolved_name");
        };
        let facts = &self.modules[*module];
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        match self.star_attribute(facts, name, steps) {
            Step::Found(found) => self.attributes(found, rest, steps),
            // What a module outside of the repository exports is not known: a builtin is likelier.
            _ if is_builtin(name) => Step::Builtin(format!("builtins.{path}")),
            Step::External(name) => Step::External(join(&name, rest)),
            Step::Builtin(_) | Step::Failed(_) => Step::Failed("unresolved_name"),
        }
    }

    fn class_path<'l>(&'l self, id: &str, members: &str, own: bool, steps: &mut u32) -> Step<'l> {
        let Some((module, position)) = self.classes.get(id).copied() else {
            return Step::Failed("dynamic_attr");
        };
        let class = &self.modules[module].classes[position];
        if members.is_empty() {
            return Step::Found(Found {
                target: &class.class,
                module,
            });
        }
        let (name, rest) = members.split_once('.').unwrap_or((members, ""));
        match self.member(module, class, name, own, steps) {
            Step::Found(found) => self.attributes(found, rest, steps),
            other => other,
        }
    }

    /// Looks a member up in a class and then in its bases, depth first.
    fn member<'l>(
        &'l self,
        module: usize,
        class: &'l ClassFacts,
        name: &str,
        own: bool,
        steps: &mut u32,
    ) -> Step<'l> {
        if own && let Some(export) = find(&class.members, name) {
            return self.export(module, export, steps);
        }
        let mut outside = None;
        for base in &class.bases {
            *steps = steps.saturating_sub(1);
            if *steps == 0 {
                break;
            }
            match self.export(module, base, steps) {
                Step::Found(found) if found.target.kind == DefinitionKind::Class => {
                    let Some((module, position)) = self.classes.get(&found.target.def_id).copied()
                    else {
                        continue;
                    };
                    let base = &self.modules[module].classes[position];
                    match self.member(module, base, name, true, steps) {
                        Step::Found(found) => return Step::Found(found),
                        Step::External(path) => outside = outside.or(Some(path)),
                        Step::Builtin(_) | Step::Failed(_) => {}
                    }
                }
                Step::External(path) => outside = outside.or(Some(format!("{path}.{name}"))),
                Step::Found(_) | Step::Builtin(_) | Step::Failed(_) => {}
            }
        }
        // A base outside of the repository is the likeliest place of a member that no known base has.
        outside.map_or(Step::Failed("dynamic_attr"), Step::External)
    }

    fn export<'l>(&'l self, module: usize, export: &'l Export, steps: &mut u32) -> Step<'l> {
        match export {
            Export::Definition(target) => Step::Found(Found { target, module }),
            Export::Path(path) => self.step(path, steps),
        }
    }

    /// Follows `path` from its first module on.
    fn dotted<'l>(&'l self, path: &str, steps: &mut u32) -> Step<'l> {
        let mut end = path.find('.').unwrap_or(path.len());
        // A namespace package is no module itself: the path goes on to the first one.
        let module = loop {
            let prefix = &path[..end];
            if let Some(module) = self.by_name.get(prefix) {
                break *module;
            }
            if !self.namespaces.contains(prefix) {
                return if prefix.contains('.') {
                    Step::Failed("unresolved_import")
                } else {
                    Step::External(path.to_owned())
                };
            }
            if end == path.len() {
                // The namespace itself: known, but no node.
                return Step::Failed("unresolved_import");
            }
            end = path[end + 1..]
                .find('.')
                .map_or(path.len(), |at| end + 1 + at);
        };
        let rest = path.get(end + 1..).unwrap_or_default();
        let target = &self.modules[module].module;
        self.attributes(Found { target, module }, rest, steps)
    }

    /// Follows the attributes `rest` from what was found so far.
    fn attributes<'l>(&'l self, start: Found<'l>, rest: &str, steps: &mut u32) -> Step<'l> {
        let mut found = start;
        let mut rest = rest;
        while !rest.is_empty() {
            let (name, next) = rest.split_once('.').unwrap_or((rest, ""));
            let step = match found.target.kind {
                DefinitionKind::Module => self.module_attribute(found.module, name, steps),
                DefinitionKind::Class => self.class_path(&found.target.def_id, name, true, steps),
                DefinitionKind::Variable => Step::Failed("callee_unknown_type"),
                DefinitionKind::Parameter => Step::Failed("param_untyped"),
                DefinitionKind::Function | DefinitionKind::Lambda => Step::Failed("dynamic_attr"),
            };
            found = match step {
                Step::Found(found) => found,
                Step::External(path) if next.is_empty() => return Step::External(path),
                Step::External(path) => return Step::External(format!("{path}.{next}")),
                other => return other,
            };
            rest = next;
        }
        Step::Found(found)
    }

    fn module_attribute<'l>(&'l self, module: usize, name: &str, steps: &mut u32) -> Step<'l> {
        let facts = &self.modules[module];
        let submodule = || {
            let path = format!("{}.{name}", facts.place.module.name);
            self.by_name.get(path.as_str()).copied()
        };
        if let Some(export) = find(&facts.names, name) {
            // `from . import name` in a package binds its own submodule.
            let itself = matches!(export, Export::Path(path)
                if path.split_once(MODULE_END) == Some((facts.place.module.name.as_str(), name)));
            if !itself {
                return self.export(module, export, steps);
            }
        }
        if let Some(module) = submodule() {
            let target = &self.modules[module].module;
            return Step::Found(Found { target, module });
        }
        self.star_attribute(facts, name, steps)
    }

    /// Looks a name up in the modules that `facts` star-imports.
    ///
    /// What a module outside of the repository exports is not known: it is named if no other module has the name, the first of several.
    fn star_attribute<'l>(
        &'l self,
        facts: &'l ModuleFacts,
        name: &str,
        steps: &mut u32,
    ) -> Step<'l> {
        let mut outside = None;
        for star in &facts.stars {
            *steps = steps.saturating_sub(1);
            if *steps == 0 {
                break;
            }
            let source = match self.step(star, steps) {
                Step::Found(found) if found.target.kind == DefinitionKind::Module => found.module,
                Step::External(module) => {
                    outside = outside.or_else(|| Some(format!("{module}.{name}")));
                    continue;
                }
                Step::Found(_) | Step::Builtin(_) | Step::Failed(_) => continue,
            };
            let exports = &self.modules[source];
            let is_public = match &exports.exported_names {
                Some(names) => names.iter().any(|exported| exported == name),
                None => !name.starts_with('_'),
            };
            if !is_public {
                continue;
            }
            match self.module_attribute(source, name, steps) {
                Step::Found(found) => return Step::Found(found),
                Step::External(path) => outside = outside.or(Some(path)),
                Step::Builtin(_) | Step::Failed(_) => {}
            }
        }
        outside.map_or(Step::Failed("unresolved_import"), Step::External)
    }
}

fn find<'l>(names: &'l [(Box<str>, Export)], name: &str) -> Option<&'l Export> {
    let index = names
        .binary_search_by(|(known, _)| (**known).cmp(name))
        .ok()?;
    Some(&names[index].1)
}
