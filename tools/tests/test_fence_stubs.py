"""The stub check compares names and signatures with the compiled module, and sees a planted lie."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from repository.steps import gates

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

STUBS = "packages/engine-native/python"


LIES = {
    "codeanatomy_engine/_engine.pyi": ("def plugin_abi(", "def plugin_abi(planted: int, "),
    "codeanatomy_portable/_portable.pyi": ("def register(", "def register(planted: int, "),
}


def test_lies_of_the_stubs_are_reported(workspace: Workspace, repository_root: Path) -> None:
    for name, (truth, lie) in LIES.items():
        stub = (repository_root / STUBS / name).read_text(encoding="utf-8")
        told = stub.replace(truth, lie)
        assert told != stub
        workspace.write(f"{name.partition('/')[0]}/__init__.pyi", "")
        workspace.write(name, f"{told}\ndef absent() -> None: ...\n")
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
    # Told the truth, it says that it saw both modules, and the gate fails where it does not.
    assert gate.seen is not None
    assert gate.seen.count("Success: no issues found in 2 modules") == len(LIES)
    assert "codeanatomy_engine._engine.absent is not present at runtime" in result.stdout
    assert "codeanatomy_engine._engine.plugin_abi is inconsistent" in result.stdout
    assert "codeanatomy_portable._portable.absent is not present at runtime" in result.stdout
    assert "codeanatomy_portable._portable.register is inconsistent" in result.stdout
