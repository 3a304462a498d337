"""A Rust crate uses the crates before it, never one after it; only the last knows PyO3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

ORDER = (
    "errors",
    "sql",
    "functions",
    "schema",
    "delta",
    "runtime",
    "validation",
    "datasets",
    "plan",
    "extract",
    "graph",
    "cluster",
    "python",
)
# Testers for the tests of the others: every crate may use it, but only as a development dependency.
TESTING = "testing"
BINDING_ONLY = ("datafusion-python", "pyo3")
PREFIX = "codeanatomy-"


def order_problems(engine: Path) -> tuple[int, list[str]]:
    """Read the manifest of every crate.

    Returns:
        How many were read, and one line for each dependency that is not allowed.
    """
    problems: list[str] = []
    manifests = sorted(engine.glob("crates/*/Cargo.toml"))
    for path in manifests:
        crate = path.parent.name
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
        rank = len(ORDER) if crate == TESTING else ORDER.index(crate)
        for name in manifest.get("dependencies", {}):
            other = name.removeprefix(PREFIX)
            if name.startswith(PREFIX) and (other == TESTING or ORDER.index(other) >= rank):
                problems.append(f"{crate} must not use {other}")
            if name in BINDING_ONLY and crate != "python":
                problems.append(f"{crate} must not use {name}")
    return len(manifests), problems


def test_crates_hold_the_order(repository_root: Path) -> None:
    seen, problems = order_problems(repository_root / "packages" / "engine-native")
    assert seen >= 6
    assert problems == []


@pytest.mark.parametrize(
    ("crate", "dependency", "problem"),
    [
        ("functions", "codeanatomy-graph", "functions must not use graph"),
        ("graph", "codeanatomy-graph", "graph must not use graph"),
        ("runtime", "codeanatomy-testing", "runtime must not use testing"),
        ("graph", "pyo3", "graph must not use pyo3"),
        ("runtime", "datafusion-python", "runtime must not use datafusion-python"),
    ],
)
def test_violation_is_reported(
    crate: str, dependency: str, problem: str, workspace: Workspace
) -> None:
    manifest = '[package]\nname = "x"\n[dependencies]\ncodeanatomy-errors = {}\n'
    workspace.write("crates/extract/Cargo.toml", manifest)
    workspace.write(f"crates/{crate}/Cargo.toml", f"{manifest}{dependency} = {{}}\n")
    assert order_problems(workspace.root) == (2, [problem])
