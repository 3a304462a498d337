"""What `tools/functions` writes: which files, whether they are current, and the writing."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from repository.functions import accessors, pages
from repository.root import ROOT, script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from repository.functions.description import Description

PAGES = "docs/functions"
ACCESSORS = "packages/engine-py/src/codeanatomy/functions"
# What stands beside the written files and is not written.
BY_HAND = frozenset({f"{ACCESSORS}/_call.py"})


@dataclass(frozen=True)
class Outputs:
    """All files that belong to the functions of an engine.

    Attributes:
        files: The text of each, by its path below the root.
    """

    files: Mapping[str, str]

    def stale(self, root: Path) -> list[str]:
        """Compare with what is there.

        Args:
            root: The root of the repository.

        Returns:
            One line a file that is not current, sorted.
        """
        problems = [f"{path}: no function is behind it" for path in self.leftovers(root)]
        for path, text in self.files.items():
            file = root / path
            if not file.exists():
                problems.append(f"{path}: missing")
            elif file.read_text(encoding="utf-8") != text:
                problems.append(f"{path}: not what the engine says")
        return sorted(problems)

    def leftovers(self, root: Path) -> list[str]:
        """List the files that would not be written any more."""
        found = [*(root / PAGES).glob("*.md"), *(root / ACCESSORS).glob("*.py")]
        paths = {path.relative_to(root).as_posix() for path in found}
        return sorted(paths - set(self.files) - BY_HAND)

    def write(self, root: Path) -> list[str]:
        """Make everything current.

        Args:
            root: The root of the repository.

        Returns:
            The paths that changed or are gone.
        """
        changed = self.leftovers(root)
        for path in changed:
            (root / path).unlink()
        for path, text in self.files.items():
            file = root / path
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                changed.append(path)
        return changed


def outputs(functions: Sequence[Description], examples: Mapping[str, Sequence[str]]) -> Outputs:
    """Make all files.

    Args:
        functions: Every function.
        examples: The lines of an example for each that expressions call.

    Returns:
        The files as they have to be, Python formatted.
    """
    names = {function.name for function in functions}
    files = {f"{PAGES}/{function.name}.md": pages.page(function, names) for function in functions}
    files[f"{PAGES}/index.md"] = pages.index(functions)
    written = accessors.modules(
        [function for function in functions if function.kind != "table"], examples
    )
    for name, text in written.items():
        files[f"{ACCESSORS}/{name}"] = formatted(f"{ACCESSORS}/{name}", text)
    return Outputs(files)


def formatted(path: str, text: str) -> str:
    """Format Python as the repository's settings say.

    Args:
        path: Where the text will be, below the root.
        text: The text.
    """
    done = subprocess.run(
        [script("ruff"), "format", "--quiet", "--stdin-filename", path, "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return accessors.allow_long_lines(done.stdout)
