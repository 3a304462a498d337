"""What a newcomer runs first works: `tools/try` and its question."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from repository.first_try import QUESTION, main, parser
from repository.root import script

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = """
class Kitchen:
    def boil(self, eggs: int) -> int:
        return eggs


def helper() -> int:
    return 1


def breakfast() -> int:
    return helper() + helper()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a small repository and its graph, in a directory that becomes the current one."""
    (tmp_path / "my-project").mkdir()
    (tmp_path / "my-project" / "breakfast.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run("codeanatomy", "build", "my-project", "--output", "graph")
    return tmp_path


def run(program: str, *arguments: str) -> str:
    """Run a program of the workspace's environment and return what it prints."""
    command = [script(program), *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.usefixtures("project")
def test_question_is_answered() -> None:
    rows = [json.loads(line) for line in run_sql(QUESTION, "ndjson").splitlines()]
    assert rows == [{"function": "breakfast.helper", "calls": 2, "files": 1}]


def test_missing_repository_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "absent")]) == 2
    assert "is not a directory" in capsys.readouterr().err


def test_standard_library_is_the_default() -> None:
    options = parser().parse_args([])
    assert (options.repository / "ast.py").exists()


def run_sql(sql: str, output_format: str) -> str:
    """Ask the graph in the current directory."""
    return run("codeanatomy", "sql", "graph", sql, "--format", output_format)
