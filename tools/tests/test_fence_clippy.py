"""The engine's `clippy.toml`: a planted use of what it bans is reported, and clean code passes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

CLEAN = (
    "//! A crate that bans nothing.\n/// Adds one.\npub fn add(value: u32) -> u32 { value + 1 }\n"
)
# One use of each path that the fences name.
PLANTED = {
    "std::hash::DefaultHasher": "pub fn a(_: std::hash::DefaultHasher) {}\n",
    "std::hash::RandomState": "pub fn b(_: std::hash::RandomState) {}\n",
    "std::env::var": 'pub fn c() { _ = std::env::var("HOME"); }\n',
    "std::env::var_os": 'pub fn d() { _ = std::env::var_os("HOME"); }\n',
    "std::env::set_current_dir": 'pub fn e() { _ = std::env::set_current_dir("/"); }\n',
    "std::process::abort": "pub fn f() { std::process::abort() }\n",
    "std::process::exit": "pub fn g() { std::process::exit(1) }\n",
    "tokio::runtime::Runtime::new": "pub fn h() { tokio::runtime::Runtime::new() }\n",
    "tokio::runtime::Builder::new_multi_thread": (
        "pub fn i() { tokio::runtime::Builder::new_multi_thread() }\n"
    ),
    "rayon::ThreadPoolBuilder::build_global": (
        "pub fn j() { rayon::ThreadPoolBuilder::build_global() }\n"
    ),
}
# Crates with the names and the paths of the libraries that the fences are about.
LIBRARIES = {
    "tokio": (
        "pub mod runtime {\n"
        "  pub struct Runtime; impl Runtime { pub fn new() {} }\n"
        "  pub struct Builder; impl Builder { pub fn new_multi_thread() {} }\n"
        "}\n"
    ),
    "rayon": "pub struct ThreadPoolBuilder; impl ThreadPoolBuilder { pub fn build_global() {} }\n",
}
MANIFEST = '[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\n'


def clippy(workspace: Workspace, root: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Run clippy with the real fences over a crate that depends on two empty ones."""
    shutil.copy(root / "packages" / "engine-native" / "clippy.toml", workspace.root)
    dependencies = "".join(f'{name} = {{ path = "{name}" }}\n' for name in LIBRARIES)
    workspace.write(
        "Cargo.toml", f"{MANIFEST.format(name='planted')}[dependencies]\n{dependencies}"
    )
    for name, text in LIBRARIES.items():
        workspace.write(f"{name}/Cargo.toml", MANIFEST.format(name=name))
        workspace.write(f"{name}/src/lib.rs", text)
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


def test_every_violation_is_reported(workspace: Workspace, repository_root: Path) -> None:
    result = clippy(workspace, repository_root, CLEAN + "".join(PLANTED.values()))
    assert result.returncode != 0
    reported = set(re.findall(r"use of a disallowed (?:type|method) `([^`]+)`", result.stderr))
    assert reported == set(PLANTED) == {entry["path"] for entry in fences(repository_root)}


def test_clean_crate_passes(workspace: Workspace, repository_root: Path) -> None:
    result = clippy(workspace, repository_root, CLEAN)
    assert result.returncode == 0, result.stderr


def fences(root: Path) -> list[dict[str, str]]:
    """Read the entries of the real fences."""
    settings = tomllib.loads(
        (root / "packages" / "engine-native" / "clippy.toml").read_text(encoding="utf-8")
    )
    return [*settings["disallowed-types"], *settings["disallowed-methods"]]


def test_every_fence_has_a_reason(repository_root: Path) -> None:
    entries = fences(repository_root)
    assert len(entries) >= 8
    assert all(entry["reason"] for entry in entries)


def crates_without_lints(engine: Path) -> tuple[int, list[str]]:
    """Read the manifest of every crate.

    Returns:
        How many were read, and the crates that have no table of lints. The binding crate may have
        one of its own: PyO3's macros need `unsafe`.
    """
    manifests = sorted(engine.glob("crates/*/Cargo.toml"))
    return len(manifests), [
        path.parent.name
        for path in manifests
        if "lints" not in tomllib.loads(path.read_text(encoding="utf-8"))
    ]


def test_every_crate_takes_the_workspace_lints(repository_root: Path) -> None:
    seen, without = crates_without_lints(repository_root / "packages" / "engine-native")
    assert seen >= 5
    assert without == []


def test_crate_without_lints_is_reported(workspace: Workspace) -> None:
    workspace.write("crates/good/Cargo.toml", "[lints]\nworkspace = true\n")
    workspace.write("crates/planted/Cargo.toml", "[package]\n")
    assert crates_without_lints(workspace.root) == (2, ["planted"])
