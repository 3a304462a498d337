"""`tools/gate`: what a change concerns, and a run of it with its table and JSON."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from repository.changes import STEPS_OF, NoBaseError, changed_files, matches, steps_of, suites_of
from repository.gate import concerned
from repository.gates import every_step
from repository.root import PYTHON, ROOT
from test_gates import copy_of_the_tools

if TYPE_CHECKING:
    from pathlib import Path

EVERY = [step.name for step in every_step("uv")]
# Programs that say what the real ones say when all is well.
STUBS = {
    "uv": "echo uv 0.13.9",
    "cargo": "echo cargo 1.95.0",
    "cc": "true",
    "chromium": "true",
}


def git(directory: Path, *arguments: str) -> str:
    """Run git in a directory as somebody."""
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=directory, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a clone with a branch `main`, the tools, and programs that always pass."""
    root = tmp_path / "clone"
    root.mkdir()
    copy_of_the_tools(ROOT, root)
    for path in ("docs/sql.md", "packages/engine-py/src/codeanatomy/graph.py"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text("first\n", encoding="utf-8")
    (root / ".gitignore").write_text("/build/\n/.venv/\n__pycache__/\n", encoding="utf-8")
    programs = {**{f"bin/{name}": text for name, text in STUBS.items()}}
    programs["clone/.venv/bin/python"] = 'echo "2 pages are in build; 2 passed"'
    programs["clone/.venv/bin/pytest"] = 'echo "3 passed"; printf "%s\\n" "$*"'
    for name, text in programs.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        program.chmod(0o755)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=first")
    git(root, "switch", "--quiet", "--create=work")
    return root


def run_gate(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    variables["PATH"] = os.pathsep.join([str(clone.parent / "bin"), "/usr/bin", "/bin"])
    return subprocess.run(
        [PYTHON, str(clone / "tools" / "gate"), *arguments],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_changed_files_are_those_of_commits_and_of_the_tree(clone: Path) -> None:
    base = git(clone, "rev-parse", "HEAD")
    (clone / "docs" / "é.md").write_text("new\n", encoding="utf-8")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=second")
    (clone / "docs" / "sql.md").unlink()
    git(clone, "mv", "packages/engine-py/src/codeanatomy/graph.py", "docs/moved.py")
    (clone / "untracked.md").write_text("", encoding="utf-8")
    commit, files = changed_files(None, clone)
    assert commit == base
    assert files == [
        "docs/moved.py",
        "docs/sql.md",
        "docs/é.md",
        "packages/engine-py/src/codeanatomy/graph.py",
        "untracked.md",
    ]
    assert "docs/é.md" not in changed_files("HEAD", clone)[1]


def test_base_that_is_not_there_is_told(clone: Path) -> None:
    with pytest.raises(NoBaseError, match=r"nonsense is no commit.*hint"):
        changed_files("nonsense", clone)
    git(clone, "branch", "--delete", "--force", "main")
    with pytest.raises(NoBaseError, match="origin/main"):
        changed_files(None, clone)
    assert run_gate(clone, "--changed").returncode == 2


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ([], ""),
        ([".gitignore"], ""),
        (["docs/sql.md"], "tools install docs test doctest"),
        (["packages/engine-native/rustfmt.toml"], "tools rust-format"),
        (["tools/forbidden.toml"], "tools forbidden install test"),
        ([".importlinter"], "tools install imports test"),
        (
            ["packages/engine-py/tests/test_graph.py"],
            "tools format lint patterns forbidden install types test",
        ),
        (
            ["packages/engine-native/crates/graph/src/lib.rs"],
            "tools forbidden rust-format install functions clippy rust-test test doctest stubs",
        ),
        (["packages/engine-native/python/codeanatomy_engine/_engine.pyi"], "stubs types imports"),
    ],
)
def test_steps_of_changes(files: list[str], names: str) -> None:
    found = concerned(files)
    if names.startswith("stubs"):
        assert set(names.split()) <= set(found)
    else:
        assert found == names.split()


@pytest.mark.parametrize("file", ["uv.lock", "pyproject.toml", ".ci/run", "something/new.c"])
def test_a_file_that_no_rule_is_about_concerns_every_step(file: str) -> None:
    assert concerned([file]) == EVERY
    assert suites_of([file]) == []


def test_every_rule_is_about_files_that_are_there_and_steps_that_exist() -> None:
    tracked = git(ROOT, "ls-files").splitlines()
    assert len(tracked) >= 500
    seen = {pattern: 0 for pattern, _ in STEPS_OF}
    for file in tracked:
        first = next((pattern for pattern in seen if matches(file, pattern)), None)
        if first is not None:
            seen[first] += 1
    assert [pattern for pattern, count in seen.items() if count == 0] == []
    assert {name for _, names in STEPS_OF for name in names} <= set(EVERY)


def test_sources_concern_all_tests_and_tests_their_own() -> None:
    assert suites_of(["packages/engine-py/src/codeanatomy/graph.py"]) == []
    assert suites_of(["packages/testkit/src/a.py", "docs/sql.md"]) == ["packages/testkit", "tools"]
    assert "clippy" not in steps_of(["docs/sql.md"], EVERY)


def test_change_of_a_page_runs_what_it_concerns(clone: Path, tmp_path: Path) -> None:
    (clone / "docs" / "sql.md").write_text("second\n", encoding="utf-8")
    file = tmp_path / "reports" / "gate.json"
    result = run_gate(clone, "--changed", "--json", str(file))
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].endswith(f": 5 of {len(EVERY)} steps")
    assert "5 passed, 0 failed" in lines
    assert f"what they printed: {clone / 'build' / 'gate'}/STEP.log" in lines
    report = json.loads(file.read_text(encoding="utf-8"))
    assert (report["mode"], report["changed_files"]) == ("changed", 1)
    assert (report["passed"], report["failed"], report["not_run"]) == (5, 0, 0)
    test = report["steps"][3]
    assert (test["name"], test["outcome"], test["saw"]) == ("test", "passed", "3 tests")
    # Only the tests that look at pages.
    assert (clone / "build" / "gate" / "test.log").read_text() == "3 passed\n-n auto tools\n"


def test_no_change_runs_nothing(clone: Path) -> None:
    result = run_gate(clone, "--changed", "main")
    assert result.returncode == 0
    assert "0 files changed" in result.stdout
    assert "0 passed, 0 failed" in result.stdout


def test_the_whole_gate_is_that_of_tools_test(clone: Path) -> None:
    result = run_gate(clone, "--list")
    assert [line.split()[0] for line in result.stdout.splitlines()] == EVERY
    # No tool but pytest is there, so the run stops at the first gate.
    result = run_gate(clone)
    assert result.returncode == 1
    assert f"1 passed, 1 failed, {len(EVERY) - 2} skipped" in result.stdout
