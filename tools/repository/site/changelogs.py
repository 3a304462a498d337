"""The page of changes: the changelogs of the packages, with what has not been released yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from repository.releases import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HEADING = re.compile(r"^#+ ", re.MULTILINE)
LINK = re.compile(r"^- \[[\w-]+\]\(\.\./(packages/[\w-]+/CHANGELOG\.md)\)\n", re.MULTILINE)


def linked(text: str) -> list[str]:
    """List the changelogs that the page leads to.

    Args:
        text: The page, as it is in `docs`.

    Returns:
        Their paths below the root of the repository.
    """
    return LINK.findall(text)


def change_page(text: str, root: Path) -> str:
    """Write the changelogs themselves where the page has links to them.

    Args:
        text: The page, as it is in `docs`.
        root: The root of the repository.
    """
    changelogs = [
        with_fragments((root / name).read_text(encoding="utf-8"), fragments(root / name))
        for name in linked(text)
    ]
    return "\n".join([LINK.sub("", text), *(HEADING.sub(r"#\g<0>", each) for each in changelogs)])


def fragments(changelog: Path) -> list[Path]:
    """List the files with changes that the changelog does not have yet.

    Args:
        changelog: The changelog's file.
    """
    return sorted(changelog.parent.glob("changelog.d/+*.md"))


def with_fragments(changelog: str, waiting: Iterable[Path]) -> str:
    """Put what has not been released yet before the versions of a changelog.

    Args:
        changelog: The changelog, whose title is its first line.
        waiting: The files of the changes.
    """
    title, _, released = changelog.partition("\n")
    parts = [title]
    by_kind = {
        kind: [path for path in waiting if path.suffixes[-2] == f".{kind}"] for kind in KINDS
    }
    if any(by_kind.values()):
        parts.append("## Not released yet")
    for kind, paths in by_kind.items():
        if paths:
            lines = (f"- {path.read_text(encoding='utf-8').strip()}" for path in paths)
            parts += [f"### {kind.capitalize()}", "\n".join(lines)]
    return "\n\n".join([*parts, released.strip()]) + "\n"
