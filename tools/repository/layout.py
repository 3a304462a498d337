"""The size and the opening of source files: small files that say what they are for."""

from __future__ import annotations

import ast
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MEDIAN_LINES = 150
NINE_IN_TEN_LINES = 400
MOST_LINES = 600
SUFFIXES = frozenset({".py", ".pyi", ".rs"})
NOT_SOURCES = frozenset({"__pycache__", "target", "dist", "build", ".venv", ".uv", ".git"})


@dataclass(frozen=True)
class Layout:
    """What was found.

    Attributes:
        seen: How many source files were read.
        problems: One line a file or figure that breaks a rule.
    """

    seen: int
    problems: tuple[str, ...]


def check_layout(directories: Iterable[Path]) -> Layout:
    """Read every source file and hold it against the rules.

    Args:
        directories: Where to look, below them at any depth.

    Returns:
        How many files were seen, and what is wrong. The figures over all files are checked from ten
        files on.
    """
    lengths: list[int] = []
    problems: list[str] = []
    for path in sorted(source_files(directories)):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        lengths.append(lines)
        if lines > MOST_LINES:
            problems.append(f"{path}: {lines} lines, at most {MOST_LINES}: split it by meaning")
        if lines and not opens_with_purpose(path, text):
            problems.append(f"{path}: does not open with a doc comment that says what it is for")
    if len(lengths) >= 10:  # noqa: PLR2004 - deciles need ten values
        median = statistics.median(lengths)
        ninth_decile = statistics.quantiles(lengths, n=10)[8]
        if median > MEDIAN_LINES:
            problems.append(f"median of {median:.0f} lines a file, at most {MEDIAN_LINES}")
        if ninth_decile > NINE_IN_TEN_LINES:
            problems.append(
                f"nine files in ten have up to {ninth_decile:.0f} lines,"
                f" at most {NINE_IN_TEN_LINES}"
            )
    return Layout(len(lengths), tuple(problems))


def source_files(directories: Iterable[Path]) -> list[Path]:
    """List the source files below some directories, without what tools put there."""
    return [
        path
        for directory in directories
        for path in directory.rglob("*")
        if path.suffix in SUFFIXES and path.is_file() and NOT_SOURCES.isdisjoint(path.parts)
    ]


def opens_with_purpose(path: Path, text: str) -> bool:
    """Tell whether a file starts with a doc comment.

    Args:
        path: Its suffix tells the language.
        text: What is in it.

    Returns:
        True for a Python module with a docstring and for a Rust file whose first line that is no
        plain comment is a `//!` comment.
    """
    if path.suffix == ".rs":
        first = next((line for line in text.splitlines() if not is_plain_comment(line)), "")
        return first.startswith("//!")
    return ast.get_docstring(ast.parse(text)) is not None


def is_plain_comment(line: str) -> bool:
    """Tell whether a line of Rust is empty or a `//` comment that documents nothing."""
    text = line.strip()
    return not text or (text.startswith("//") and not text.startswith(("//!", "///")))
