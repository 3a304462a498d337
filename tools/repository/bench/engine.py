"""Which engine is measured: the installed one, or one built in the release profile."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from repository.bench.process import BenchError
from repository.root import PYTHON, ROOT, SCRIPTS, environment

if TYPE_CHECKING:
    from pathlib import Path

BENCH_DIRECTORY = ROOT / "build" / "bench"
DESCRIBE = """
import json, warnings
warnings.simplefilter("ignore")
import codeanatomy_engine
print(json.dumps(codeanatomy_engine.build_info()))
"""


def scripts_of_installed() -> Path:
    """Return where the programs of the workspace's own environment are.

    Raises:
        BenchError: If nothing is installed there.
    """
    if not (SCRIPTS / "codeanatomy").exists():
        raise BenchError("CodeAnatomy is not installed in .venv. hint: run tools/test or tools/try")
    return SCRIPTS


def scripts_of_release(uv: str, *, peers: bool = False) -> Path:
    """Build the engine in the release profile and install it into an environment of its own.

    Args:
        uv: The program to run.
        peers: Also install what functions and datasets are measured against. Imports and start-up
            are measured without: each package costs them a little.

    Returns:
        Where the programs of that environment are. It has what the lock file says and nothing for
        development.

    Raises:
        BenchError: If a command fails.
    """
    wheels = BENCH_DIRECTORY / "wheels"
    virtual_environment = BENCH_DIRECTORY / "venv"
    scripts = virtual_environment / SCRIPTS.name
    python = str(scripts / "python")
    requirements = str(BENCH_DIRECTORY / "requirements.txt")
    BENCH_DIRECTORY.mkdir(parents=True, exist_ok=True)
    export = [
        uv,
        "export",
        "--quiet",
        "--locked",
        "--package",
        "codeanatomy",
        "--no-default-groups",
    ]
    install = [uv, "pip", "install", "--quiet", "--python", python]
    for name in ("codeanatomy-engine", "codeanatomy"):
        # Straight from the tree, so that cargo sees which sources are new.
        execute(
            [uv, "build", "--package", name, "--wheel", "--clear", "--out-dir", str(wheels / name)]
        )
    execute([uv, "venv", "--quiet", "--clear", "--python", PYTHON, str(virtual_environment)])
    execute([*export, "--no-emit-workspace", "--output-file", requirements])
    execute([*install, "--requirements", requirements])
    execute([*install, "--no-deps", *map(str, wheels.glob("*/*.whl"))])
    if peers:
        group = ["--only-group", "bench", "--no-emit-workspace", "--output-file", requirements]
        execute([uv, "export", "--quiet", "--locked", *group])
        execute([*install, "--requirements", requirements])
    return scripts


def execute(command: list[str]) -> None:
    """Run a command in the repository and show what it prints."""
    print(f"$ {' '.join(command)}", flush=True)
    if subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode != 0:
        raise BenchError(f"{command[0]} failed")


def build_information(scripts: Path) -> dict[str, Any]:
    """Ask the installed engine how it was built.

    Args:
        scripts: Where the environment's programs are.

    Returns:
        What `codeanatomy_engine.build_info()` says.

    Raises:
        BenchError: If the engine does not load.
    """
    answer = subprocess.run(
        [str(scripts / "python"), "-c", DESCRIBE],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    if answer.returncode != 0:
        raise BenchError(f"the engine does not load:\n{answer.stderr.strip()}")
    return json.loads(answer.stdout)
