"""`tools/bootstrap` on machines that lack something, told by what is on their `PATH`."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from repository import requirements
from repository.bootstrap import CHECKS, line
from repository.requirements import enough, rust_minimum
from repository.root import PYTHON, ROOT
from test_gates import copy_of_the_tools

if TYPE_CHECKING:
    from pathlib import Path

RUST = ".".join(map(str, rust_minimum()))
PROGRAMS = {
    "uv": "echo uv 0.13.9",
    "cargo": f"echo cargo {RUST}.0",
    "cargo-fmt": "true",
    "cargo-clippy": "true",
    "cc": "true",
    "chromium": "true",
}
TOOLS = ("python", "protoc", "ruff", "pytest")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Give a clone beside a directory `bin` with all that is needed, the clone's tools included."""
    clone = tmp_path / "clone"
    clone.mkdir()
    copy_of_the_tools(ROOT, clone)
    for name, text in PROGRAMS.items():
        write_program(tmp_path / "bin" / name, text)
    for name in TOOLS:
        write_program(clone / ".venv" / "bin" / name, "true")
    return clone


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def bootstrap(machine: Path, *arguments: str) -> tuple[int, dict[str, str], str]:
    """Run the command; return its exit code, what stands before each name, and all it printed."""
    variables = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    result = subprocess.run(
        [PYTHON, str(machine / "tools" / "bootstrap"), *arguments],
        env={**variables, "PATH": str(machine.parent / "bin")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.stderr == ""
    found = re.findall(r"^(ok|low|missing) +(\S+(?: \S+)?)  ", result.stdout, re.MULTILINE)
    return result.returncode, {name: verdict for verdict, name in found}, result.stdout


def test_machine_that_has_everything(machine: Path) -> None:
    code, verdicts, output = bootstrap(machine, "--check")
    assert code == 0, output
    assert len(verdicts) == len(CHECKS)
    assert "missing" not in verdicts.values()
    assert f"{len(CHECKS)} checked, 0 missing" in output


@pytest.mark.parametrize(
    ("program", "name", "hint"),
    [
        ("uv", "uv", f"pip install uv=={requirements.UV_VERSION}"),
        ("cargo", "rust", f"install Rust {RUST} or newer from https://rustup.rs"),
        ("cargo-clippy", "rust tools", "rustup component add clippy"),
        ("cc", "c compiler", "apt-get install gcc libc6-dev"),
        ("chromium", "chromium", "apt-get install chromium-headless-shell"),
    ],
)
def test_missing_program_is_told_with_its_fix(
    program: str, name: str, hint: str, machine: Path
) -> None:
    (machine.parent / "bin" / program).unlink()
    code, verdicts, output = bootstrap(machine, "--check")
    assert code == 1
    assert [key for key, verdict in verdicts.items() if verdict == "missing"] == [name]
    assert hint in output


@pytest.mark.parametrize("version", ["1.80.1", "0.99.0"])
def test_old_rust_is_told(version: str, machine: Path) -> None:
    write_program(machine.parent / "bin" / "cargo", f"echo cargo {version}")
    code, verdicts, output = bootstrap(machine, "--check")
    assert (code, verdicts["rust"]) == (1, "missing")
    assert f"is too old, {RUST} is needed. hint: rustup update" in output


def test_check_changes_nothing_and_the_command_installs(machine: Path) -> None:
    for name in TOOLS:
        (machine / ".venv" / "bin" / name).unlink()
    # Stand for the real ones: they write down what they are asked and make what those would make.
    programs = machine.parent / "bin"
    made = " ".join(f"{machine}/.venv/bin/{name}" for name in TOOLS)
    write_program(
        programs / "uv",
        f'echo uv 0.13.9; [ "$1" != sync ] || echo "$*" >{machine}/asked\n'
        f'[ "$1" != sync ] || for tool in {made}; do /bin/cp {programs}/cc $tool; done',
    )
    write_program(
        programs / "rustup",
        f'echo "$*" >{machine}/rustup; /bin/cp {programs}/cc {programs}/cargo-fmt',
    )
    (machine.parent / "bin" / "cargo-fmt").unlink()
    code, verdicts, output = bootstrap(machine, "--check")
    assert (code, verdicts["tools"], verdicts["rust tools"]) == (1, "missing", "missing")
    assert "python, protoc, ruff, pytest not in" in output
    assert not (machine / "asked").exists()
    code, verdicts, output = bootstrap(machine)
    assert code == 0, output
    assert (verdicts["tools"], verdicts["rust tools"]) == ("ok", "ok")
    assert "--no-install-workspace" in (machine / "asked").read_text(encoding="utf-8")
    assert (machine / "rustup").read_text(encoding="utf-8") == "component add rustfmt\n"


def test_little_room_is_told_and_stops_nobody() -> None:
    state = enough("disk", 3 << 30, 25 << 30, "more room")
    assert (
        line(state)
        == "low      disk        3 GiB of disk, 25 GiB are good to have. hint: more room"
    )
    requirements.require(state)
    assert enough("disk", 25 << 30, 25 << 30, "").problem == ""


def test_rust_is_that_of_the_manifest_and_of_the_pages() -> None:
    for page in ("README.md", "CONTRIBUTING.md"):
        assert f"cargo {RUST} or newer" in (ROOT / page).read_text(encoding="utf-8")
