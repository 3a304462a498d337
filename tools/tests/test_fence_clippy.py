"""The engine's `clippy.toml`: a planted use of what it bans is reported, and clean code passes."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

CLEAN = (
    "//! A crate that bans nothing.\n/// Adds one.\npub fn add(value: u32) -> u32 { value + 1 }\n"
)
PLANTED = {
    "disallowed_types": "pub fn hash(_: std::hash::DefaultHasher) {}\n",
    "disallowed_methods": "pub fn stop() { std::process::exit(1) }\n",
}


def clippy(workspace: Workspace, root: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Run clippy with the real fences over a crate without dependencies."""
    shutil.copy(root / "packages" / "engine-native" / "clippy.toml", workspace.root)
    workspace.write(
        "Cargo.toml", '[package]\nname = "planted"\nversion = "0.0.0"\nedition = "2024"\n'
    )
    workspace.write("src/lib.rs", source)
    # Its own target directory: the crate must not mix with the engine's.
    variables = {**os.environ, "CARGO_TARGET_DIR": str(workspace.root / "target")}
    return subprocess.run(
        ["cargo", "clippy", "--offline", "--", "-D", "warnings"],
        cwd=workspace.root,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("lint", PLANTED)
def test_violation_is_reported(lint: str, workspace: Workspace, repository_root: Path) -> None:
    result = clippy(workspace, repository_root, CLEAN + PLANTED[lint])
    assert result.returncode != 0
    assert lint in result.stderr


def test_clean_crate_passes(workspace: Workspace, repository_root: Path) -> None:
    result = clippy(workspace, repository_root, CLEAN)
    assert result.returncode == 0, result.stderr


def test_every_fence_has_a_reason(repository_root: Path) -> None:
    fences = tomllib.loads(
        (repository_root / "packages" / "engine-native" / "clippy.toml").read_text(encoding="utf-8")
    )
    entries = [*fences["disallowed-types"], *fences["disallowed-methods"]]
    assert len(entries) >= 8
    assert all(entry["reason"] for entry in entries)


def test_every_crate_takes_the_workspace_lints(repository_root: Path) -> None:
    crates = sorted(
        (repository_root / "packages" / "engine-native" / "crates").glob("*/Cargo.toml")
    )
    assert len(crates) >= 5
    for manifest in crates:
        settings = tomllib.loads(manifest.read_text(encoding="utf-8"))
        # The binding crate may have a table of its own: PyO3's macros need `unsafe`.
        assert "lints" in settings, manifest
