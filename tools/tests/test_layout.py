"""Source files are small and say what they are for; the check finds planted ones that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repository.layout import MOST_LINES, check_layout

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace


def test_repository_holds_the_rules(repository_root: Path) -> None:
    layout = check_layout([repository_root / "packages", repository_root / "tools"])
    assert layout.seen >= 60
    assert layout.problems == ()


def test_long_file_is_reported(workspace: Workspace) -> None:
    workspace.write("long.py", '"""Long."""\n' + "pass\n" * MOST_LINES)
    layout = check_layout([workspace.root])
    assert layout.seen == 1
    assert "split it by meaning" in layout.problems[0]


def test_file_of_the_greatest_length_passes(workspace: Workspace) -> None:
    workspace.write("long.py", '"""Long."""\n' + "pass\n" * (MOST_LINES - 1))
    assert check_layout([workspace.root]).problems == ()


def test_file_without_purpose_is_reported(workspace: Workspace) -> None:
    workspace.write("silent.rs", "// A licence.\n\nuse std::fmt;\n")
    workspace.write("silent.py", "import os\n")
    workspace.write("speaking.rs", "// A licence.\n//! What it is for.\n")
    workspace.write("empty.py", "")
    layout = check_layout([workspace.root])
    assert layout.seen == 4
    assert [problem.partition(":")[0].rpartition("/")[2] for problem in layout.problems] == [
        "silent.py",
        "silent.rs",
    ]


def test_many_long_files_are_reported(workspace: Workspace) -> None:
    for number in range(12):
        workspace.write(f"module_{number}.py", '"""Long."""\n' + "pass\n" * 450)
    assert len(check_layout([workspace.root]).problems) == 2
