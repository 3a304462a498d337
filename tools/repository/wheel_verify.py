"""Installs wheels into an empty environment and tries them there, far from the sources."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from repository import wheel_smoke
from repository.root import PYTHON

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a user's machine has and a development one changes: no compiler, no cargo, no source tree.
SYSTEM_PATH = "/usr/bin:/bin"
KEPT = ("HOME", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR", "UV_CACHE_DIR")
# Where the packages come from, if it is not the usual index.
INDEX = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "SSL_CERT_FILE", "HTTPS_PROXY")


def verify(uv: str, wheels: Sequence[Path], *, python: str | None, development: bool) -> list[str]:
    """Install wheels and run every check of `wheel_smoke` on them.

    Args:
        uv: The program that installs; everything but the wheels comes from the package index.
        wheels: One of each package.
        python: The Python of the environment as uv takes it, by default the running one.
        development: Whether the engine may be of the dev profile.

    Returns:
        One problem for each command that failed; what the checks say is printed.
    """
    with tempfile.TemporaryDirectory(prefix="codeanatomy-wheels-") as name:
        directory = Path(name)
        environment = directory / "environment"
        bin_directory = environment / ("Scripts" if os.name == "nt" else "bin")
        interpreter = bin_directory / "python"
        work = directory / "work"
        work.mkdir()
        smoke = [str(interpreter), "-I", *silence(development=development), wheel_smoke.__file__]
        commands = (
            [uv, "venv", "--quiet", "--python", python or PYTHON, str(environment)],
            # Nothing is compiled: a package without a wheel for this platform is an error.
            [uv, "pip", "install", "--quiet", "--no-config", "--no-build", "--python",
             str(interpreter), *(str(wheel.resolve()) for wheel in wheels)],
            [*smoke, str(work), "debug" if development else "release"],
        )  # fmt: skip
        for command in commands:
            code = subprocess.run(
                command,
                cwd=work,
                env=bare_environment(bin_directory, development=development),
                check=False,
            ).returncode
            if code != 0:
                return [f"{' '.join(map(str, command))} failed with exit code {code}"]
    return []


def silence(*, development: bool) -> list[str]:
    """Return the flags with which every warning is an error, but for that of a dev engine."""
    flags = ["-W", "error"]
    if development:
        flags += ["-W", "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"]
    return flags


def bare_environment(programs: Path, *, development: bool) -> dict[str, str]:
    """Return the variables of a machine that has the environment's programs and nothing of ours."""
    variables = {name: os.environ[name] for name in (*KEPT, *INDEX) if name in os.environ}
    variables["PATH"] = os.pathsep.join([str(programs), SYSTEM_PATH])
    if development:
        variables["PYTHONWARNINGS"] = (
            "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"
        )
    return variables
