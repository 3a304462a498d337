//! What the linker keeps of each file: the names that other files can reach.

use rustc_hash::FxHashMap;

use crate::roots::ModulePlace;
use crate::scan::Language;
use crate::syntax::model::{DefinitionId, DefinitionKind, Model, ScopeId, Symbol, Target};
use crate::syntax::targets::{Resolved, Resolver};

/// A definition that paths can lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exported {
    pub(crate) def_id: Box<str>,
    pub(crate) kind: DefinitionKind,
    pub(crate) qualified_name: Box<str>,
}

/// What a name of a module or class stands for.
#[derive(Debug, Clone)]
pub(crate) enum Export {
    Definition(Exported),
    /// A dotted path or members of a class, to be resolved in turn.
    Path(Box<str>),
}

/// A class with its members and bases.
#[derive(Debug)]
pub(crate) struct ClassFacts {
    pub(crate) class: Exported,
    pub(crate) members: Vec<(Box<str>, Export)>,
    /// The bases in order; one that is not known is left out.
    pub(crate) bases: Vec<Export>,
}

/// A module with the names it binds.
#[derive(Debug)]
pub(crate) struct ModuleFacts {
    pub(crate) place: ModulePlace,
    pub(crate) language: Language,
    pub(crate) module: Exported,
    pub(crate) names: Vec<(Box<str>, Export)>,
    /// The modules whose public names are imported by `*`.
    pub(crate) stars: Vec<Box<str>>,
    /// `__all__`, where it is stated.
    pub(crate) exported_names: Option<Vec<String>>,
    pub(crate) classes: Vec<ClassFacts>,
}

/// Collects the facts of a file.
pub(crate) fn module_facts(
    resolver: &Resolver<'_, '_>,
    qualified_names: &[String],
    place: ModulePlace,
    language: Language,
) -> ModuleFacts {
    let model = resolver.model;
    let definition_facts = |definition: DefinitionId| Exported {
        def_id: resolver.definition_ids[definition.index()].as_str().into(),
        kind: model.definition(definition).kind,
        qualified_name: qualified_names[definition.index()].as_str().into(),
    };
    let reachable = |target: Target| match target {
        Target::Definition(definition) => Some(Export::Definition(definition_facts(definition))),
        Target::Import(import) => model.imports[import.index()]
            .bound_path
            .as_deref()
            .map(|path| Export::Path(path.into())),
    };
    let mut names = Vec::new();
    let mut classes: Vec<ClassFacts> = Vec::new();
    let mut class_of_scope = vec![None; model.scopes.len()];
    let mut class_of_definition = FxHashMap::default();
    for (index, scope) in model.scopes.iter().enumerate() {
        if scope.kind == crate::syntax::model::ScopeKind::Class {
            class_of_scope[index] = Some(classes.len());
            classes.push(ClassFacts {
                class: definition_facts(scope.owner),
                members: Vec::new(),
                bases: Vec::new(),
            });
            class_of_definition.insert(scope.owner, classes.len() - 1);
        }
    }
    for base in &model.bases {
        let export = match resolver.dotted(&base.expression, base.site) {
            Resolved::Definition { definition, .. } => {
                Export::Definition(definition_facts(definition))
            }
            Resolved::Path { path, .. } => Export::Path(path.into()),
            Resolved::Builtin(_) | Resolved::Failed(_) => continue,
        };
        if let Some(class) = class_of_definition.get(&base.class) {
            classes[*class].bases.push(export);
        }
    }
    #[expect(clippy::iter_over_hash_type, reason = "the names are sorted below")]
    for ((scope, name), symbol) in &model.symbol_ids {
        let Some(target) = usual_target(&model.symbols[*symbol as usize]) else {
            continue;
        };
        let list = match (*scope, class_of_scope[scope.index()]) {
            (ScopeId(0), _) => &mut names,
            (_, Some(class)) => &mut classes[class].members,
            _ => continue,
        };
        list.extend(reachable(target).map(|export| (Box::from(model.names.text(*name)), export)));
    }
    names.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    for class in &mut classes {
        class
            .members
            .sort_unstable_by(|left, right| left.0.cmp(&right.0));
    }
    let stars = model.imports.iter().filter(|import| import.is_star);
    ModuleFacts {
        module: definition_facts(DefinitionId(0)),
        stars: stars
            .filter_map(|import| import.path.as_deref().map(Box::from))
            .collect(),
        exported_names: model.exported_names.clone(),
        place,
        language,
        names,
        classes,
    }
}

/// What a name stands for after its module or class body ran: the last binding that is not in an alternative branch, else the last.
fn usual_target(symbol: &Symbol) -> Option<Target> {
    let usual = symbol
        .bindings
        .iter()
        .rev()
        .find(|binding| !binding.alternative);
    usual
        .or(symbol.bindings.last())
        .map(|binding| binding.target)
}

impl Model<'_> {
    /// Whether the module imports all names of another one.
    pub(crate) fn has_star_import(&self) -> bool {
        self.imports.iter().any(|import| import.is_star)
    }
}
