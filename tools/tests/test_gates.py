"""`tools/test` as a person runs it: by its path, with and without what it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from repository.gates import every_step
from repository.root import PYTHON


def run_tool(
    root: Path, *arguments: str, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `tools/test` of a root with Python's isolated mode off and `PATH` as given."""
    variables = dict(os.environ)
    if path is not None:
        variables["PATH"] = path
    return subprocess.run(
        [PYTHON, str(root / "tools" / "test"), *arguments],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def programs(directory: Path, *names: str) -> str:
    """Make a directory with links to some programs of this machine, to be a whole `PATH`."""
    directory.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found is not None, name
        # A link and not a copy: cargo is a proxy that looks at the name it is called by.
        (directory / name).symlink_to(found)
    return str(directory)


def copy_of_the_tools(root: Path, target: Path) -> Path:
    """Copy what `tools/test` needs to start, but no environment."""
    for name in ("bootstrap", "test", "gate", "repository"):
        source = root / "tools" / name
        destination = target / "tools" / name
        destination.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, destination)
    # What names the Rust that is needed.
    manifest = target / "packages" / "engine-native" / "Cargo.toml"
    manifest.parent.mkdir(parents=True)
    shutil.copy(root / "packages" / "engine-native" / "Cargo.toml", manifest)
    return target


def test_list_names_every_step(repository_root: Path) -> None:
    result = run_tool(repository_root, "--list")
    assert result.returncode == 0
    names = [line.split()[0] for line in result.stdout.splitlines()]
    assert names == [step.name for step in every_step("uv")]
    assert len(names) >= 15


def test_unknown_step_is_a_usage_error(repository_root: Path) -> None:
    result = run_tool(repository_root, "--only", "nonsense")
    assert result.returncode == 2
    assert "rust-test" in result.stderr


def test_one_step_alone(repository_root: Path) -> None:
    result = run_tool(repository_root, "--only", "patterns-test")
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines()[-2] == "1 passed, 0 failed"


def test_failing_step_stops_the_run(repository_root: Path, tmp_path: Path) -> None:
    root = copy_of_the_tools(repository_root, tmp_path)
    # An environment without the tools: every gate fails to start.
    (root / ".venv").mkdir()
    result = run_tool(root, "--only", "format", "--only", "lint")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-2] == "0 passed, 1 failed, 1 skipped"
    result = run_tool(root, "--only", "format", "--only", "lint", "--keep-going")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-2] == "0 passed, 2 failed"


def test_missing_cargo_is_one_line(repository_root: Path, tmp_path: Path) -> None:
    result = run_tool(repository_root, path=programs(tmp_path / "bin", "cc"))
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "cargo not found" in result.stderr
    assert "hint: install Rust 1.95 or newer" in result.stderr


def test_missing_browser_is_told_before_anything_is_compiled(
    repository_root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "cargo").write_text("#!/bin/sh\necho cargo 1.95.0\n", encoding="utf-8")
    (folder / "cc").write_text("#!/bin/sh\n", encoding="utf-8")
    for program in folder.iterdir():
        program.chmod(0o755)
    result = run_tool(repository_root, path=str(folder))
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        (
            "no Chromium found, with which a test looks at a page."
            " hint: on Debian: apt-get install chromium-headless-shell"
        )
    ]


def test_old_cargo_is_one_line(repository_root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "cargo").write_text("#!/bin/sh\necho cargo 1.80.1\n", encoding="utf-8")
    (folder / "cargo").chmod(0o755)
    result = run_tool(repository_root, path=str(folder))
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "cargo 1.80 is too old, 1.95 is needed. hint: rustup update"
    ]


def test_missing_compiler_is_one_line(repository_root: Path, tmp_path: Path) -> None:
    result = run_tool(repository_root, path=programs(tmp_path / "bin", "cargo"))
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "no C compiler" in result.stderr


def test_missing_uv_is_installed_by_pip(repository_root: Path, tmp_path: Path) -> None:
    root = copy_of_the_tools(repository_root, tmp_path)
    code = "from repository.requirements import *; print(find_uv(), version_of(find_uv()))"
    result = subprocess.run(
        [PYTHON, "-c", code],
        cwd=root / "tools",
        env={**os.environ, "PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    path, _, version = result.stdout.strip().rpartition("/uv ")
    assert Path(path) == root / ".uv" / "bin"
    assert version == str(steps_uv_version())


def steps_uv_version() -> tuple[int, int]:
    """Return major and minor number of the uv that the tools install."""
    from repository.requirements import UV_VERSION

    major, minor, _ = UV_VERSION.split(".")
    return int(major), int(minor)


def test_continuous_integration_runs_the_gates(repository_root: Path) -> None:
    script = repository_root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "python3 tools/test" in script.read_text(encoding="utf-8")
    assert sys.version_info >= (3, 11)
