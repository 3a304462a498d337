//! Walks a syntax tree in evaluation order and fills the [`Model`].

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Identifier, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::syntax::callee::dotted;
use crate::syntax::imports::ModuleName;
use crate::syntax::model::{
    Binding, Call, CallId, Definition, DefinitionId, DefinitionKind, Directive, ImportId, Model,
    Parent, Reference, Scope, ScopeId, ScopeKind, Sequence, Site, Target,
};
use crate::syntax::names::NameId;

/// Below this much free stack the walk goes on on a new piece of stack: generated files nest thousands deep.
const RED_ZONE: usize = 128 * 1024;
const STACK_PIECE: usize = 4 * 1024 * 1024;

/// Walks `body`, the module `module` with `text`, and returns its model.
pub(crate) fn walk<'a>(body: &'a [Stmt], text: &'a str, module: &ModuleName) -> Model<'a> {
    let mut walker = Walker::new(text, module);
    walker.visit_body(body);
    walker.model
}

pub(crate) struct Walker<'a, 'm> {
    pub(crate) model: Model<'a>,
    pub(crate) module: &'m ModuleName,
    pub(super) text: &'a str,
    pub(super) scope: ScopeId,
    pub(super) parent: Parent,
    sequence: Sequence,
    /// How many `except`, `else` and `elif` branches are around.
    alternatives: u32,
    /// The name of the innermost class, for private names.
    pub(super) class_name: Option<NameId>,
    depth: usize,
}

impl<'a, 'm> Walker<'a, 'm> {
    fn new(text: &'a str, module: &'m ModuleName) -> Self {
        let mut model = Model::default();
        let name = model.names.intern("<module>");
        let whole = TextRange::up_to(TextSize::of(text));
        model.definitions.push(Definition {
            kind: DefinitionKind::Module,
            name,
            owner: DefinitionId(0),
            parent: Parent::Definition(DefinitionId(0)),
            range: whole,
            name_range: TextRange::default(),
            is_async: false,
            parameter_kind: None,
            receiver_of: None,
        });
        model.scopes.push(Scope {
            kind: ScopeKind::Module,
            parent: None,
            owner: DefinitionId(0),
            class: None,
        });
        Self {
            model,
            module,
            text,
            scope: Model::MODULE,
            parent: Parent::Definition(DefinitionId(0)),
            sequence: 0,
            alternatives: 0,
            class_name: None,
            depth: 0,
        }
    }

    pub(crate) fn owner(&self) -> DefinitionId {
        self.model.scope(self.scope).owner
    }

    pub(crate) fn parent(&self) -> Parent {
        self.parent
    }

    pub(super) fn site(&mut self) -> Site {
        self.sequence += 1;
        Site {
            scope: self.scope,
            sequence: self.sequence,
            alternative: self.alternatives > 0,
        }
    }

    pub(crate) fn name(&mut self, name: &'a str) -> NameId {
        self.model.names.intern_mangled(name, self.class_name)
    }

    // Scopes.

    pub(super) fn in_scope(
        &mut self,
        kind: ScopeKind,
        owner: DefinitionId,
        class: Option<DefinitionId>,
        run: impl FnOnce(&mut Self),
    ) {
        let id = ScopeId::next(&self.model.scopes);
        self.model.scopes.push(Scope {
            kind,
            parent: Some(self.scope),
            owner,
            class,
        });
        let outer = std::mem::replace(&mut self.scope, id);
        // Code of another scope runs at another time, so the branches around its definition say nothing about it.
        let alternatives = if kind == ScopeKind::Function {
            std::mem::take(&mut self.alternatives)
        } else {
            self.alternatives
        };
        run(self);
        self.scope = outer;
        self.alternatives = alternatives;
    }

