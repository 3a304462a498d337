"""What the site adds to the pages, as an extension of Sphinx."""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from autoapi import _astroid_utils
from autoapi._objects import PythonClass
from pygments.lexer import inherit
from pygments.lexers.sql import SqlLexer
from pygments.token import Punctuation

from repository.root import ROOT
from repository.site import changelogs, docstrings, function_pages, navigation

if TYPE_CHECKING:
    from autoapi._objects import PythonObject
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
LINK_TO_A_PAGE = re.compile(r"\]\(docs/")
# A name of Python in the text of a page, which no link holds.
PYTHON_NAME = re.compile(r"(?<![`\[\w])`(codeanatomy(?:_\w+)?(?:\.\w+)+|codeanatomy_\w+)`(?!`)")
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


class QueryLexer(SqlLexer):
    """SQL with the maps of DataFusion, `map {'a': 1}`."""

    tokens: ClassVar[dict[str, list[Any]]] = {"root": [(r"[{}]", Punctuation), inherit]}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, which calls this."""
    # A package's names that come from another of our packages belong to it as well. The reader of
    # the sources has no setting for that: it asks this function which imports are followed.
    _astroid_utils.is_local_import_from = docstrings.is_ours
    app.connect("source-read", read_page)
    app.connect("autoapi-skip-member", skip_member)
    texts = Docstrings()
    app.connect("autodoc-process-docstring", texts.before, priority=400)
    app.connect("autodoc-process-docstring", texts.after, priority=600)
    app.connect("missing-reference", find_documented)
    app.add_lexer("sql", QueryLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def read_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Lay out a page for the site, and put others below it."""
    if docname.startswith("api/"):
        return
    folder = Path(app.srcdir)
    text = source[0]
    if docname == "contributing":
        app.env.note_dependency(CONTRIBUTING)
        text = LINK_TO_A_PAGE.sub("](", CONTRIBUTING.read_text(encoding="utf-8"))
    elif docname == "changelog":
        for name in changelogs.linked(text):
            app.env.note_dependency(ROOT / name)
            for fragment in changelogs.fragments(ROOT / name):
                app.env.note_dependency(fragment)
        text = changelogs.change_page(text, ROOT)
    elif docname == "functions/index":
        pages: dict[str, dict[str, Any]] = {}
        for page in sorted((folder / "functions").glob("*.md")):
            if page.stem != "index":
                app.env.note_dependency(page)
                pages[page.stem] = function_pages.facts(page.read_text(encoding="utf-8"))
        text = function_pages.function_index(text, pages)
    elif docname.startswith("functions/"):
        text = function_pages.function_page(text)
    below = navigation.children(docname, app.env.found_docs)
    source[0] = link_names(text) + navigation.toctree(below)


def link_names(text: str) -> str:
    """Make links of the Python names in the text of a page, but not in its blocks of code.

    Args:
        text: The page.
    """
    parts = FENCED.split(text)
    parts[::2] = (PYTHON_NAME.sub(r"{py:obj}`\1`", part) for part in parts[::2])
    return "".join(parts)


def skip_member(
    _app: Sphinx,
    what: str,
    name: str,
    member: PythonObject,
    skip: bool,  # noqa: FBT001 - Sphinx passes it by position
    _options: object,
) -> bool:
    """Leave out the modules that are no part of the interface, and complete classes."""
    if what in {"module", "package"}:
        return not docstrings.is_documented(name)
    if isinstance(member, PythonClass):
        # Asked once, when everything is read: the one place where a class and its text meet.
        types: dict[str, str | None] = {
            child.short_name: getattr(child, "annotation", None) for child in member.attributes
        }
        lines = docstrings.with_types(member.docstring.splitlines(), types)
        member.docstring = "\n".join(lines)
        member.bases[:] = filter(docstrings.is_public, member.bases)
    return skip


class Docstrings:
    """Rewrites docstrings before and after napoleon, which makes fields of their sections."""

    def __init__(self) -> None:
        """Start without a docstring."""
        self.whole: list[str] | None = None

    def before(
        self,
        _app: Sphinx,
        what: str,
        _name: str,
        _member: object,
        _options: object,
        lines: list[str],
    ) -> None:
        """Write blocks of code as Sphinx reads them, and keep what napoleon would misread."""
        lines[:] = docstrings.restructured("\n".join(lines)).split("\n")
        # Napoleon takes what stands before the first colon for the type of an attribute.
        self.whole = list(lines) if what in {"attribute", "data", "property"} else None

    def after(
        self,
        _app: Sphinx,
        what: str,
        _name: str,
        _member: object,
        _options: object,
        lines: list[str],
    ) -> None:
        """Restore what was kept, and write the errors of a module, which has no fields, as text."""
        if self.whole is not None:
            lines[:] = self.whole
        if what in {"module", "package"}:
            lines[:] = docstrings.with_errors_as_text(lines)


def find_documented(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element
) -> Element | None:
    """Lead a link to a name without an entry to where the name is documented."""
    if node.get("refdomain") != "py":
        return None
    domain = env.domains.python_domain
    page = str(node["refdoc"])
    for name in docstrings.documented_names(str(node["reftarget"])):
        if name in domain.objects:
            found = domain.resolve_any_xref(env, page, app.builder, name, node, content)
            return found[0][1]
    return None
