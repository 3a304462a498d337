"""One way to break a project: a statement put into a function, or a text that is replaced."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class MutationError(Exception):
    """A mutation does not fit the source that it was written for."""


@dataclass(frozen=True)
class Mutation:
    """A change of one file that makes tests fail. Its name is the label of what fails by it.

    Attributes:
        name: Unique in its project.
        path: The file, relative to the project.
        kind: What it stands for: `raise`, `value`, `signature`, `import`, `fixture`, `chain`, ….
        old: The text that is replaced, once; or the qualified name of a function.
        new: What stands there afterwards; or the statement that becomes the function's first.
        inserted: Whether `old` is a function.
        options: What pytest needs to be told for this failure to show, such as a time limit.
    """

    name: str
    path: str
    kind: str
    old: str
    new: str
    inserted: bool = True
    options: tuple[str, ...] = ()

    def apply(self, root: Path) -> None:
        """Change the file below a project's copy.

        Raises:
            MutationError: If the function or the text is not there.
        """
        path = root / self.path
        text = path.read_text(encoding="utf-8")
        path.write_text(
            self._insert(text) if self.inserted else self._replace(text), encoding="utf-8"
        )

    def _insert(self, text: str) -> str:
        body = body_of(ast.parse(text), self.old)
        if not body:
            raise MutationError(f"{self.name}: {self.path} has no function {self.old}")
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        first = body[1] if documented and len(body) > 1 else body[0]
        lines = text.splitlines(keepends=True)
        indent = " " * first.col_offset
        number = min(
            [first.lineno, *(entry.lineno for entry in getattr(first, "decorator_list", []))]
        )
        added = "".join(f"{indent}{line}\n" for line in self.new.splitlines())
        return "".join([*lines[: number - 1], added, *lines[number - 1 :]])

    def _replace(self, text: str) -> str:
        if text.count(self.old) != 1:
            raise MutationError(f"{self.name}: {self.path} has {self.old!r} not exactly once")
        return text.replace(self.old, self.new)


def body_of(tree: ast.Module, qualified: str) -> list[ast.stmt]:
    """Return the statements of the last function of a qualified name, or none."""
    body: list[ast.stmt] = tree.body
    for name in qualified.split("."):
        found = [
            node
            for node in body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        ]
        if not found:
            return []
        # Overloads come before the function itself.
        body = found[-1].body
    return body
