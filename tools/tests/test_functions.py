"""`tools/functions`: what it writes is current, and what is not is reported."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from repository.functions.accessors import allow_long_lines, docstring, signature
from repository.functions.description import (
    DescriptionError,
    Parameter,
    describe,
    optional_names,
)
from repository.functions.live import read
from repository.functions.outputs import ACCESSORS, PAGES, Outputs, outputs
from repository.functions.pages import page

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

SNAPSHOT: dict[str, Any] = {
    "scalar": ["fold"],
    "aggregate": [],
    "window": [],
    "table": [],
    "aliases": {"fold": ["folded"]},
    "volatility": {"fold": "immutable"},
    "rewrite_tags": {"fold": ["text"]},
    "coerce_types": {"fold": False},
    "signature_inputs": {"fold": [["string"], ["string", "bool"], ["string", "bool", "bool"]]},
    "return_types": {"fold": ["string"]},
    "config_defaults": {"fold": {"fold_case": "true"}},
    "documentation": {
        "fold": {
            "description": "Folds a text. It is fast.",
            "syntax": "fold(value[, case, lambda])",
            "section": "Text Functions",
            "sql_example": "```sql\n> select fold('A') as f;\n+---+\n| f |\n+---+\n```",
            "arguments": [["value", "What to fold."], ["case", "Whether."], ["lambda", "How."]],
            "alternative_syntax": ["folded(value[, case, lambda])"],
            "related_udfs": ["unfold", "lower"],
        }
    },
}


@pytest.fixture(scope="module")
def current() -> Outputs:
    """Everything that belongs to the installed engine."""
    return outputs(*read())


def run_tool(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `tools/functions` of a root."""
    return subprocess.run(
        [sys.executable, str(root / "tools" / "functions"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_everything_is_current(current: Outputs, repository_root: Path) -> None:
    assert current.stale(repository_root) == []
    assert len(current.files) >= 9
    assert f"{PAGES}/stable_id.md" in current.files


def test_planted_stale_files_are_reported_and_repaired(
    current: Outputs, workspace: Workspace
) -> None:
    assert len(current.write(workspace.root)) == len(current.files)
    assert current.stale(workspace.root) == []
    assert current.write(workspace.root) == []
    # What is written by hand is not this tool's.
    workspace.write(f"{ACCESSORS}/_call.py", '"""By hand."""\n')
    assert current.stale(workspace.root) == []

    workspace.write(f"{PAGES}/stable_id.md", "# stable_id\n\nEdited.\n")
    workspace.write(f"{PAGES}/gone.md", "# gone\n")
    workspace.write(f"{ACCESSORS}/gone_functions.py", '"""Gone."""\n')
    package = workspace.root / ACCESSORS / "__init__.py"
    package.write_text(package.read_text(encoding="utf-8") + "\nx = 1\n", encoding="utf-8")
    (workspace.root / PAGES / "index.md").unlink()
    assert current.stale(workspace.root) == [
        f"{PAGES}/gone.md: no function is behind it",
        f"{PAGES}/index.md: missing",
        f"{PAGES}/stable_id.md: not what the engine says",
        f"{ACCESSORS}/__init__.py: not what the engine says",
        f"{ACCESSORS}/gone_functions.py: no function is behind it",
    ]
    assert len(current.write(workspace.root)) == 5
    assert current.stale(workspace.root) == []
    assert not (workspace.root / PAGES / "gone.md").exists()


def test_command_says_what_is_stale(repository_root: Path, tmp_path: Path) -> None:
    result = run_tool(repository_root, "--check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("files are current\n")

    shutil.copytree(repository_root / "tools" / "repository", tmp_path / "tools" / "repository")
    shutil.copy(repository_root / "tools" / "functions", tmp_path / "tools")
    result = run_tool(tmp_path, "--check")
    assert result.returncode == 2
    assert "hint: python3 tools/test --only install" in result.stderr
    (tmp_path / ".venv").symlink_to(repository_root / ".venv", target_is_directory=True)
    result = run_tool(tmp_path, "--check")
    assert result.returncode == 1
    assert "docs/functions/stable_id.md: missing" in result.stdout.splitlines()
    assert result.stdout.endswith("hint: python3 tools/functions\n")
    assert not (tmp_path / "docs").exists()


def test_every_accessor_shows_its_call(current: Outputs) -> None:
    seen = 0
    for path, text in current.files.items():
        if not path.startswith(ACCESSORS) or path.endswith("__init__.py"):
            continue
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                example = (ast.get_docstring(node) or "").partition("Examples:")[2]
                assert f"{node.name}(" in example, node.name
                assert "Returns:" in (ast.get_docstring(node) or ""), node.name
                seen += 1
    assert seen == sum(path.startswith(PAGES) for path in current.files) - 1 - tables(current)
    assert seen >= 4


def tables(current: Outputs) -> int:
    """Count the table functions, which have a page and no accessor."""
    return sum('\nkind: "table"\n' in text for text in current.files.values())


def test_description_is_read_from_the_snapshot() -> None:
    fold = describe(SNAPSHOT, "fold")
    assert fold.parameters == (
        Parameter("value", "What to fold.", ("string",), required=True, repeats=False),
        Parameter("case", "Whether.", ("bool",), required=False, repeats=False),
        Parameter("lambda", "How.", ("bool",), required=False, repeats=False),
    )
    assert fold.settings == {"codeanatomy_udf.fold_case": "true"}
    assert signature(fold.parameters) == (
        "value: Argument, *, case: Argument = None, lambda_: Argument = None"
    )


@pytest.mark.parametrize(
    ("syntax", "optional"),
    [
        ("f(a, b)", set[str]()),
        ("f(a[, b])", {"b"}),
        ("f(a[, b[, c]])", {"b", "c"}),
        ("f(a[, b, c])", {"b", "c"}),
        ("f(a, b[, ..., b_n])", set[str]()),
        ("f([distinct] a)", set[str]()),
    ],
)
def test_optional_parameters_stand_in_brackets(syntax: str, optional: set[str]) -> None:
    assert optional_names(syntax, ["a", "b", "c"]) == optional


def test_documentation_that_disagrees_with_the_signature_is_refused() -> None:
    documentation = {**SNAPSHOT["documentation"]["fold"], "syntax": "fold(value, case, lambda)"}
    snapshot = {**SNAPSHOT, "documentation": {"fold": documentation}}
    with pytest.raises(DescriptionError, match="at least 3 arguments, by its signature 1"):
        describe(snapshot, "fold")
    # A function of DataFusion is documented by DataFusion.
    parameters = describe({**snapshot, "rewrite_tags": {"fold": ["datafusion"]}}, "fold").parameters
    assert [each.required for each in parameters] == [True, False, False]
    # Of a function that decides by itself, the snapshot has one call only.
    own = describe({**SNAPSHOT, "coerce_types": {"fold": True}}, "fold")
    assert [each.required for each in own.parameters] == [True, False, False]
    with pytest.raises(DescriptionError, match="fold has no documentation"):
        describe({**SNAPSHOT, "documentation": {}}, "fold")


def test_page_has_what_programs_and_people_read() -> None:
    text = page(describe(SNAPSHOT, "fold"), {"fold", "unfold"})
    lines = text.splitlines()
    assert lines[:5] == [
        "---",
        'name: "fold"',
        'kind: "scalar"',
        'aliases: ["folded"]',
        "parameters:",
    ]
    assert 'settings: {"codeanatomy_udf.fold_case": "true"}' in lines
    assert "- `case` (optional): Whether." in lines
    assert "- `codeanatomy_udf.fold_case`: `true`, unless the session says otherwise" in lines
    assert "- [unfold](unfold.md)" in lines
    assert "- `lower` of DataFusion" in lines
    assert "> select fold('A') as f;" in lines


def test_long_summaries_are_cut_at_a_clause() -> None:
    fold = describe(SNAPSHOT, "fold")
    assert fold.headline(80) == "Folds a text."
    long = replace(fold, text=f"Folds (a, b): first, then {'more ' * 30}. End.")
    assert long.headline(80) == "Folds (a, b): first."
    assert long.headline(16) == "Folds (a, b)."
    assert long.headline(10) == "Calls `fold`."
    assert docstring(long, [">>> 1", "1"]).startswith(
        '"""Folds (a, b): first.\n\nFolds (a, b): first, '
    )


def test_only_docstrings_with_long_lines_are_excused() -> None:
    short = 'def g():\n    """Short.\n    """\n'
    long = f'def f():\n    """Short.\n\n    {"x" * 100}\n    """\n'
    lines = allow_long_lines(f"{long}\n\n{short}").splitlines()
    assert lines[4] == '    """  # noqa: E501'
    assert lines[9] == '    """'
