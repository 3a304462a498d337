"""The stub check compares names and signatures with the compiled module, and sees a planted lie."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from repository.steps import gates

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

STUB = "packages/engine-native/python/codeanatomy_engine/_engine.pyi"


def test_lies_of_the_stub_are_reported(workspace: Workspace, repository_root: Path) -> None:
    stub = (repository_root / STUB).read_text(encoding="utf-8")
    told = stub.replace("def plugin_abi(", "def plugin_abi(planted: int, ")
    assert told != stub
    workspace.write("codeanatomy_engine/__init__.pyi", "")
    workspace.write("codeanatomy_engine/_engine.pyi", f"{told}\ndef absent() -> None: ...\n")
    (gate,) = (step for step in gates() if step.name == "stubs")
    result = subprocess.run(
        gate.command,
        cwd=repository_root,
        # mypy takes a stub from here before it looks beside the module.
        env={**os.environ, "MYPYPATH": str(workspace.root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 1
    assert "codeanatomy_engine._engine.absent is not present at runtime" in result.stdout
    assert "codeanatomy_engine._engine.plugin_abi is inconsistent" in result.stdout
