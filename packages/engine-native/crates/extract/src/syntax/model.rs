//! What one file says: its scopes, definitions, references, imports and calls, before names are looked up.

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::syntax::names::{NameId, Names};

/// A position in the order in which Python evaluates the file; a binding is visible to the uses after it.
pub(crate) type Sequence = u32;

macro_rules! index {
    ($(#[doc = $doc:literal] $name:ident),+) => {
        $(
            #[doc = $doc]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub(crate) struct $name(pub(crate) u32);

            impl $name {
                /// The index of the element that is pushed next.
                #[expect(clippy::cast_possible_truncation, reason = "a file has at most 4 GiB of text, so fewer than 2^32 of anything")]
                pub(crate) fn next<T>(elements: &[T]) -> Self {
                    Self(elements.len() as u32)
                }

                pub(crate) fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )+
    };
}

index!(
    #[doc = "A scope of the file."]
    ScopeId,
    #[doc = "A definition of the file; 0 is the module."]
    DefinitionId,
    #[doc = "An imported name of the file."]
    ImportId,
    #[doc = "A call of the file."]
    CallId
);

/// The kind of a scope, as far as name lookup cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Comprehension,
    /// The scope of type parameters and of lazily evaluated annotations; it sees the names of a class around it.
    TypeParameters,
}

/// A scope and where lookup goes on from it.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: ScopeKind,
    pub(crate) parent: Option<ScopeId>,
    /// The definition whose code runs in the scope.
    pub(crate) owner: DefinitionId,
    /// The innermost class whose code this is part of, for `super()`.
    pub(crate) class: Option<DefinitionId>,
}

/// The kind of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefinitionKind {
    Module,
    Class,
    Function,
    Lambda,
    Parameter,
    Variable,
}

impl DefinitionKind {
    /// The kind as `py_defs.def_kind` has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Class => "class",
            Self::Function => "function",
            Self::Lambda => "lambda",
            Self::Parameter => "parameter",
            Self::Variable => "variable",
        }
    }

    /// The label of the node in the graph; a variable's is reserved for the nodes that will hold it.
    pub(crate) const fn node_kind(self) -> &'static str {
        match self {
            Self::Module => "NAMESPACE_BLOCK",
            Self::Class => "TYPE_DECL",
            Self::Function | Self::Lambda => "METHOD",
            Self::Parameter => "METHOD_PARAMETER_IN",
            Self::Variable => "LOCAL",
        }
    }
}

/// Something that a name can stand for.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) kind: DefinitionKind,
    pub(crate) name: NameId,
    /// The definition that owns the scope in which the name is bound; the module owns itself.
    pub(crate) owner: DefinitionId,
    /// The innermost node around it in the syntax.
    pub(crate) parent: Parent,
    pub(crate) range: TextRange,
    pub(crate) name_range: TextRange,
    pub(crate) is_async: bool,
    pub(crate) parameter_kind: Option<&'static str>,
    /// The class whose instance, or which itself, a method gets as this parameter: `self` and `cls`.
    pub(crate) receiver_of: Option<DefinitionId>,
}

/// The innermost node of the graph around something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    Definition(DefinitionId),
    Call(CallId),
}

/// What a binding gives a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Definition(DefinitionId),
    Import(ImportId),
}

/// One binding of a name, in evaluation order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    pub(crate) sequence: Sequence,
    pub(crate) target: Target,
    /// Bound in an `except`, `else` or `elif` branch or by a `global` statement: another binding is the usual one.
    pub(crate) alternative: bool,
}

/// A name of a scope with all its bindings.
#[derive(Debug, Default)]
pub(crate) struct Symbol {
    pub(crate) bindings: SmallVec<[Binding; 2]>,
    pub(crate) variable: Option<DefinitionId>,
    pub(crate) directive: Option<Directive>,
}

/// A `global` or `nonlocal` statement about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Directive {
    Global,
    Nonlocal,
}

/// Where in the evaluation of the file a name is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(crate) scope: ScopeId,
    pub(crate) sequence: Sequence,
    pub(crate) alternative: bool,
}

/// One `Name` of the syntax tree.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) range: TextRange,
    pub(crate) name: NameId,
    pub(crate) context: &'static str,
    pub(crate) site: Site,
}

/// One imported name.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) range: TextRange,
    pub(crate) owner: DefinitionId,
    pub(crate) parent: Parent,
    /// The module as written, without the dots of a relative import.
    pub(crate) module: Option<String>,
    pub(crate) level: u32,
    /// The imported member; `None` for `import module`.
    pub(crate) name: Option<String>,
    pub(crate) alias: Option<String>,
    pub(crate) bound: Option<NameId>,
    pub(crate) is_star: bool,
    /// The path that the import asks for, for the linker; `None` if a relative import leaves its package.
    pub(crate) path: Option<String>,
    /// The absolute module part of it.
    pub(crate) resolved_module: Option<String>,
    /// The path that the bound name stands for.
    pub(crate) bound_path: Option<String>,
}

/// What a dotted expression starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    Name(NameId),
    /// A literal or display whose type is a builtin of this name.
    Builtin(&'static str),
    /// `super()` without arguments.
    Super,
    Call,
    Subscript,
    Other,
}

/// An expression like `a.b.c`: its root and the attributes taken from it.
#[derive(Debug)]
pub(crate) struct Dotted {
    pub(crate) root: Root,
    pub(crate) attributes: SmallVec<[NameId; 3]>,
    pub(crate) range: TextRange,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) range: TextRange,
    pub(crate) callee: Dotted,
    pub(crate) site: Site,
    pub(crate) parent: Parent,
    pub(crate) positional: i32,
    pub(crate) keywords: i32,
    pub(crate) has_star: bool,
}

/// One base class of a class.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) class: DefinitionId,
    pub(crate) position: i32,
    pub(crate) expression: Dotted,
    pub(crate) site: Site,
}

/// The model of one file.
#[derive(Debug, Default)]
pub(crate) struct Model<'a> {
    pub(crate) names: Names<'a>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) symbol_ids: FxHashMap<(ScopeId, NameId), u32>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) references: Vec<Reference>,
    pub(crate) imports: Vec<Import>,
    pub(crate) calls: Vec<Call>,
    pub(crate) bases: Vec<Base>,
    /// The names of `__all__` where the module states them as a literal.
    pub(crate) exported_names: Option<Vec<String>>,
    /// The deepest nesting of expressions and statements seen.
    pub(crate) depth: usize,
}

impl Model<'_> {
    /// The module's own scope.
    pub(crate) const MODULE: ScopeId = ScopeId(0);

    /// The symbol of `name` in `scope`, made where it does not exist yet.
    pub(crate) fn symbol_mut(&mut self, scope: ScopeId, name: NameId) -> &mut Symbol {
        let id = *self.symbol_ids.entry((scope, name)).or_insert_with(|| {
            #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 symbols")]
            let id = self.symbols.len() as u32;
            self.symbols.push(Symbol::default());
            id
        });
        &mut self.symbols[id as usize]
    }

    /// The symbol of `name` in `scope`, if the scope knows the name.
    pub(crate) fn symbol(&self, scope: ScopeId, name: NameId) -> Option<&Symbol> {
        self.symbol_ids
            .get(&(scope, name))
            .map(|id| &self.symbols[*id as usize])
    }

    pub(crate) fn scope(&self, scope: ScopeId) -> &Scope {
        &self.scopes[scope.index()]
    }

    pub(crate) fn definition(&self, definition: DefinitionId) -> &Definition {
        &self.definitions[definition.index()]
    }
}
