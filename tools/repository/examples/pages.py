"""The pages whose examples are run, and the parser that finds the examples in them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sybil import Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown import CodeBlockParser

from repository.examples.evaluators import EVALUATORS
from repository.examples.given import enter, leave
from repository.examples.not_run import NOT_RUN, Block
from repository.root import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sybil import Document, Region

PROMPT = ">>> "
# What a function page shows below this heading is how to write a call, and no call.
SYNTAX = "## Call\n\n"


def pages(root: Path) -> list[Path]:
    """List the pages that people read.

    Args:
        root: The root of the repository.
    """
    found = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("packages/*/*.md")]
    return sorted(found)


def blocks(document: Document) -> Iterator[tuple[Block, str, Region]]:
    """Find the blocks of a page that can be run.

    Args:
        document: The page.

    Yields:
        Each block with its language and its place.
    """
    page = Path(os.path.relpath(document.path, ROOT)).as_posix()
    for language, evaluate in EVALUATORS.items():
        for region in CodeBlockParser(language, evaluate)(document):
            if not document.text[: region.start].endswith(SYNTAX):
                yield Block(page, region.parsed.partition("\n")[0]), language, region


def examples(document: Document) -> Iterable[Region]:
    """Find what is run of a page: all its blocks but those listed, prompts of Python one by one.

    Args:
        document: The page.
    """
    doctest = DocTestStringParser(DocTestEvaluator())
    for block, language, region in blocks(document):
        if block in NOT_RUN:
            continue
        if language == "python" and region.parsed.startswith(PROMPT):
            for part in doctest(region.parsed, document.path):
                part.adjust(region, region.parsed)
                yield part
        else:
            yield region


def sybil() -> Sybil:
    """Return what collects the examples of a page for pytest."""
    return Sybil(
        parsers=[examples], patterns=["*.md"], path=ROOT.anchor, setup=enter, teardown=leave
    )
