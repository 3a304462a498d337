"""Python's own `tokenize` and `ast` tell what every name, comment and string of a source is."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[int, int]


def kinds_of_tokens(source: str) -> Iterator[tuple[Place, str, str]]:
    """Yield what each token is.

    Args:
        source: A module that parses.

    Yields:
        The token's line, from 1, and its column in characters, from 0; its text; its kind as
        `tools/cq` names it. Formatted strings are left out: older Pythons see one token in them.
    """
    tree = ast.parse(source)
    places = Places(source)
    places.visit(tree)
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        place, text = token.start, token.string
        if token.type == tokenize.COMMENT:
            yield place, text, "comment"
        elif token.type == tokenize.STRING and "f" not in text[: text.index(text[-1])].lower():
            yield place, text, "string"
        elif token.type == tokenize.NAME and not keyword.iskeyword(text):
            if any(begin <= place < end for begin, end in places.imports):
                kind = "import"
            elif before in {"def", "class", "as"} or place in places.bound:
                kind = "definition"
            else:
                kind = "call" if place in places.called else "reference"
            yield place, text, kind
        if token.type not in {tokenize.NL, tokenize.COMMENT}:
            before = text


class Places(ast.NodeVisitor):
    """Collects where names are bound, called and imported, by line and column in characters."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.bound: set[Place] = set()
        self.called: set[Place] = set()
        self.imports: list[tuple[Place, Place]] = []

    def place(self, line: int, byte: int) -> Place:
        return line, len(self.lines[line - 1].encode()[:byte].decode())

    def of_name(self, node: ast.expr) -> Place | None:
        """Return where a name, or the last name of an attribute access, begins."""
        if isinstance(node, ast.Name):
            return self.place(node.lineno, node.col_offset)
        if isinstance(node, ast.Attribute):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            end = self.place(node.end_lineno, node.end_col_offset)
            return end[0], end[1] - len(node.attr)
        return None

    def visit_Name(self, node: ast.Name | ast.Attribute) -> None:
        place = self.of_name(node)
        if isinstance(node.ctx, ast.Store) and place is not None:
            self.bound.add(place)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit_Name(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        # What is added to was bound before.
        self.generic_visit(node)
        place = self.of_name(node.target)
        if place is not None:
            self.bound.remove(place)

    def visit_arg(self, node: ast.arg) -> None:
        self.bound.add(self.place(node.lineno, node.col_offset))
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name is not None and node.pattern is None:
            self.bound.add(self.place(node.lineno, node.col_offset))
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        # `*_` binds nothing.
        if node.name is not None:
            line, column = self.place(node.lineno, node.col_offset)
            self.bound.add((line, column + 1))

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest is not None:
            assert node.end_lineno is not None
            line = self.lines[node.end_lineno - 1]
            self.bound.add((node.end_lineno, line.index("**") + 2))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        place = self.of_name(node.func)
        if place is not None:
            self.called.add(place)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin = self.place(node.lineno, node.col_offset)
        self.imports.append((begin, self.place(node.end_lineno, node.end_col_offset)))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.visit_Import(node)
