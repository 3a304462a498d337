"""What a name does at its place in Rust: whether it is imported, defined or called there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

NAMES = frozenset(
    {
        "field_identifier",
        "identifier",
        "shorthand_field_identifier",
        "type_identifier",
    }
)
# Items and parts of items that give their field `name` its meaning.
DEFINING = frozenset(
    {
        "associated_type",
        "const_item",
        "enum_item",
        "enum_variant",
        "field_declaration",
        "function_item",
        "function_signature_item",
        "macro_definition",
        "mod_item",
        "static_item",
        "struct_item",
        "trait_item",
        "type_item",
        "type_parameter",
        "union_item",
    }
)
# Nodes whose field `pattern` binds names.
BINDING = frozenset(
    {
        "for_expression",
        "let_condition",
        "let_declaration",
        "match_arm",
        "parameter",
    }
)
PATTERNS = frozenset(
    {
        "captured_pattern",
        "field_pattern",
        "match_pattern",
        "mut_pattern",
        "or_pattern",
        "ref_pattern",
        "reference_pattern",
        "slice_pattern",
        "struct_pattern",
        "tuple_pattern",
        "tuple_struct_pattern",
    }
)
# Inside a macro's arguments there are tokens only: the word before tells.
DEFINING_WORDS = frozenset(
    {
        "const",
        "enum",
        "fn",
        "let",
        "macro_rules!",
        "mod",
        "static",
        "struct",
        "trait",
        "type",
        "union",
    }
)


def is_imported(node: Node) -> bool:
    """Tell whether a name stands in a `use` or an `extern crate`."""
    current: Node | None = node
    while current is not None:
        if current.type in {"use_declaration", "extern_crate_declaration"}:
            return True
        if current.type in {"block", "declaration_list"}:
            return False
        current = current.parent
    return False


def is_called(node: Node) -> bool:
    """Tell whether a name is what a call or a macro call calls; of `a::b(c)` that is `b`."""
    parent = node.parent
    if parent is not None and parent.type == "token_tree":
        following = node.next_sibling
        if following is not None and following.type == "!":
            following = following.next_sibling
            return following is not None and following.type == "token_tree"
        return (
            following is not None
            and following.type == "token_tree"
            and following.children[0].type == "("
        )
    target = whole_path(node)
    parent = target.parent
    if parent is not None and parent.type == "generic_function":
        target, parent = parent, parent.parent
    if parent is None:
        return False
    field = {"call_expression": "function", "macro_invocation": "macro"}.get(parent.type)
    return field is not None and parent.child_by_field_name(field) == target


def is_defined(node: Node) -> bool:
    """Tell whether a name is defined or bound here."""
    parent = node.parent
    if parent is None or node.type not in NAMES:
        return False
    if parent.type == "token_tree":
        before = node.prev_sibling
        if before is not None and before.type == "mutable_specifier":
            before = before.prev_sibling
        return before is not None and before.type in DEFINING_WORDS
    if parent.type in DEFINING:
        return parent.child_by_field_name("name") == node
    return binds(node)


def binds(node: Node) -> bool:
    """Tell whether a name stands in a pattern as a variable, and not as a constant or a type."""
    current = node
    while (parent := current.parent) is not None and parent.type in PATTERNS:
        if not is_pattern(parent, current):
            return False
        current = parent
    bound = parent is not None and (
        parent.type == "closure_parameters"
        or (parent.type in BINDING and parent.child_by_field_name("pattern") == current)
    )
    return bound and node.type != "type_identifier" and is_variable(node)


def is_pattern(node: Node, child: Node) -> bool:
    """Tell whether a child of a pattern is a pattern, and not its type, a field or a condition."""
    if node.type == "field_pattern":
        return node.child_by_field_name("pattern") in {None, child}
    field = {
        "match_pattern": "condition",
        "struct_pattern": "type",
        "tuple_struct_pattern": "type",
    }.get(node.type)
    return field is None or node.child_by_field_name(field) != child


def is_variable(node: Node) -> bool:
    """Tell by its first letter whether a name is a variable; the language's lints hold to that."""
    return node.text is not None and not node.text[:1].isupper()


def whole_path(node: Node) -> Node:
    """Return the path or field access that a name is the last part of, or the name itself."""
    parent = node.parent
    field = (
        None
        if parent is None
        else {"field_expression": "field", "scoped_identifier": "name"}.get(parent.type)
    )
    if parent is not None and field is not None and parent.child_by_field_name(field) == node:
        return parent
    return node
