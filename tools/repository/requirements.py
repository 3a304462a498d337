"""What must be on the machine: how to find each, what is wrong with it, how to get it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from repository.root import ENGINE, PYTHON, ROOT, VIRTUAL_ENVIRONMENT, script, target_directory

UV_VERSION = "0.13.9"
UV_MINIMUM = (0, 9)
# Where `find_uv` installs it.
OWN_UV = ROOT / ".uv" / "bin" / "uv"
# The packages run on Python 3.10, several of the tools that test them no longer do.
TESTED_FROM = (3, 11)
# Those that `packages/testkit/tests/triage/test_page.py` looks for.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")
RUST_PROGRAMS = {"rustfmt": "cargo-fmt", "clippy": "cargo-clippy"}
GIBIBYTE = 1 << 30
# The dev build of the engine with its tests and clippy's fills about 9 GiB.
DISK_WANTED = 12 * GIBIBYTE
MEMORY_WANTED = 8 * GIBIBYTE


@dataclass(frozen=True)
class State:
    """How the machine stands with one requirement.

    Attributes:
        name: Of what is required.
        found: What there is, such as a version.
        problem: What is wrong with it in one line, empty when nothing is.
        hint: What to do about it.
        level: `missing` if nothing works without it, `low` if there is less than is good.
        fixable: Whether `tools/bootstrap` can get it without the rights of root.
    """

    name: str
    found: str = ""
    problem: str = ""
    hint: str = ""
    level: Literal["missing", "low"] = "missing"
    fixable: bool = False


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


def rust_minimum() -> tuple[int, int]:
    """Return the oldest Rust that the engine's manifest names."""
    manifest = (ENGINE / "Cargo.toml").read_text(encoding="utf-8")
    found = re.search(r'^rust-version = "(\d+)\.(\d+)"', manifest, re.MULTILINE)
    if found is None:
        raise LookupError(f"{ENGINE / 'Cargo.toml'} names no rust-version")
    return int(found[1]), int(found[2])


def python_state() -> State:
    """Look at the Python that runs this, from which `.venv` is made where it is not there."""
    found = ".".join(map(str, sys.version_info[:3]))
    if VIRTUAL_ENVIRONMENT.exists() or sys.version_info >= TESTED_FROM:
        return State("python", found)
    return State(
        "python",
        found,
        "the packages run on Python 3.10, but the tools that test them need 3.11 or newer.",
        "run this with a newer Python",
    )


def present_uv() -> tuple[str, tuple[int, int]] | None:
    """Look for a uv that is new enough, on `PATH` and where this repository installs it.

    Returns:
        Its whole path, because not every program that calls it has this `PATH`, and its version.
    """
    for candidate in ("uv", str(OWN_UV)):
        version = version_of(candidate)
        if version is not None and version >= UV_MINIMUM:
            return shutil.which(candidate) or candidate, version
    return None


def uv_state() -> State:
    """Say which uv there is."""
    found = present_uv()
    if found is not None:
        path, version = found
        return State("uv", f"{version_text(version)} ({path})")
    return State("uv", problem="uv not found.", hint=f"pip install uv=={UV_VERSION}", fixable=True)


def rust_state() -> State:
    """Look for a cargo that is new enough for the engine's manifest."""
    minimum = rust_minimum()
    wanted = version_text(minimum)
    cargo = version_of("cargo")
    if cargo is None:
        hint = f"install Rust {wanted} or newer from https://rustup.rs"
        return State("rust", problem="cargo not found.", hint=hint)
    found = version_text(cargo)
    if cargo < minimum:
        problem = f"cargo {found} is too old, {wanted} is needed."
        return State("rust", found, problem, "rustup update")
    return State("rust", found)


def rust_tools_state() -> State:
    """Look for the formatter and the linter of Rust, which a minimal installation lacks."""
    absent = [name for name in ("rustfmt", "clippy") if not shutil.which(RUST_PROGRAMS[name])]
    if not absent:
        return State("rust tools", "rustfmt, clippy")
    names = " ".join(absent)
    return State(
        "rust tools",
        problem=f"{' and '.join(absent)} not found.",
        hint=f"rustup component add {names}",
        fixable=shutil.which("rustup") is not None,
    )


