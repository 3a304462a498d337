"""The structural rules against catching the engine's ImportError see every Python file."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

PLANTED = {
    "no-native-fallback": "try:\n    import codeanatomy_engine\nexcept ImportError:\n    pass\n",
    "no-import-probe": "import importlib.util\nimportlib.util.find_spec('codeanatomy_engine')\n",
    "no-suppressed-import": "with suppress(ImportError):\n    import codeanatomy_engine\n",
}


def findings(workspace: Workspace, root: Path) -> list[tuple[str, str]]:
    """Run the real rules over the workspace and return (rule, file) for each finding."""
    if not (workspace.root / "patterns").exists():
        shutil.copytree(root / "tools" / "patterns", workspace.root / "patterns")
    result = workspace.run(
        "ast-grep", "scan", "--config", "patterns/sgconfig.yml", "--json=stream", "packages"
    )
    assert result.returncode == (1 if result.stdout else 0)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return [(finding["ruleId"], finding["file"]) for finding in found]


@pytest.mark.parametrize("rule", PLANTED)
def test_violation_is_reported(rule: str, workspace: Workspace, repository_root: Path) -> None:
    workspace.write("packages/engine-py/src/codeanatomy/planted.py", PLANTED[rule])
    workspace.write("packages/engine-py/src/codeanatomy/clean.py", "import codeanatomy_engine\n")
    assert findings(workspace, repository_root) == [
        (rule, "packages/engine-py/src/codeanatomy/planted.py")
    ]


def test_clean_tree_passes(workspace: Workspace, repository_root: Path) -> None:
    workspace.write("packages/engine-py/src/codeanatomy/clean.py", "import codeanatomy_engine\n")
    assert findings(workspace, repository_root) == []


def test_every_rule_is_planted(repository_root: Path) -> None:
    rules = {path.stem for path in (repository_root / "tools" / "patterns" / "rules").glob("*.yml")}
    assert rules == set(PLANTED)


def test_gate_scans_the_whole_repository(workspace: Workspace, repository_root: Path) -> None:
    """A rule that matches every file counts what the gate's command reads."""
    rule = workspace.write(
        "every-file.yml", "id: every-file\nlanguage: python\nseverity: info\nrule: {kind: module}\n"
    )
    result = workspace.run(
        "ast-grep", "scan", "--rule", str(rule), "--json=stream",
        str(repository_root / "packages"), str(repository_root / "tools"),
    )  # fmt: skip
    seen = {json.loads(line)["file"] for line in result.stdout.splitlines()}
    ours = [
        path
        for folder in ("engine-native/python", "engine-py/src", "testkit/src")
        for path in (repository_root / "packages" / folder).rglob("*.py")
        if path.stat().st_size
    ]
    assert len(ours) >= 10
    assert {str(path) for path in ours} <= seen
