"""Which page stands below which on the site. On a forge, the pages' own links do that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What stands in the head of every page; below each, what the side of the page lists.
NAVIGATION = {
    "index": ("getting-started", "data-engineering", "testing", "reference", "project"),
    "getting-started": ("python",),
    "data-engineering": (
        "sql",
        "datasets",
        "datasets-write",
        "bootstrap",
        "delta",
        "delta-maintenance",
        "validation",
        "portable",
    ),
    "testing": ("testkit", "goldens", "triage"),
    "reference": ("functions/index", "tables", "command-line", "errors", "python-api"),
    "python-api": (
        "api/codeanatomy/index",
        "api/codeanatomy_engine/index",
        "api/codeanatomy_portable/index",
        "api/codeanatomy_testkit/index",
    ),
    "project": ("performance", "contributing", "releasing", "changelog"),
}


def children(page: str, pages: Iterable[str]) -> tuple[str, ...]:
    """Return what stands below a page.

    Args:
        page: The page's path below `docs`, without its suffix.
        pages: All pages.

    Returns:
        The pages below it in their order; below the list of functions stands each function.
    """
    if page == "functions/index":
        found = (each for each in pages if each.startswith("functions/"))
        return tuple(sorted(each for each in found if each != page))
    return NAVIGATION.get(page, ())


def toctree(below: Iterable[str]) -> str:
    """Write what makes Sphinx put pages below the one that has it, without showing a list.

    Args:
        below: Pages, by their paths below `docs`.
    """
    lines = "\n".join(f"/{page}" for page in below)
    return f"\n```{{toctree}}\n:hidden:\n\n{lines}\n```\n" if lines else ""
