"""Where things are in the repository, and the environment in which its programs run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "packages" / "engine-native"
VIRTUAL_ENVIRONMENT = ROOT / ".venv"
SCRIPTS = VIRTUAL_ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")

# The interpreter below an activated virtual environment: it is the one that surely has pip, and
# that outlives the environment.
PYTHON: str = getattr(sys, "_base_executable", None) or sys.executable


def script(name: str) -> str:
    """Return the path of a program that the workspace's virtual environment has.

    Args:
        name: The program's name, without a suffix.

    Returns:
        Its path as text. It need not exist yet: `uv sync` puts it there.
    """
    return str(SCRIPTS / (f"{name}.exe" if os.name == "nt" else name))


def enter_environment() -> None:
    """Go on in the workspace's virtual environment, for a program that needs what is in it.

    The process starts anew there; where it runs there already, nothing happens. Where the workspace
    is not installed, it ends with exit code 2 and says how to install it.
    """
    if Path(sys.prefix).resolve() == VIRTUAL_ENVIRONMENT.resolve():
        return
    python = script("python")
    if not Path(python).exists():
        print(
            f"{sys.argv[0]} needs the tools of {VIRTUAL_ENVIRONMENT}, which is not there."
            " hint: python3 tools/test --only tools",
            file=sys.stderr,
        )
        raise SystemExit(2)
    os.execv(python, [python, *sys.argv])  # noqa: S606 - a program of this repository


def environment() -> dict[str, str]:
    """Return the environment for `uv`, `cargo` and everything that they start.

    Returns:
        The caller's environment, less an activated virtual environment, with the interpreter that a
        new `.venv` is made from. An existing `.venv` keeps its own: replacing it would throw away
        the installed engine.
    """
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if not VIRTUAL_ENVIRONMENT.exists():
        variables.setdefault("UV_PYTHON", PYTHON)
    return variables


def target_directory() -> Path:
    """Return where cargo puts what it builds: `CARGO_TARGET_DIR`, or `target` in the engine."""
    chosen = os.environ.get("CARGO_TARGET_DIR")
    return Path(chosen).expanduser().resolve() if chosen else ENGINE / "target"