    pub(super) fn in_parent(&mut self, parent: Parent, run: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.parent, parent);
        run(self);
        self.parent = outer;
    }

    fn in_alternative(&mut self, run: impl FnOnce(&mut Self)) {
        self.alternatives += 1;
        run(self);
        self.alternatives -= 1;
    }

    /// The scope in which an assignment expression binds: comprehensions do not keep it.
    fn binding_scope(&self) -> ScopeId {
        let mut scope = self.scope;
        while self.model.scope(scope).kind == ScopeKind::Comprehension {
            let Some(parent) = self.model.scope(scope).parent else {
                break;
            };
            scope = parent;
        }
        scope
    }

    // Bindings.

    pub(crate) fn bind(&mut self, scope: ScopeId, name: NameId, target: Target) {
        self.sequence += 1;
        let Some(binding_scope) = self.declared_scope(scope, name) else {
            return;
        };
        let binding = Binding {
            sequence: self.sequence,
            target,
            // Nobody knows when another scope binds a name of the module.
            alternative: binding_scope != scope || self.alternatives > 0,
        };
        let symbol = self.model.symbol_mut(binding_scope, name);
        if symbol
            .bindings
            .last()
            .is_none_or(|last| last.target != target || (last.alternative && !binding.alternative))
        {
            symbol.bindings.push(binding);
        }
    }

    /// The scope in which a binding of the name in `scope` takes effect; `None` after `nonlocal`, where the enclosing scope has a binding
    /// of its own.
    fn declared_scope(&mut self, scope: ScopeId, name: NameId) -> Option<ScopeId> {
        match self.model.symbol_mut(scope, name).directive {
            Some(Directive::Global) => Some(Model::MODULE),
            Some(Directive::Nonlocal) => None,
            None => Some(scope),
        }
    }

    /// Binds a name by an assignment of any form, at `range`.
    pub(super) fn bind_variable(&mut self, scope: ScopeId, name: NameId, range: TextRange) {
        let Some(owning_scope) = self.declared_scope(scope, name) else {
            return;
        };
        let known = self.model.symbol_mut(owning_scope, name).variable;
        let definition = known.unwrap_or_else(|| {
            let definition = self.define(Definition {
                kind: DefinitionKind::Variable,
                name,
                owner: self.model.scope(owning_scope).owner,
                parent: self.parent,
                range,
                name_range: range,
                is_async: false,
                parameter_kind: None,
                receiver_of: None,
            });
            self.model.symbol_mut(owning_scope, name).variable = Some(definition);
            definition
        });
        self.bind(scope, name, Target::Definition(definition));
    }

    pub(super) fn bind_identifier(&mut self, identifier: &'a Identifier) {
        let name = self.name(&identifier.id);
        self.bind_variable(self.scope, name, identifier.range);
    }

    pub(super) fn define(&mut self, definition: Definition) -> DefinitionId {
        let id = DefinitionId::next(&self.model.definitions);
        self.model.definitions.push(definition);
        id
    }

    fn declare(&mut self, names: &'a [Identifier], directive: Directive) {
        for identifier in names {
            let name = self.name(&identifier.id);
            if self.scope != Model::MODULE {
                self.model.symbol_mut(self.scope, name).directive = Some(directive);
            }
        }
    }

    pub(crate) fn import(&mut self, import: crate::syntax::model::Import) {
        let id = ImportId::next(&self.model.imports);
        let bound = import.bound;
        self.model.imports.push(import);
        if let Some(name) = bound {
            self.bind(self.scope, name, Target::Import(id));
        }
    }

    // Expressions.

    fn comprehension(
        &mut self,
        generators: &'a [ast::Comprehension],
        elements: impl IntoIterator<Item = &'a Expr>,
    ) {
        let Some((first, rest)) = generators.split_first() else {
            return;
        };
        // The first iterable is evaluated outside.
        self.visit_expr(&first.iter);
        let owner = self.owner();
        let class = self.model.scope(self.scope).class;
        self.in_scope(ScopeKind::Comprehension, owner, class, |walker| {
            walker.visit_expr(&first.target);
            for condition in &first.ifs {
                walker.visit_expr(condition);
            }
            for generator in rest {
                walker.visit_comprehension(generator);
            }
            for element in elements {
                walker.visit_expr(element);
            }
        });
    }

    fn name_expression(&mut self, expression: &'a ast::ExprName, scope: ScopeId) {
        let name = self.name(&expression.id);
        let context = match expression.ctx {
            ExprContext::Store => "store",
            ExprContext::Del => "delete",
            // The parser writes `Invalid` where it recovered from an error.
            ExprContext::Load | ExprContext::Invalid => "load",
        };
        if context != "load" {
            self.bind_variable(scope, name, expression.range);
        }
        self.refer(scope, name, context, expression.range);
    }

    /// Records a use of a name in `scope`.
    fn refer(&mut self, scope: ScopeId, name: NameId, context: &'static str, range: TextRange) {
        let mut site = self.site();
        site.scope = scope;
        self.model.references.push(Reference {
            range,
            name,
            context,
            site,
        });
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        let callee = dotted(self, &call.func);
        let id = CallId::next(&self.model.calls);
        let is_star = |argument: &&Expr| matches!(argument, Expr::Starred(_));
        let stars = call.arguments.args.iter().filter(is_star).count();
        let double_stars = call
            .arguments
            .keywords
            .iter()
            .filter(|keyword| keyword.arg.is_none())
            .count();
        let site = self.site();
        self.model.calls.push(Call {
            range: call.range(),
            callee,
            site,
            parent: self.parent,
            positional: count(call.arguments.args.len() - stars),
            keywords: count(call.arguments.keywords.len() - double_stars),
            has_star: stars + double_stars > 0,
        });
        self.in_parent(Parent::Call(id), |walker| {
            walker.visit_expr(&call.func);
            walker.visit_arguments(&call.arguments);
        });
    }

    /// Visits the operands of `a + b + c + …` without recursion: generated files chain thousands of them.
    fn binary_chain(&mut self, expression: &'a ast::ExprBinOp) {
        let mut rights = vec![&*expression.right];
        let mut left = &*expression.left;
        while let Expr::BinOp(inner) = left {
            rights.push(&inner.right);
            left = &inner.left;
        }
        self.model.depth = self.model.depth.max(self.depth + rights.len());
        self.visit_expr(left);
        for right in rights.into_iter().rev() {
            self.visit_expr(right);
        }
    }

    fn deeper(&mut self, run: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.model.depth = self.model.depth.max(self.depth);
        stacker::maybe_grow(RED_ZONE, STACK_PIECE, || run(self));
        self.depth -= 1;
    }

    fn expression(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => self.name_expression(name, self.scope),
            Expr::Call(call) => self.call(call),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::BinOp(chain) => self.binary_chain(chain),
            Expr::ListComp(list) => self.comprehension(&list.generators, [&*list.elt]),
            Expr::SetComp(set) => self.comprehension(&set.generators, [&*set.elt]),
            Expr::Generator(generator) => {
                self.comprehension(&generator.generators, [&*generator.elt]);
            }
            Expr::DictComp(dict) => {
                let key = dict.key.as_deref();
                self.comprehension(&dict.generators, key.into_iter().chain([&*dict.value]));
            }
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                match &*named.target {
                    Expr::Name(name) => self.name_expression(name, self.binding_scope()),
                    target => self.visit_expr(target),
                }
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Import(import) => self.import_statement(import),
            Stmt::ImportFrom(import) => self.import_from_statement(import),
            Stmt::Global(global) => self.declare(&global.names, Directive::Global),
            Stmt::Nonlocal(nonlocal) => self.declare(&nonlocal.names, Directive::Nonlocal),
            Stmt::AugAssign(assignment) => {
                self.exported_names(&assignment.target, &assignment.value);
                self.visit_expr(&assignment.value);
                self.visit_expr(&assignment.target);
            }
            Stmt::Assign(assignment) => {
                if let [target] = assignment.targets.as_slice() {
                    self.exported_names(target, &assignment.value);
                }
                visitor::walk_stmt(self, statement);
            }
            Stmt::AnnAssign(assignment) => {
                if let Some(value) = assignment.value.as_deref() {
                    self.exported_names(&assignment.target, value);
                }
                if assignment.simple || assignment.value.is_some() {
                    visitor::walk_stmt(self, statement);
                } else {
                    // `(x): int` and `x.y: int` only annotate: they bind nothing.
                    self.annotated_only(assignment);
                }
            }
            Stmt::If(branches) => {
                self.visit_expr(&branches.test);
                self.visit_body(&branches.body);
                for clause in &branches.elif_else_clauses {
                    self.in_alternative(|walker| walker.visit_elif_else_clause(clause));
                }
            }
            Stmt::Try(attempt) => {
                self.visit_body(&attempt.body);
                for handler in &attempt.handlers {
                    self.in_alternative(|walker| walker.visit_except_handler(handler));
                }
                self.visit_body(&attempt.orelse);
                self.visit_body(&attempt.finalbody);
            }
            Stmt::TypeAlias(alias) => {
                self.visit_expr(&alias.name);
                self.with_type_parameters(alias.type_params.as_deref(), |walker| {
                    walker.visit_expr(&alias.value);
                });
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn annotated_only(&mut self, assignment: &'a ast::StmtAnnAssign) {
        self.visit_annotation(&assignment.annotation);
        match &*assignment.target {
            Expr::Name(name) => {
                let name_id = self.name(&name.id);
                self.refer(self.scope, name_id, "store", name.range);
            }
            target => self.visit_expr(target),
        }
    }

    /// The definition that owns what a definition statement binds: the module if the name is declared `global`.
    pub(super) fn owner_of(&mut self, name: NameId) -> DefinitionId {
        let scope = self.declared_scope(self.scope, name).unwrap_or(self.scope);
        self.model.scope(scope).owner
    }

    /// Reads `__all__ = […]`, `+=` and its annotated form, where the value is a literal.
    fn exported_names(&mut self, target: &Expr, value: &Expr) {
        if self.scope != Model::MODULE
            || !matches!(target, Expr::Name(name) if name.id.as_str() == "__all__")
        {
            return;
        }
        let elements = match value {
            Expr::List(list) => list.elts.as_slice(),
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            // A computed list: only what is stated is known, so nothing is left out.
            _ => return,
        };
        let names = elements.iter().filter_map(|element| match element {
            Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
            _ => None,
        });
        self.model
            .exported_names
            .get_or_insert_default()
            .extend(names);
    }
}

impl<'a> Visitor<'a> for Walker<'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.deeper(|walker| walker.statement(statement));
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.deeper(|walker| walker.expression(expression));
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        if let Some(kind) = handler.type_.as_deref() {
            self.visit_expr(kind);
        }
        if let Some(name) = &handler.name {
            self.bind_identifier(name);
        }
        self.visit_body(&handler.body);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        self.deeper(|walker| {
            visitor::walk_pattern(walker, pattern);
            let name = match pattern {
                Pattern::MatchAs(pattern) => pattern.name.as_ref(),
                Pattern::MatchStar(pattern) => pattern.name.as_ref(),
                Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
                _ => None,
            };
            if let Some(name) = name {
                walker.bind_identifier(name);
            }
        });
    }
}

fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
