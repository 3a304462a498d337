"""Links between the repository's pages lead somewhere, and the commands they name exist."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from repository.examples.pages import pages

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)")
TOOL = re.compile(r"python3 (tools/\w+)")


def broken_links(root: Path) -> list[str]:
    """Return each relative link that leads nowhere, with its page."""
    return [
        f"{page.relative_to(root)}: {link}"
        for page in pages(root)
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]


def test_links_lead_somewhere(repository_root: Path) -> None:
    links = sum(
        len(LINK.findall(page.read_text(encoding="utf-8"))) for page in pages(repository_root)
    )
    assert links >= 10
    assert broken_links(repository_root) == []


def test_broken_link_is_reported(workspace: Workspace) -> None:
    workspace.write("README.md", "[a](docs/a.md#part) [b](docs/b.md) [c](https://c.example)")
    workspace.write("docs/a.md", "[up](../README.md)")
    assert broken_links(workspace.root) == ["README.md: docs/b.md"]


def test_commands_of_the_pages_exist(repository_root: Path) -> None:
    named = {
        tool for page in pages(repository_root) for tool in TOOL.findall(page.read_text("utf-8"))
    }
    assert {"tools/try", "tools/test"} <= named
    for tool in named:
        assert os.access(repository_root / tool, os.X_OK), tool
