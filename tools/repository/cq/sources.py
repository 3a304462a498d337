"""The source files below some paths, and what language each is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from repository.layout import NOT_SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Language = Literal["python", "rust"]

SUFFIXES: dict[str, Language] = {".py": "python", ".pyi": "python", ".rs": "rust"}


def source_files(
    paths: Iterable[Path], language: Language | None = None
) -> list[tuple[Path, Language]]:
    """List source files in the order of their paths.

    Args:
        paths: Files and directories. A directory is read at any depth, but for hidden directories
            and those that tools build into.
        language: The only language to list, or None for both. A file that is named itself is
            listed under its own language all the same.

    Returns:
        Each file once, with its language. A program without a suffix whose first line starts
        Python is Python. What is neither is left out.
    """
    found: dict[Path, Language] = {}
    for path in paths:
        for file in [path] if path.is_file() else files_below(path):
            own = language_of(file)
            if own is not None and language in {None, own}:
                found[file] = own
    return sorted(found.items())


def files_below(directory: Path) -> Iterator[Path]:
    """Walk a directory, without links to directories and without what tools put there."""
    for folder, directories, files in os.walk(directory):
        directories[:] = [
            name for name in directories if name not in NOT_SOURCES and not name.startswith(".")
        ]
        for name in files:
            yield Path(folder, name)


def language_of(path: Path) -> Language | None:
    """Tell the language of a file by its suffix, and of one without a suffix by its first line."""
    if path.suffix:
        return SUFFIXES.get(path.suffix)
    if path.name.startswith(".") or not path.is_file():
        return None
    with path.open("rb") as file:
        first = file.readline(200)
    return "python" if first.startswith(b"#!") and b"python" in first else None
