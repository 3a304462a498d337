"""Tells what stands at a place of a source file: a definition, call, import, comment, string."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import tree_sitter_python
import tree_sitter_rust
from tree_sitter import Language as Grammar
from tree_sitter import Parser

from repository.cq import python_names, rust_names

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from repository.cq.sources import Language

Kind = Literal["definition", "import", "call", "reference", "comment", "string", "unparsed"]

GRAMMARS: dict[Language, Grammar] = {
    "python": Grammar(tree_sitter_python.language()),
    "rust": Grammar(tree_sitter_rust.language()),
}
# Of a match with several names, the one that says most decides.
STRENGTH: tuple[Kind, ...] = ("definition", "import", "call", "reference", "comment", "string")
WORD = re.compile(r"\w+")
COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
STRINGS = frozenset({"string", "string_literal", "raw_string_literal", "char_literal"})


class SyntaxTree:
    """The syntax of one file."""

    def __init__(self, tree: Tree, language: Language) -> None:
        """Take what `parse` made."""
        self._tree = tree
        self._is_python = language == "python"

    @classmethod
    def parse(cls, source: bytes, language: Language) -> SyntaxTree | None:
        """Parse a file.

        Args:
            source: Its bytes, in UTF-8.
            language: What it is written in.

        Returns:
            None when the grammar does not accept the whole file.
        """
        tree = Parser(GRAMMARS[language]).parse(source)
        return None if tree.root_node.has_error else cls(tree, language)

    def kind(self, row: int, line: str, column: int, matched: str) -> Kind:
        """Tell what a match is.

        Args:
            row: The line of its first character, from 0.
            line: That line's text.
            column: The character's place in the line, from 0.
            matched: The matched text; what of it stands on later lines is not looked at.

        Returns:
            Of all names that the match touches, the strongest kind: a definition, an import, a
            call, a reference. A match without a name is a reference where it is code.
        """
        end = min(column + len(matched.partition("\n")[0]), len(line))
        touched = {
            self._kind_at(row, len(line[:place].encode()))
            for place in places_of_names(line, column, end)
        }
        return next(kind for kind in STRENGTH if kind in touched)

    def _kind_at(self, row: int, column: int) -> Kind:
        """Tell what stands at a byte of a line."""
        node = self._tree.root_node.descendant_for_point_range((row, column), (row, column))
        if node is None:
            return "reference"
        text = text_around(node)
        if text is not None:
            return text
        names = python_names if self._is_python else rust_names
        if names.is_imported(node):
            return "import"
        if names.is_defined(node):
            return "definition"
        return "call" if names.is_called(node) else "reference"


def places_of_names(line: str, begin: int, end: int) -> list[int]:
    """Return the first place of every word that a range of a line touches, inside the range."""
    touched = (word.span() for word in WORD.finditer(line))
    # What has no word in it, such as an operator, stands for itself.
    return [max(begin, first) for first, last in touched if first < end and begin < last] or [begin]


def text_around(node: Node) -> Literal["comment", "string"] | None:
    """Tell whether a node is part of a comment or of a string's text, as opposed to its code."""
    current: Node | None = node
    while current is not None:
        if current.type in COMMENTS:
            return "comment"
        if current.type in STRINGS:
            return "string"
        # What stands between the braces of a formatted string is code.
        if current.type == "interpolation":
            return None
        current = current.parent
    return None
