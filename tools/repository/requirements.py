"""What must be on the machine: compilers and a browser are required, uv is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from repository.root import PYTHON, ROOT

UV_VERSION = "0.13.9"
UV_MINIMUM = (0, 9)
RUST_MINIMUM = (1, 95)
# Those that `packages/testkit/tests/triage/test_page.py` looks for.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")


class MissingRequirementError(Exception):
    """Something that the repository cannot install is not there; the text says how to get it."""


def version_of(program: str) -> tuple[int, int] | None:
    """Ask a program for its version.

    Args:
        program: A name on `PATH`, or a path.

    Returns:
        Major and minor number, or None when the program is not there, does not run, or prints no
        version.
    """
    path = shutil.which(program)
    if path is None:
        return None
    answer = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    found = re.search(r"\b(\d+)\.(\d+)", answer.stdout)
    if answer.returncode != 0 or found is None:
        return None
    return int(found[1]), int(found[2])


def require_compilers() -> None:
    """Check that cargo is new enough and that a C compiler is there.

    Raises:
        MissingRequirementError: With one line that says how to get what is missing.
    """
    wanted = ".".join(map(str, RUST_MINIMUM))
    cargo = version_of("cargo")
    if cargo is None:
        raise MissingRequirementError(
            f"cargo not found. hint: install Rust {wanted} or newer from https://rustup.rs"
        )
    if cargo < RUST_MINIMUM:
        found = ".".join(map(str, cargo))
        raise MissingRequirementError(
            f"cargo {found} is too old, {wanted} is needed. hint: rustup update"
        )
    if os.name != "nt" and shutil.which(os.environ.get("CC", "cc")) is None:
        raise MissingRequirementError(
            "no C compiler found (cc)."
            " hint: install gcc or clang, on Debian: apt-get install gcc libc6-dev"
        )


def require_browser() -> None:
    """Check that there is a Chromium, which no registry of Python packages has.

    Raises:
        MissingRequirementError: With one line that says how to get it.
    """
    if not any(map(shutil.which, BROWSERS)):
        raise MissingRequirementError(
            "no Chromium found, with which a test looks at a page."
            " hint: on Debian: apt-get install chromium-headless-shell"
        )


def find_uv() -> str:
    """Find uv, or install it with pip into `.uv/` of the repository.

    Returns:
        The path of a uv that is new enough. One on `PATH` is taken if it is; nothing outside the
        repository is changed.

    Raises:
        MissingRequirementError: If uv is missing and pip cannot install it.
    """
    installed = str(ROOT / ".uv" / "bin" / "uv")
    for candidate in ("uv", installed):
        version = version_of(candidate)
        if version is not None and version >= UV_MINIMUM:
            return candidate
    # `--target` needs neither the venv module nor the right to change the system's packages.
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--upgrade"]
    command += ["--target", str(ROOT / ".uv"), f"uv=={UV_VERSION}"]
    print(f"installing uv {UV_VERSION} into {ROOT / '.uv'}", file=sys.stderr, flush=True)
    if subprocess.run(command, check=False).returncode != 0:
        raise MissingRequirementError(
            "uv could not be installed with pip."
            f" hint: install uv {UV_VERSION} yourself and run this again"
        )
    return installed