def compiler_state() -> State:
    """Look for a C compiler, with which Rust links and some crates compile C."""
    name = os.environ.get("CC", "cc")
    if os.name == "nt" or shutil.which(name) is not None:
        return State("c compiler", name)
    return State(
        "c compiler",
        problem="no C compiler found (cc).",
        hint="install gcc or clang, on Debian: apt-get install gcc libc6-dev",
    )


def tools_state() -> State:
    """Look whether `.venv` has the tools, protoc among them, which the engine's build needs."""
    absent = [name for name in ("python", "protoc", "ruff", "pytest") if not there(name)]
    if not absent:
        return State("tools", str(VIRTUAL_ENVIRONMENT))
    return State(
        "tools",
        problem=f"{', '.join(absent)} not in {VIRTUAL_ENVIRONMENT}.",
        hint="python3 tools/bootstrap",
        fixable=True,
    )


def browser_state() -> State:
    """Look for a Chromium, which no registry of Python packages has."""
    found = next(filter(shutil.which, BROWSERS), None)
    if found is not None:
        return State("chromium", found)
    return State(
        "chromium",
        problem="no Chromium found, with which a test looks at a page.",
        hint="on Debian: apt-get install chromium-headless-shell",
    )


def disk_state() -> State:
    """Look how much room there is where cargo builds, less what is built there already."""
    place = target_directory()
    if place.exists() and any(place.iterdir()):
        return State("disk", f"{place} holds a build")
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return enough("disk", free, DISK_WANTED, "set CARGO_TARGET_DIR to a directory with more room")


def memory_state() -> State:
    """Look how much memory the machine has, or the group of processes this one is in."""
    if not hasattr(os, "sysconf"):
        return State("memory", "not known on this system")
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text(encoding="ascii").strip()).isdigit():
        size = min(size, int(text))
    return enough("memory", size, MEMORY_WANTED, "set CARGO_BUILD_JOBS=1")


def enough(name: str, size: int, wanted: int, hint: str) -> State:
    """Compare a size in bytes with the one that is good to have."""
    found = f"{size / GIBIBYTE:.0f} GiB"
    if size >= wanted:
        return State(name, found)
    problem = f"{found} of {name}, {wanted / GIBIBYTE:.0f} GiB are good to have."
    return State(name, found, problem, hint, "low")


def there(name: str) -> bool:
    """Tell whether the workspace's environment has a program."""
    return Path(script(name)).exists()


def version_text(version: tuple[int, int]) -> str:
    """Write a version, such as `1.95`."""
    return ".".join(map(str, version))


def require(*states: State) -> None:
    """Check that nothing is missing.

    Args:
        states: In the order in which to tell.

    Raises:
        MissingRequirementError: With one line on the first that is missing and how to get it.
    """
    for state in states:
        if state.problem and state.level == "missing":
            raise MissingRequirementError(f"{state.problem} hint: {state.hint}")


def require_compilers() -> None:
    """Check that cargo is new enough and that a C compiler is there.

    Raises:
        MissingRequirementError: With one line that says how to get what is missing.
    """
    require(rust_state(), compiler_state())


def find_uv() -> str:
    """Find uv, or install it with pip into `.uv/` of the repository.

    Returns:
        The path of a uv that is new enough. One on `PATH` is taken if it is; nothing outside the
        repository is changed.

    Raises:
        MissingRequirementError: If uv is missing and pip cannot install it.
    """
    found = present_uv()
    if found is not None:
        return found[0]
    # `--target` needs neither the venv module nor the right to change the system's packages.
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--upgrade"]
    command += ["--target", str(ROOT / ".uv"), f"uv=={UV_VERSION}"]
    print(f"installing uv {UV_VERSION} into {ROOT / '.uv'}", file=sys.stderr, flush=True)
    if subprocess.run(command, check=False).returncode != 0:
        raise MissingRequirementError(
            "uv could not be installed with pip."
            f" hint: install uv {UV_VERSION} yourself and run this again"
        )
    return str(OWN_UV)
