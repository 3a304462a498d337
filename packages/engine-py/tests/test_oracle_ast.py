"""Definitions, names, calls and imports of the standard library against CPython's own `ast`.

Each file's rows are held against the tree that CPython makes of it: kinds, names and positions, in
bytes. By default a fixed sample of files is compared; with `--whole-stdlib`, all of them.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codeanatomy import Graph

SHOWN = 25
# Before 3.12 an f-string was parsed apart from its file, with positions that are often wrong. What
# stands in one is compared without its position there.
F_STRINGS_HAVE_POSITIONS = sys.version_info >= (3, 12)

# Files in which the graph and CPython differ, each with the reason.
EXPLAINED = {
    "test/tokenizedata/bad_coding2.py": (
        "CPython refuses a byte order mark with the declaration 'utf8', and takes one with 'utf-8'"
    ),
}

Rows = Counter[tuple[Any, ...]]


@pytest.fixture(scope="module")
def sources(stdlib: Graph) -> dict[str, Source]:
    """Parse every file with CPython; those that it refuses are left out."""
    repository = Path(stdlib.report.repository)
    contents = {
        path: (repository / path).read_bytes()
        for path in stdlib.sql("select path from repo_files").to_pydict()["path"]
    }
    found = {path: Source(content) for path, content in contents.items() if not is_refused(content)}
    assert len(found) > 0.9 * stdlib.report.files.total
    return found


def parse(content: bytes) -> ast.Module:
    """Parse as CPython does, whose warnings are no errors here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(content)


def is_refused(content: bytes) -> bool:
    """Tell whether CPython refuses a file."""
    try:
        parse(content)
    except (SyntaxError, UnicodeDecodeError):
        return True
    return False


class Source:
    """A file as CPython reads it.

    Attributes:
        tree: Its syntax tree.
        outside: The nodes that stand outside of f-strings, or all where those have positions.
        inside: The nodes inside of f-strings, where those have no positions.
    """

    def __init__(self, content: bytes) -> None:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        text = content.decode(encoding)
        self.tree = parse(content)
        mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
        self.utf8 = mark + text.encode()
        breaks = re.finditer(rb"\r\n|\r|\n", self.utf8)
        self.starts = [len(mark), *(match.end() for match in breaks)]
        self.outside: list[ast.AST] = []
        self.inside: list[ast.AST] = []
        self._collect(self.tree, inside=False)

    def _collect(self, node: ast.AST, *, inside: bool) -> None:
        (self.inside if inside else self.outside).append(node)
        inside = inside or (isinstance(node, ast.JoinedStr) and not F_STRINGS_HAVE_POSITIONS)
        for child in ast.iter_child_nodes(node):
            self._collect(child, inside=inside)

    def block(self, node: Any) -> tuple[int, int]:
        """Return the span of a class or function.

        CPython counts a semicolon after the last statement as a part of the block; to the graph, as
        to the grammar, it is a separator.
        """
        start, end = self.span(node)
        while self.utf8[end - 1 : end] == b";":
            end = len(self.utf8[: end - 1].rstrip())
        return start, end

    def span(self, node: Any) -> tuple[int, int]:
        """Return the first byte of a node and the one after its last."""
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )


def test_whole_sample_is_readable(sources: dict[str, Source], stdlib: Graph) -> None:
    assert len(sources) >= stdlib.report.files.total * 0.95
    assert sum(len(source.outside) for source in sources.values()) > 100_000


DEFINITIONS = "select path, def_kind, name, is_async, bstart, bend from py_defs"


def definitions(source: Source, nodes: list[ast.AST]) -> Iterator[tuple[Any, ...]]:
    for node in nodes:
        match node:
            case ast.FunctionDef():
                yield ("function", node.name, False, *source.block(node))
            case ast.AsyncFunctionDef():
                yield ("function", node.name, True, *source.block(node))
            case ast.ClassDef():
                yield ("class", node.name, False, *source.block(node))
            case ast.Lambda():
                yield ("lambda", "<lambda>", False, *source.span(node))
            case ast.arg():
                yield ("parameter", node.arg, False, *source.span(node))
            case _:
                pass


PARAMETERS = "select path, parameter_kind, name, name_bstart, name_bend from py_defs"


def parameters(source: Source, nodes: list[ast.AST]) -> Iterator[tuple[Any, ...]]:
    for node in nodes:
        if isinstance(node, ast.arguments):
            groups = {
                "positional_only": node.posonlyargs,
                "positional_or_keyword": node.args,
                "variadic_positional": [node.vararg] if node.vararg else [],
                "keyword_only": node.kwonlyargs,
                "variadic_keyword": [node.kwarg] if node.kwarg else [],
            }
            for kind, arguments in groups.items():
                for argument in arguments:
                    start, _ = source.span(argument)
                    yield (kind, argument.arg, start, start + len(argument.arg.encode()))


