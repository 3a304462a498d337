//! Reads expressions like `a.b.c`: what they start with and which attributes are taken from it.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use smallvec::SmallVec;

use crate::syntax::model::{Dotted, Root};
use crate::syntax::walk::Walker;

/// The root and attributes of `expression`.
pub(crate) fn dotted<'a>(walker: &mut Walker<'a, '_>, expression: &'a Expr) -> Dotted {
    let mut attributes = SmallVec::new();
    let mut root = expression;
    while let Expr::Attribute(attribute) = root {
        attributes.push(walker.name(&attribute.attr.id));
        root = &attribute.value;
    }
    attributes.reverse();
    let root = match root {
        Expr::Name(name) => Root::Name(walker.name(&name.id)),
        Expr::Call(call) => match &*call.func {
            Expr::Name(name)
                if name.id.as_str() == "super"
                    && call.arguments.args.is_empty()
                    && call.arguments.keywords.is_empty() =>
            {
                Root::Super
            }
            _ => Root::Call,
        },
        Expr::Subscript(_) => Root::Subscript,
        other => builtin_of_literal(other).map_or(Root::Other, Root::Builtin),
    };
    Dotted {
        root,
        attributes,
        range: expression.range(),
    }
}

/// The builtin type of a literal or display.
pub(crate) fn builtin_of_literal(expression: &Expr) -> Option<&'static str> {
    Some(match expression {
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NumberLiteral(number) => match number.value {
            ruff_python_ast::Number::Int(_) => "int",
            ruff_python_ast::Number::Float(_) => "float",
            ruff_python_ast::Number::Complex { .. } => "complex",
        },
        Expr::BooleanLiteral(_) => "bool",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        _ => return None,
    })
}
