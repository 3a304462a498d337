//! Functions, lambdas, classes and their parameters.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Expr, Identifier, Parameters, TypeParam, TypeParams};
use ruff_text_size::{TextRange, TextSize};

use crate::syntax::callee::dotted;
use crate::syntax::model::{
    Base, Definition, DefinitionId, DefinitionKind, Parent, ScopeKind, Target,
};
use crate::syntax::walk::Walker;

impl<'a> Walker<'a, '_> {
    pub(super) fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        let name = self.name(&function.name.id);
        let owner = self.owner_of(name);
        let start = self.keyword_start(&function.decorator_list, function.range.start());
        let scope = self.model.scope(self.scope);
        let is_method = scope.kind == ScopeKind::Class
            && !function.decorator_list.iter().any(|decorator| {
                matches!(&decorator.expression, Expr::Name(name) if name.id.as_str() == "staticmethod")
            });
        let receiver = scope.class.filter(|_| is_method);
        let definition = self.define(Definition {
            kind: DefinitionKind::Function,
            name,
            owner,
            parent: self.parent,
            range: TextRange::new(start, function.range.end()),
            name_range: function.name.range,
            is_async: function.is_async,
            parameter_kind: None,
            receiver_of: None,
        });
        self.in_parent(Parent::Definition(definition), |walker| {
            walker.defaults(&function.parameters);
            walker.with_type_parameters(function.type_params.as_deref(), |walker| {
                walker.annotations(&function.parameters, function.returns.as_deref());
                walker.function_scope(definition, receiver, Some(&function.parameters), |walker| {
                    walker.visit_body(&function.body);
                });
            });
        });
        self.bind(self.scope, name, Target::Definition(definition));
    }

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        if let Some(parameters) = lambda.parameters.as_deref() {
            self.defaults(parameters);
        }
        let name = self.model.names.intern("<lambda>");
        let definition = self.define(Definition {
            kind: DefinitionKind::Lambda,
            name,
            owner: self.owner(),
            parent: self.parent,
            range: lambda.range,
            name_range: TextRange::empty(lambda.range.start()),
            is_async: false,
            parameter_kind: None,
            receiver_of: None,
        });
        self.in_parent(Parent::Definition(definition), |walker| {
            walker.function_scope(definition, None, lambda.parameters.as_deref(), |walker| {
                walker.visit_expr(&lambda.body);
            });
        });
    }

    pub(super) fn class(&mut self, class: &'a ast::StmtClassDef) {
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        let name = self.name(&class.name.id);
        let owner = self.owner_of(name);
        let start = self.keyword_start(&class.decorator_list, class.range.start());
        let definition = self.define(Definition {
            kind: DefinitionKind::Class,
            name,
            owner,
            parent: self.parent,
            range: TextRange::new(start, class.range.end()),
            name_range: class.name.range,
            is_async: false,
            parameter_kind: None,
            receiver_of: None,
        });
        self.in_parent(Parent::Definition(definition), |walker| {
            walker.with_type_parameters(class.type_params.as_deref(), |walker| {
                if let Some(arguments) = class.arguments.as_deref() {
                    walker.visit_arguments(arguments);
                    walker.bases(definition, arguments);
                }
                // Private names take the class's name as written.
                let written = walker.model.names.intern(&class.name.id);
                let outer = walker.class_name.replace(written);
                walker.in_scope(ScopeKind::Class, definition, Some(definition), |walker| {
                    walker.visit_body(&class.body);
                });
                walker.class_name = outer;
            });
        });
        self.bind(self.scope, name, Target::Definition(definition));
    }

    fn bases(&mut self, class: DefinitionId, arguments: &'a ast::Arguments) {
        for (position, base) in (0_i32..).zip(arguments.args.iter()) {
            // `Generic[T]` names the class `Generic`.
            let base = match base {
                Expr::Subscript(subscript) => &subscript.value,
                base => base,
            };
            let expression = dotted(self, base);
            let site = self.site();
            self.model.bases.push(Base {
                class,
                position,
                expression,
                site,
            });
        }
    }

    fn function_scope(
        &mut self,
        definition: DefinitionId,
        receiver: Option<DefinitionId>,
        parameters: Option<&'a Parameters>,
        run: impl FnOnce(&mut Self),
    ) {
        let class = self.model.scope(self.scope).class;
        self.in_scope(ScopeKind::Function, definition, class, |walker| {
            if let Some(parameters) = parameters {
                walker.parameters(definition, receiver, parameters);
            }
            run(walker);
        });
    }

    fn parameters(
        &mut self,
        owner: DefinitionId,
        mut receiver: Option<DefinitionId>,
        parameters: &'a Parameters,
    ) {
        let groups = [
            ("positional_only", &parameters.posonlyargs),
            ("positional_or_keyword", &parameters.args),
            ("keyword_only", &parameters.kwonlyargs),
        ];
        for (kind, group) in groups {
            for parameter in group {
                let receiver = if kind == "keyword_only" {
                    None
                } else {
                    receiver.take()
                };
                self.parameter(owner, kind, receiver, &parameter.parameter);
            }
        }
        let variadic = [
            ("variadic_positional", &parameters.vararg),
            ("variadic_keyword", &parameters.kwarg),
        ];
        for (kind, parameter) in variadic {
            if let Some(parameter) = parameter {
                self.parameter(owner, kind, None, parameter);
            }
        }
    }

    fn parameter(
        &mut self,
        owner: DefinitionId,
        kind: &'static str,
        receiver: Option<DefinitionId>,
        parameter: &'a ast::Parameter,
    ) {
        let name = self.name(&parameter.name.id);
        // A range starts at the name, as in CPython's `ast.arg`: without the stars of a variadic parameter.
        let range = TextRange::new(parameter.name.range.start(), parameter.range.end());
        let definition = self.define(Definition {
            kind: DefinitionKind::Parameter,
            name,
            owner,
            parent: self.parent,
            range,
            name_range: parameter.name.range,
            is_async: false,
            parameter_kind: Some(kind),
            receiver_of: receiver,
        });
        // An assignment to a parameter binds the parameter again, so it is the variable of its name.
        self.model.symbol_mut(self.scope, name).variable = Some(definition);
        self.bind(self.scope, name, Target::Definition(definition));
    }

    fn defaults(&mut self, parameters: &'a Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default.as_deref() {
                self.visit_expr(default);
            }
        }
    }

    fn annotations(&mut self, parameters: &'a Parameters, returns: Option<&'a Expr>) {
        for parameter in parameters {
            if let Some(annotation) = parameter.as_parameter().annotation.as_deref() {
                self.visit_annotation(annotation);
            }
        }
        if let Some(returns) = returns {
            self.visit_annotation(returns);
        }
    }

    pub(super) fn with_type_parameters(
        &mut self,
        parameters: Option<&'a TypeParams>,
        run: impl FnOnce(&mut Self),
    ) {
        let Some(parameters) = parameters else {
            run(self);
            return;
        };
        let owner = self.owner();
        let class = self.model.scope(self.scope).class;
        self.in_scope(ScopeKind::TypeParameters, owner, class, |walker| {
            for parameter in &parameters.type_params {
                walker.bind_identifier(type_parameter_name(parameter));
                walker.visit_type_param(parameter);
            }
            run(walker);
        });
    }

    /// Where `def`, `async` or `class` stands: the range of a decorated definition starts at its first decorator.
    fn keyword_start(&self, decorators: &[ast::Decorator], start: TextSize) -> TextSize {
        let Some(last) = decorators.last() else {
            return start;
        };
        let mut offset = last.range.end().to_usize();
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(offset) {
            match byte {
                b'#' => {
                    while bytes
                        .get(offset)
                        .is_some_and(|byte| !matches!(byte, b'\n' | b'\r'))
                    {
                        offset += 1;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'\\' => offset += 1,
                _ => break,
            }
        }
        TextSize::try_from(offset).unwrap_or(start)
    }
}

fn type_parameter_name(parameter: &TypeParam) -> &Identifier {
    match parameter {
        TypeParam::TypeVar(parameter) => &parameter.name,
        TypeParam::ParamSpec(parameter) => &parameter.name,
        TypeParam::TypeVarTuple(parameter) => &parameter.name,
    }
}
