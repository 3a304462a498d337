"""Runs the programs of the environment that examples name."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from repository.root import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Sequence

# The engine of a clone is a debug one, which warns that it is not to be measured. Nothing is here.
SILENCED = ",".join(
    f"ignore:{name} is built in the debug profile:RuntimeWarning"
    for name in ("codeanatomy_engine", "codeanatomy_portable")
)


def failure(command: Sequence[str]) -> str | None:
    """Run a program that has to succeed, and give what it says where it does not."""
    done = run(command)
    return None if done.returncode == 0 else f"exit code {done.returncode}\n{done.stdout}"


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment, with both of its outputs in one."""
    # Readers try examples at their desks, where goldens may be written.
    mine = {name: value for name, value in os.environ.items() if name != "CI"}
    variables = {
        **mine,
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": SILENCED,
        "COLUMNS": "100",
    }
    return subprocess.run(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