REFERENCES = "select path, name, context, bstart, bend from py_refs"


def references(source: Source, nodes: list[ast.AST]) -> Iterator[tuple[Any, ...]]:
    contexts: dict[type[ast.expr_context], str] = {
        ast.Load: "load",
        ast.Store: "store",
        ast.Del: "delete",
    }
    for node in nodes:
        if isinstance(node, ast.Name):
            yield (node.id, contexts[type(node.ctx)], *source.span(node))


CALLS = "select path, positional_args, keyword_args, has_star_args, bstart, bend from py_calls"


def calls(source: Source, nodes: list[ast.AST]) -> Iterator[tuple[Any, ...]]:
    for node in nodes:
        if isinstance(node, ast.Call):
            positional = [one for one in node.args if not isinstance(one, ast.Starred)]
            keywords = [one for one in node.keywords if one.arg is not None]
            has_star = len(positional) + len(keywords) < len(node.args) + len(node.keywords)
            yield (len(positional), len(keywords), has_star, *source.span(node))


IMPORTS = "select path, module, level, name, alias, is_star, bstart, bend from py_imports"


def imports(source: Source, nodes: list[ast.AST]) -> Iterator[tuple[Any, ...]]:
    for node in nodes:
        match node:
            case ast.Import():
                for one in node.names:
                    yield (one.name, 0, None, one.asname, False, *source.span(one))
            case ast.ImportFrom():
                for one in node.names:
                    name = (one.name, one.asname, one.name == "*")
                    yield (node.module, node.level, *name, *source.span(one))
            case _:
                pass


@pytest.mark.parametrize(
    ("query", "expected", "least"),
    [
        pytest.param(
            f"{DEFINITIONS} where def_kind not in ('module', 'variable')",
            definitions,
            5_000,
            id="definitions",
        ),
        pytest.param(
            f"{PARAMETERS} where parameter_kind is not null", parameters, 5_000, id="parameters"
        ),
        pytest.param(REFERENCES, references, 40_000, id="references"),
        pytest.param(CALLS, calls, 10_000, id="calls"),
        pytest.param(IMPORTS, imports, 500, id="imports"),
    ],
)
def test_rows_are_the_nodes(
    stdlib: Graph, sources: dict[str, Source], query: str, expected: Any, least: int
) -> None:
    frame = pl.DataFrame(stdlib.sql(query))
    rows: dict[str, Rows] = {path: Counter() for path in sources}
    for path, *row in frame.iter_rows():
        if path in rows:
            rows[path][tuple(row)] += 1
    seen = 0
    wrong: list[str] = []
    for path, source in sources.items():
        placed = Counter(expected(source, source.outside))
        unplaced = without_place(Counter(expected(source, source.inside)))
        seen += placed.total() + unplaced.total()
        missing = placed - rows[path]
        more = without_place(rows[path] - placed)
        wrong += [f"{path}: the graph lacks {row}" for row in missing]
        wrong += [f"{path}: the graph lacks {row} of an f-string" for row in unplaced - more]
        wrong += [f"{path}: the graph has {row} too" for row in more - unplaced]
    assert seen > least
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:SHOWN])


def without_place(rows: Rows) -> Rows:
    """Return rows without their last two values, which are their place."""
    result: Rows = Counter()
    for row, count in rows.items():
        result[row[:-2]] += count
    return result


def test_lines_are_those_of_the_nodes(stdlib: Graph, sources: dict[str, Source]) -> None:
    query = "select path, bstart, bend, line, end_line from py_defs"
    frame = pl.DataFrame(stdlib.sql(f"{query} where def_kind in ('function', 'class')"))
    lines = {(path, start, end): place for path, start, end, *place in frame.iter_rows()}
    seen = 0
    for path, source in sources.items():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                seen += 1
                start, end = source.block(node)
                assert lines[path, start, end] == [node.lineno, node.end_lineno], path
    assert seen > 2_000


def test_broken_files_are_those_that_python_refuses(stdlib: Graph) -> None:
    repository = Path(stdlib.report.repository)
    paths = stdlib.sql("select path from repo_files").to_pydict()["path"]
    refused = {path for path in paths if is_refused((repository / path).read_bytes())}
    refused -= set(EXPLAINED)
    query = "select path from repo_files where status <> 'parsed'"
    assert set(stdlib.sql(query).to_pydict()["path"]) == refused
    query = "select distinct path from py_diagnostics where severity = 'error'"
    assert set(stdlib.sql(query).to_pydict()["path"]) == refused
