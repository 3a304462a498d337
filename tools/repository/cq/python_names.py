"""What a name does at its place in Python: whether it is imported, bound or called there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
# The field of a node that holds the name or names which it binds.
BINDING_FIELDS = {
    "assignment": "left",
    "class_definition": "name",
    "default_parameter": "name",
    "for_in_clause": "left",
    "for_statement": "left",
    "function_definition": "name",
    "named_expression": "name",
    "type_alias_statement": "left",
    "typed_default_parameter": "name",
}
# Nodes all of whose names are bound.
BINDING_NODES = frozenset({"as_pattern_target", "lambda_parameters", "parameters"})
# What may stand between a name and the node that binds it.
PATTERNS = frozenset(
    {
        "dictionary_splat_pattern",
        "list",
        "list_pattern",
        "list_splat",
        "list_splat_pattern",
        "parenthesized_expression",
        "pattern_list",
        "tuple",
        "tuple_pattern",
        "type",
    }
)


def is_imported(node: Node) -> bool:
    """Tell whether a name stands in an import statement."""
    current: Node | None = node
    while current is not None:
        if current.type in IMPORTS:
            return True
        if current.type.endswith("_definition") or current.type == "block":
            return False
        current = current.parent
    return False


def is_called(node: Node) -> bool:
    """Tell whether a name is what a call calls; of `a.b()` that is `b`."""
    target = whole_attribute(node)
    parent = target.parent
    if parent is not None and parent.type == "list_splat":
        # In `[*a()]` the grammar takes the star first.
        target, parent = parent, parent.parent
    return (
        parent is not None
        and parent.type == "call"
        and parent.child_by_field_name("function") == target
    )


def is_defined(node: Node) -> bool:
    """Tell whether a statement binds a name here: defines, assigns, takes as a parameter."""
    if node.type != "identifier":
        return False
    current = whole_attribute(node)
    while (parent := current.parent) is not None and parent.type in PATTERNS:
        current = parent
    return is_captured(node) or (parent is not None and binds(parent, current))


def binds(node: Node, child: Node) -> bool:
    """Tell whether a node binds the names of one of its children.

    Args:
        node: Any node.
        child: One that stands directly below it.
    """
    field = BINDING_FIELDS.get(node.type)
    if field is not None:
        return node.child_by_field_name(field) == child
    if node.type == "typed_parameter":
        # The first child is the name, with its stars; the annotation is the field `type`.
        return node.child_by_field_name("type") != child
    if node.type == "type_parameter":
        # The grammar has one name for the parameters of a definition and for the arguments of a
        # type.
        return node.parent is not None and node.parent.type.endswith("_definition")
    return node.type in BINDING_NODES


def is_captured(node: Node) -> bool:
    """Tell whether a pattern of a `case` binds a name here."""
    parent = node.parent
    if parent is None or parent.parent is None:
        return False
    if parent.type == "dotted_name":
        values = {"case_pattern", "keyword_pattern", "union_pattern"}
        return parent.child_count == 1 and parent.parent.type in values
    before = node.prev_sibling
    return parent.type == "splat_pattern" or (
        parent.type == "as_pattern" and before is not None and before.type == "as"
    )


def whole_attribute(node: Node) -> Node:
    """Return the attribute access that a name is the last part of, or the name itself."""
    parent = node.parent
    if (
        parent is not None
        and parent.type == "attribute"
        and parent.child_by_field_name("attribute") == node
    ):
        return parent
    return node
