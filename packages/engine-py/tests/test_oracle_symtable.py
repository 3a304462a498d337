"""Where names are bound, in the standard library, against CPython's own `symtable`.

CPython's compiler decides for each scope and name whether the name is local to the scope, free
(bound in a function around it) or global. Each `Name` of a file is held against that decision. By
default a fixed sample of files is compared; with `--whole-stdlib`, all of them.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import re
import symtable
import tokenize
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codeanatomy import Graph

SHOWN = 25
COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}
# Every module has these without binding them.
MODULE_ATTRIBUTES = {
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__doc__",
    "__file__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
}

# Differences that are right, each with its reason. The rest are defects.
EXPLAINED = {
    "class body before its binding": (
        "symtable calls a name that a class body binds anywhere local to it; the body looks the"
        " name up when it runs, and before the binding it finds an outer one (x = x)"
    ),
    "module body before its binding": (
        "symtable calls a name that the module binds anywhere global; a builtin of that name is"
        " still found before the binding (input = input)"
    ),
    "star import": "what a star import brings can't be told from this file alone",
    "assignment expression": (
        "the target of := in a comprehension is bound in the function around it; symtable calls it"
        " free in the comprehension, the graph local in that function"
    ),
    "builtin of another platform": "the graph does not depend on where it is built",
}
# In the comparison of scopes: an import of a name that a `global` statement declares is listed
# where it stands, in the function, and not in the module that gets the name.
# Builtins of CPython on Windows.
OTHER_BUILTINS = {"WindowsError"}


Place = tuple[int, int]


@dataclass(frozen=True)
class Use:
    """A `Name`, in the scope that CPython gives it.

    Attributes:
        node: The name.
        scopes: The scopes around it, the innermost last.
        class_name: The class whose private names it may be one of.
    """

    node: ast.Name
    scopes: tuple[symtable.SymbolTable, ...]
    class_name: str | None


class Uses(ast.NodeVisitor):
    """Finds the scope of every `Name` by walking the tree and CPython's tables side by side."""

    def __init__(self, table: symtable.SymbolTable, *, annotations_are_text: bool) -> None:
        # After `from __future__ import annotations` the compiler gives their names no scope.
        self.annotations_are_text = annotations_are_text
        self.in_annotation = False
        self.found: list[Use] = []
        # Where each name of a scope is bound for the first time: the end of the statement.
        self.first_bound: dict[tuple[symtable.SymbolTable, str], Place] = {}
        self.statement: Any = None
        self.scopes = [table]
        self.class_name: str | None = None
        self.children = [self._children(table)]

    @staticmethod
    def _children(table: symtable.SymbolTable) -> dict[tuple[str, int], list[symtable.SymbolTable]]:
        children = defaultdict(list)
        for child in table.get_children():
            children[child.get_name(), child.get_lineno()].append(child)
        return children

    def enter(self, name: str, node: Any, inner: Sequence[Any]) -> None:
        """Visit nodes in the scope that `node` opens."""
        table = self.children[-1][name, node.lineno].pop(0)
        self.scopes.append(table)
        self.children.append(self._children(table))
        for one in inner:
            self.visit(one)
        self.scopes.pop()
        left = self.children.pop()
        assert not any(left.values()), f"scopes of CPython that the walk did not meet: {left}"

    def visit(self, node: ast.AST) -> None:
        outer = self.statement
        if isinstance(node, ast.stmt):
            self.statement = node
        super().visit(node)
        self.statement = outer

    def bind(self, name: str, node: Any) -> None:
        """Note that a name is bound once `node` has run."""
        key = (self.scopes[-1], mangled(name, self.class_name))
        place = (node.end_lineno, node.end_col_offset)
        self.first_bound[key] = min(place, self.first_bound.get(key, place))

    def visit_alias(self, node: ast.alias) -> None:
        self.bind(node.asname or node.name.partition(".")[0], node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self.bind(node.name, node.type)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if not (self.in_annotation and self.annotations_are_text):
            self.found.append(Use(node, tuple(self.scopes), self.class_name))
        if isinstance(node.ctx, ast.Store):
            # The target of `for` and `with` is bound before their bodies run.
            self.bind(node.id, node if hasattr(self.statement, "body") else self.statement)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = node.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.visit(default)
        self.annotations(arguments)
        self.annotation(node.returns)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.bind(node.name, node)
        self.enter(node.name, node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def annotations(self, arguments: ast.arguments) -> None:
        """Visit the annotations of parameters."""
        plain = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for argument in (*plain, arguments.vararg, arguments.kwarg):
            if argument is not None:
                self.annotation(argument.annotation)

    def annotation(self, node: ast.expr | None) -> None:
        """Visit an annotation, if there is one."""
        if node is not None:
            self.in_annotation = True
            self.visit(node)
            self.in_annotation = False

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        self.annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        self.enter("lambda", node, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for one in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(one)
        self.bind(node.name, node)
        outer, self.class_name = self.class_name, node.name
        self.enter(node.name, node, node.body)
        self.class_name = outer

    def comprehension(self, name: str, node: Any, elements: Sequence[ast.expr]) -> None:
        """Visit a comprehension, whose first iterable is evaluated outside of it."""
        first, *rest = node.generators
        self.visit(first.iter)
        self.enter(name, node, [first.target, *first.ifs, *rest, *elements])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self.comprehension("listcomp", node, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.comprehension("setcomp", node, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.comprehension("genexpr", node, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self.comprehension("dictcomp", node, [node.key, node.value])


class Module:
    """A file with CPython's decisions about its names."""

    def __init__(self, content: bytes, path: str) -> None:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        text = content.decode(encoding)
        mark = 3 if content.startswith(b"\xef\xbb\xbf") else 0
        lines = re.finditer(rb"\r\n|\r|\n", text.encode())
        self.starts = [mark, *(mark + match.end() for match in lines)]
        self.table = symtable.symtable(content, path, "exec")  # type: ignore[arg-type]
        tree = ast.parse(content)
        futures = {
            alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "__future__"
            for alias in node.names
        }
        walk = Uses(self.table, annotations_are_text="annotations" in futures)
        walk.visit(tree)
        self.uses = walk.found
        self.first_bound = walk.first_bound
        self.has_star = any(
            isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
            for node in ast.walk(tree)
        )
        self.in_f_strings = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for inner in ast.walk(node)
        }
        self.bound = {
            symbol.get_name()
            for table in tables(self.table)
            for symbol in table.get_symbols()
            if (table is self.table or symbol.is_declared_global())
            and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace())
        }

        self.declared_global = {
            symbol.get_name()
            for table in tables(self.table)
            for symbol in table.get_symbols()
            if symbol.is_declared_global() and (symbol.is_imported() or symbol.is_namespace())
        }

    def place(self, node: ast.Name) -> int:
        """Return the first byte of a name."""
        return self.starts[node.lineno - 1] + node.col_offset


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yield a table and all below it."""
    yield table
    for child in table.get_children():
        yield from tables(child)


def is_comprehension(table: symtable.SymbolTable) -> bool:
    """Tell a comprehension from a function of that name, by its hidden parameter."""
    return table.get_name() in COMPREHENSIONS and ".0" in table.get_identifiers()


def mangled(name: str, class_name: str | None) -> str:
    """Return a private name as the compiler writes it."""
    if class_name is None or not name.startswith("__") or name.endswith("__"):
        return name
    stripped = class_name.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


def decision(module: Module, use: Use) -> str | None:
    """Return where CPython finds a name: local, enclosing, global, builtin, or nowhere (None)."""
    name = mangled(use.node.id, use.class_name)
    symbol = use.scopes[-1].lookup(name)
    if len(use.scopes) > 1:
        if symbol.is_free():
            return "enclosing"
        if symbol.is_local():
            return "local"
    if name in module.bound:
        return "global"
    return "builtin" if hasattr(builtins, name) or name in MODULE_ATTRIBUTES else None


@pytest.fixture(scope="module")
def modules(stdlib: Graph) -> dict[str, Module]:
    """Read every file that CPython compiles."""
    repository = Path(stdlib.report.repository)
    found: dict[str, Module] = {}
    for path in stdlib.sql("select path from repo_files").to_pydict()["path"]:
        with (
            warnings.catch_warnings(),
            contextlib.suppress(SyntaxError, UnicodeDecodeError, ValueError),
        ):
            warnings.simplefilter("ignore")
            found[path] = Module((repository / path).read_bytes(), path)
    assert len(found) > 0.9 * stdlib.report.files.total
    return found


def test_names_are_bound_where_the_compiler_says(stdlib: Graph, modules: dict[str, Module]) -> None:
    query = "select path, bstart, name, binding_scope, resolution from py_refs"
    rows = {
        (path, start): (name, scope or resolution)
        for path, start, name, scope, resolution in pl.DataFrame(stdlib.sql(query)).iter_rows()
    }
    seen: Counter[str | None] = Counter()
    explained: Counter[str] = Counter()
    wrong: list[str] = []
    for path, module in modules.items():
        for use in module.uses:
            if id(use.node) in module.in_f_strings:
                continue  # without reliable positions before 3.12; test_oracle_ast counts them
            expected = decision(module, use)
            seen[expected] += 1
            name, found = rows[path, module.place(use.node)]
            assert mangled(name, use.class_name) == mangled(use.node.id, use.class_name)
            if found == expected:
                continue
            reason = explanation(module, use, expected, found)
            if reason is None:
                place = f"{path}:{use.node.lineno}:{use.node.col_offset + 1}"
                scope = use.scopes[-1].get_name()
                wrong.append(f"{place}: {name} in {scope} is {expected}, the graph says {found}")
            else:
                explained[reason] += 1
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:SHOWN])
    assert min(seen[where] for where in ("local", "enclosing", "global", "builtin")) > 300
    assert sum(explained.values()) < 0.01 * seen.total()
    assert set(explained) <= set(EXPLAINED)


def explanation(module: Module, use: Use, expected: str | None, found: str | None) -> str | None:
    """Return the key of `EXPLAINED` for a difference, if it is one of those."""
    key = (use.scopes[-1], mangled(use.node.id, use.class_name))
    first = module.first_bound.get(key)
    comes_first = first is None or (use.node.lineno, use.node.col_offset) < first
    scope = use.scopes[-1]
    comprehension_store = is_comprehension(scope) and isinstance(use.node.ctx, ast.Store)
    runs_with_module = all(around.get_type() != "function" for around in use.scopes)
    in_class_body = scope.get_type() == "class"
    reasons = {
        "star import": module.has_star and found in {None, "import", "builtin"},
        "class body before its binding": expected == "local" and in_class_body and comes_first,
        "module body before its binding": (
            (expected, found) == ("global", "builtin") and runs_with_module
        ),
        "assignment expression": expected == "enclosing" and comprehension_store,
        "builtin of another platform": use.node.id in OTHER_BUILTINS,
    }
    assert set(reasons) == set(EXPLAINED)
    return next((reason for reason, holds in reasons.items() if holds), None)


def test_each_scope_binds_the_names_that_the_compiler_says(
    stdlib: Graph, modules: dict[str, Module]
) -> None:
    found: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    frame = stdlib.sql("""
        with bound as (
            select parent_def_id as scope, name from py_defs
            where parent_def_id is not null and def_kind <> 'lambda'
            union all
            select scope_def_id, bound_name from py_imports where bound_name is not null
        )
        select s.path, s.def_kind, s.name as scope_name, s.line, b.name
        from bound b join py_defs s on s.def_id = b.scope
    """)
    for path, kind, scope_name, line, name in pl.DataFrame(frame).iter_rows():
        key = "top" if kind == "module" else "lambda" if kind == "lambda" else scope_name
        found[path, key, 0 if kind == "module" else line].add(name)
    seen = 0
    wrong: list[str] = []
    for path, module in modules.items():
        expected: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for table, names in bound_names(module):
            # Scopes of one name in one line are compared together.
            expected[path, table.get_name(), table.get_lineno()] |= names
        for key, names in expected.items():
            seen += len(names)
            differing = (found[key] ^ names) - module.declared_global
            if differing:
                wrong.append(f"{key}: only the graph or only CPython has {sorted(differing)}")
    assert seen > 10_000
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:SHOWN])


def bound_names(module: Module) -> Iterator[tuple[symtable.SymbolTable, set[str]]]:
    """Yield each scope that the graph has a definition for, with the names that it binds.

    Comprehensions have none: what they bind belongs to the definition around them.
    """

    def visit(
        table: symtable.SymbolTable, class_name: str | None = None
    ) -> Iterator[tuple[symtable.SymbolTable, set[str]]]:
        if table.get_type() == "class":
            class_name = table.get_name()
        names = local_names(table) if table is not module.table else set(module.bound)
        todo = list(table.get_children())
        for child in todo:
            if is_comprehension(child):
                names |= local_names(child) - {".0"}
                todo += child.get_children()
            else:
                yield from visit(child, class_name)
        # The graph has private names as they are written.
        prefix = f"_{(class_name or '').lstrip('_')}"
        private = {name for name in names if class_name and name.startswith(f"{prefix}__")}
        yield table, names - private | {name.removeprefix(prefix) for name in private}

    yield from visit(module.table)


def local_names(table: symtable.SymbolTable) -> set[str]:
    return {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_local()
        and (
            symbol.is_assigned()
            or symbol.is_imported()
            or symbol.is_parameter()
            or symbol.is_namespace()
        )
    }
