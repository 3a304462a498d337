"""What the tests of the tools share: where things are, small trees with planted violations."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1]
ROOT = TOOLS.parent
# The launchers find `repository` beside themselves; the tests find it the same way, and oracles.
sys.path[:0] = [str(TOOLS), str(TOOLS / "tests")]


@dataclass(frozen=True)
class Workspace:
    """A copy of the repository's real configuration with a tree of its own.

    Attributes:
        root: An empty directory but for the copied configuration.
    """

    root: Path

    def write(self, path: str, text: str) -> Path:
        """Write a file and the folders above it."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the workspace's tools in this directory."""
        executable = Path(sys.executable).with_name(program)
        return subprocess.run(
            [str(executable), *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give an empty workspace."""
    return Workspace(tmp_path)


@pytest.fixture
def repository_root() -> Path:
    """Give the root of the repository."""
    return ROOT
