"""Ruff's bans (`TID251`) hold inside the product and nowhere else."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
import tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

PRODUCT = "packages/engine-py/src/codeanatomy/planted.py"
ELSEWHERE = (
    "packages/engine-py/tests/test_planted.py",
    "packages/testkit/src/planted.py",
    "tools/planted.py",
)
PLANTED = {
    "duckdb": "import duckdb\n",
    "hashlib": "from hashlib import sha256\n",
    "importlib.import_module": "from importlib import import_module\n",
    "pandas": "import pandas\n",
    "polars": "from polars import col\n",
    "pyarrow.compute": "import pyarrow.compute as pc\n",
}


def banned_lines(workspace: Workspace, root: Path) -> list[str]:
    """Run ruff with the real settings and return the file names of its `TID251` findings."""
    shutil.copy(root / "pyproject.toml", workspace.root)
    result = workspace.run(
        "ruff", "check", "--no-cache", "--select", "TID251", "--output-format", "json", "."
    )
    return [finding["filename"] for finding in json.loads(result.stdout)]


@pytest.mark.parametrize("name", PLANTED)
def test_ban_is_reported_inside_the_product_only(
    name: str, workspace: Workspace, repository_root: Path
) -> None:
    planted = workspace.write(PRODUCT, PLANTED[name])
    for path in ELSEWHERE:
        workspace.write(path, PLANTED[name])
    assert banned_lines(workspace, repository_root) == [str(planted)]


def test_clean_file_passes_and_is_seen(workspace: Workspace, repository_root: Path) -> None:
    clean = workspace.write(PRODUCT, "import pyarrow\nimport importlib\n")
    assert banned_lines(workspace, repository_root) == []
    seen = workspace.run("ruff", "check", "--no-cache", "--show-files", ".")
    assert str(clean) in seen.stdout.splitlines()


def test_the_whole_product_is_seen(workspace: Workspace, repository_root: Path) -> None:
    product = repository_root / "packages" / "engine-py" / "src"
    seen = workspace.run("ruff", "check", "--no-cache", "--show-files", str(product))
    files = {str(path) for path in product.rglob("*.py")}
    assert len(files) >= 60
    assert files <= set(seen.stdout.splitlines())


def test_every_ban_is_planted(repository_root: Path) -> None:
    settings = tomllib.loads((repository_root / "pyproject.toml").read_text(encoding="utf-8"))
    bans = settings["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert set(bans) == set(PLANTED)
