//! Looks names up by Python's scoping rules.
//!
//! Source: the Python language reference, "Naming and binding". A name bound anywhere in a function is local to all of it; a class's names
//! are seen by the class body only; a class or module body looks a name up when it runs, so that a use before the first binding finds an
//! outer name.

use crate::syntax::builtins::{is_builtin, is_module_attribute};
use crate::syntax::model::{Directive, Model, ScopeId, ScopeKind, Site, Symbol, Target};
use crate::syntax::names::NameId;

/// Where a used name is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BindingScope {
    /// In the scope that uses it.
    Local,
    /// In a function around it.
    Enclosing,
    /// In the module.
    Global,
}

impl BindingScope {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Enclosing => "enclosing",
            Self::Global => "global",
        }
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// One of `candidates` things that the name is bound to; `target` is the likeliest.
    Bound {
        scope: BindingScope,
        target: Target,
        candidates: i32,
    },
    /// Not bound in the file, which imports all names of another module: only the other file can tell.
    Star,
    /// A builtin of Python.
    Builtin,
    /// An attribute that every module or class body has, for example `__name__`.
    ModuleAttribute,
    /// Declared `nonlocal` or `global`, but bound nowhere in the file; or not bound at all.
    Unbound,
}

impl Model<'_> {
    /// Looks `name` up from `site`.
    pub(crate) fn lookup(&self, site: Site, name: NameId, has_star_import: bool) -> Lookup {
        let start = site.scope;
        let mut skip_start = false;
        match self.symbol(start, name).and_then(|symbol| symbol.directive) {
            Some(Directive::Global) => return self.in_module(site, name, has_star_import),
            Some(Directive::Nonlocal) => skip_start = true,
            None => {}
        }
        if start == Self::MODULE {
            return self.in_module(site, name, has_star_import);
        }
        if !skip_start && let Some(symbol) = self.bound_symbol(start, name) {
            let scope = self.scope(start);
            if scope.kind != ScopeKind::Class || is_bound_before(symbol, site) {
                return bound(symbol, site, true, BindingScope::Local);
            }
            // A class body looks its own names up when it runs, and then goes straight to the module.
            return self.in_module(site, name, has_star_import);
        }
        let mut child = start;
        while let Some(parent) = self.scope(child).parent {
            if parent == Self::MODULE {
                break;
            }
            let hidden = self.scope(parent).kind == ScopeKind::Class
                && self.scope(child).kind != ScopeKind::TypeParameters;
            if hidden && self.names.text(name) == "__class__" {
                // The compiler gives methods a cell with their class, for `super()`.
                return Lookup::Bound {
                    scope: BindingScope::Enclosing,
                    target: Target::Definition(self.scope(parent).owner),
                    candidates: 1,
                };
            }
            if !hidden {
                let symbol = self.symbol(parent, name);
                match symbol.and_then(|symbol| symbol.directive) {
                    Some(Directive::Global) => break,
                    Some(Directive::Nonlocal) => {}
                    None => {
                        if let Some(symbol) = symbol.filter(|symbol| !symbol.bindings.is_empty()) {
                            // A comprehension runs in place, so it sees what was bound before it.
                            let in_place = self.scope(start).kind == ScopeKind::Comprehension;
                            return bound(symbol, site, in_place, BindingScope::Enclosing);
                        }
                    }
                }
            }
            child = parent;
        }
        self.in_module(site, name, has_star_import)
    }

    fn bound_symbol(&self, scope: ScopeId, name: NameId) -> Option<&Symbol> {
        self.symbol(scope, name)
            .filter(|symbol| !symbol.bindings.is_empty())
    }

    fn in_module(&self, site: Site, name: NameId, has_star_import: bool) -> Lookup {
        let text = self.names.text(name);
        let runs_with_module = self.runs_with_module(site.scope);
        if let Some(symbol) = self.bound_symbol(Self::MODULE, name) {
            // `input = input`: what is not bound yet is still the builtin.
            let shadowed = runs_with_module && !is_bound_before(symbol, site) && is_builtin(text);
            if !shadowed {
                return bound(symbol, site, runs_with_module, BindingScope::Global);
            }
        }
        if is_module_attribute(text) {
            Lookup::ModuleAttribute
        } else if has_star_import {
            Lookup::Star
        } else if is_builtin(text) {
            Lookup::Builtin
        } else {
            Lookup::Unbound
        }
    }

    /// Whether code of the scope runs while the module's body runs, and not later by a call.
    fn runs_with_module(&self, scope: ScopeId) -> bool {
        let mut scope = Some(scope);
        while let Some(id) = scope {
            if self.scope(id).kind == ScopeKind::Function {
                return false;
            }
            scope = self.scope(id).parent;
        }
        true
    }
}

fn is_bound_before(symbol: &Symbol, site: Site) -> bool {
    symbol
        .bindings
        .first()
        .is_some_and(|first| first.sequence <= site.sequence)
}

/// The likeliest binding: for code that runs in place the last one before the use, for code that runs later the last one of all; a binding
/// in an `except`, `else` or `elif` branch only counts for uses in such a branch or where there is no other.
fn bound(symbol: &Symbol, site: Site, in_place: bool, scope: BindingScope) -> Lookup {
    let visible = |sequence| !in_place || sequence <= site.sequence;
    let mut usual = None;
    let mut any = None;
    for binding in &symbol.bindings {
        if visible(binding.sequence) {
            any = Some(binding.target);
            if !binding.alternative || (in_place && site.alternative) {
                usual = Some(binding.target);
            }
        }
    }
    let first = symbol.bindings.first().map(|binding| binding.target);
    let Some(target) = usual.or(any).or(first) else {
        return Lookup::Unbound;
    };
    let mut targets: smallvec::SmallVec<[Target; 4]> = smallvec::SmallVec::new();
    for binding in &symbol.bindings {
        if !targets.contains(&binding.target) {
            targets.push(binding.target);
        }
    }
    Lookup::Bound {
        scope,
        target,
        candidates: i32::try_from(targets.len()).unwrap_or(i32::MAX),
    }
}
