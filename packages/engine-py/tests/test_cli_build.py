"""`codeanatomy build`: progress, the summary, the report as JSON, a real package."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rich
from codeanatomy.cli.summary import listed, size

if TYPE_CHECKING:
    from conftest import Sandbox

RICH = Path(rich.__file__).parent
SMALL = {"a.py": "def f():\n    return g(f())\n", "broken.py": "def (:\n", "note.txt": ""}


def test_summary_says_what_was_found(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    done = sandbox.command("build", "repository", "--output", "graph")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[0].startswith(f"Graph of {sandbox.repository} in graph, built in ")
    facts = {
        line.split("  ")[0].strip() or line.split()[0]: line.split() for line in lines[2:] if line
    }
    assert facts["Files"][1] == "3"
    assert " ".join(facts["Files"][2:]) == "1 not_python, 1 parsed, 1 parsed_with_errors"
    assert facts["Calls"][1] == "2"
    assert facts["resolved"][1:] == ["1", "50.0%:", "1", "scope"]
    assert facts["unresolved"][1:] == ["1", "50.0%:", "1", "unresolved_name"]
    assert facts["repo_files"][1] == "3"


def test_the_commands_that_the_summary_names_work(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    # A name that a shell has to be told to keep together.
    done = sandbox.command("build", "repository", "--output", "my graph")
    commands = [line for line in done.stdout.splitlines() if line.startswith("  codeanatomy sql ")]
    assert len(commands) == 2
    for command in commands:
        assert command.startswith("  codeanatomy sql 'my graph' \"")
        query = command.split('"')[1]
        assert sandbox.command("sql", "my graph", query).returncode == 0


def test_json_is_the_report(sandbox: Sandbox) -> None:
    sandbox.write(SMALL)
    done = sandbox.command("build", "repository", "--output", "graph", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["schema"] == "codeanatomy.build/1"
    assert report["files"]["by_status"] == {
        "not_python": 1,
        "parsed": 1,
        "parsed_with_errors": 1,
    }
    assert report == json.loads((sandbox.output / "manifest.json").read_text())["build"]


@pytest.mark.parametrize(("options", "shown"), [([], True), (["--quiet"], False)])
def test_progress_on_a_terminal(sandbox: Sandbox, options: list[str], *, shown: bool) -> None:
    sandbox.write(SMALL)
    screen = sandbox.terminal("build", "repository", "--output", "graph", *options)
    assert ("Reading files" in screen) is shown
    assert "Graph of" in screen


def test_a_real_package(sandbox: Sandbox) -> None:
    done = sandbox.command("build", RICH, "--output", "graph", "--verify", "--format", "json")
    assert done.returncode == 0, done.stderr
    paths = {str(path.relative_to(RICH)) for path in RICH.rglob("*.py")}
    assert len(paths) > 50
    assert {path for path, status in sandbox.statuses().items() if status == "parsed"} == paths
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    trees = [ast.parse((RICH / path).read_bytes()) for path in paths]
    expected = sum(isinstance(node, kinds) for tree in trees for node in ast.walk(tree))
    counted = sandbox.rows("select count(*) as n from py_defs where def_kind = 'function'")
    assert counted == [{"n": expected}]
    # Things that one can look up in the sources of rich.
    (made,) = sandbox.rows(
        "select distinct target_qualified_name as name from py_calls"
        " where path = '_log_render.py' and callee_text = 'Table.grid'"
    )
    assert made["name"] == "rich.table.Table.grid"
    bases = sandbox.rows(
        "select distinct d.name from py_bases b join py_defs d on d.def_id = b.class_def_id"
        " where b.target_qualified_name = 'rich.jupyter.JupyterMixin'"
    )
    assert {"Text", "Table", "Panel"} <= {row["name"] for row in bases}


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1024, "1.0 KiB"), (1 << 20, "1.0 MiB"), (3 << 30, "3.0 GiB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_counts_are_listed_largest_first() -> None:
    assert listed({"b": 2, "a": 2, "c": 1000}) == "1,000 c, 2 a, 2 b"
    assert listed({}) == ""
