"""The list of forbidden symbols: the gate finds each that is planted, and says how much it saw."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from repository.cq.forbidden import ForbiddenListError, check, read_list
from repository.root import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

ENTRIES = read_list(ROOT / "tools" / "forbidden.toml")
# What each entry has to find; the words of a text stand in a string.
PLANTED = {
    entry.pattern: re.sub(r"\\b|[()]", "", entry.pattern).split("|")
    if entry.mode == "regex"
    else [entry.pattern]
    for entry in ENTRIES
}


def run_gate(workspace: Workspace, root: Path) -> subprocess.CompletedProcess[str]:
    """Run the gate's command with the real list over the workspace."""
    (workspace.root / "tools").mkdir(exist_ok=True)
    shutil.copy(root / "tools" / "forbidden.toml", workspace.root / "tools")
    workspace.write("tools/clean.py", "")
    workspace.write("packages/clean.rs", "fn main() {}\n")
    return subprocess.run(
        [sys.executable, str(root / "tools" / "cq"), "forbidden", "--root", str(workspace.root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("pattern", PLANTED)
def test_violation_is_reported(pattern: str, workspace: Workspace, repository_root: Path) -> None:
    entry = next(entry for entry in ENTRIES if entry.pattern == pattern)
    counts_everywhere = entry.kinds is None
    for number, word in enumerate(PLANTED[pattern]):
        value = repr(word) if counts_everywhere else f"os.{word}"
        workspace.write(f"packages/planted_{number}.py", f"import os\nx = {value}\n")
    result = run_gate(workspace, repository_root)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"{pattern}: {entry.reason}; use {entry.instead}"
    for number in range(len(PLANTED[pattern])):
        place, kind = lines[number + 1].split()[:2]
        assert place.startswith(f"packages/planted_{number}.py:2:")
        assert kind == ("string" if counts_everywhere else "reference")
    assert lines[-1].endswith(": 1 found")


def test_kinds_that_do_not_count_are_left_alone(
    workspace: Workspace, repository_root: Path
) -> None:
    workspace.write("packages/planted.py", "text = 'pytest.importorskip(1)'  # no skipif\n")
    assert run_gate(workspace, repository_root).returncode == 0


def test_clean_tree_passes_and_is_seen(workspace: Workspace, repository_root: Path) -> None:
    # A longer name that has a forbidden one in it is another name.
    workspace.write("packages/near.py", "def load_schema_runtime(): ...\n")
    result = run_gate(workspace, repository_root)
    assert (result.returncode, result.stdout) == (
        0,
        f"{len(ENTRIES)} forbidden patterns searched for in up to 3 files: 0 found\n",
    )


def test_repository_is_clean_and_seen(repository_root: Path) -> None:
    verdict = check(ENTRIES, repository_root)
    assert verdict.violations == ()
    assert verdict.files >= 600
    assert verdict.entries >= 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "missing required field `forbidden`"),
        ("forbidden = []", "length >= 1"),
        ("[[forbidden]]\npattern = 'x'", "missing required field `paths`"),
        ("[[forbidden]]\nreasons = 'x'", "unknown field `reasons`"),
        ("[[forbidden]", "forbidden.toml"),
    ],
)
def test_list_that_checks_nothing_is_refused(text: str, message: str, workspace: Workspace) -> None:
    with pytest.raises(ForbiddenListError, match=re.escape(message)):
        read_list(workspace.write("forbidden.toml", text))


def test_place_that_is_not_there_is_refused(workspace: Workspace) -> None:
    entry = "[[forbidden]]\npattern='x'\npaths=['a']\nreason='r'\ninstead='i'\n"
    entries = read_list(workspace.write("forbidden.toml", entry))
    with pytest.raises(ForbiddenListError, match="does not exist"):
        check(entries, workspace.root)
    workspace.write("a/only.md", "x")
    with pytest.raises(ForbiddenListError, match="no sources"):
        check(entries, workspace.root)
