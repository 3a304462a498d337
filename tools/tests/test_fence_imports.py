"""The import contracts of `.importlinter`: each finds its planted violation."""

from __future__ import annotations

import configparser
import os
import re
import shutil
from typing import TYPE_CHECKING

import grimp
import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from conftest import Workspace

# A small tree with every layer that the real contract lists, each importing the one below.
CLEAN = {
    "codeanatomy_engine/__init__.py": "",
    "codeanatomy_testkit/__init__.py": "import codeanatomy.session\n",
    "codeanatomy/__init__.py": "__version__ = ''\ndef __getattr__(_): import codeanatomy.graph\n",
    "codeanatomy/_native.py": "import codeanatomy_engine\nfrom codeanatomy import __version__\n",
    "codeanatomy/errors.py": "import codeanatomy._native\n",
    "codeanatomy/contracts.py": "import codeanatomy.errors\n",
    "codeanatomy/profile.py": "import codeanatomy.contracts\n",
    "codeanatomy/session.py": "import codeanatomy.profile\n",
    "codeanatomy/functions/__init__.py": "import codeanatomy.contracts\n",
    "codeanatomy/user_functions.py": "import codeanatomy.profile\n",
    "codeanatomy/datasets/__init__.py": "import codeanatomy.errors\n",
    "codeanatomy/delta/__init__.py": "import codeanatomy.errors\n",
    "codeanatomy/graph.py": "import codeanatomy.session, codeanatomy.functions\n",
    "codeanatomy/cli/__init__.py": "import codeanatomy.graph\n",
}
VIOLATIONS = {
    "layers": ("codeanatomy/contracts.py", "import codeanatomy.session\n"),
    "beside": ("codeanatomy/functions/__init__.py", "import codeanatomy.session\n"),
    "unlisted": ("codeanatomy/helpers.py", "import codeanatomy.contracts\n"),
    "native-gate": ("codeanatomy/graph.py", "import codeanatomy_engine\n"),
    "no-testkit-in-the-product": ("codeanatomy/session.py", "import codeanatomy_testkit\n"),
    "no-portable-tier": ("codeanatomy/session.py", "import codeanatomy_portable\n"),
    "no-second-engine": ("codeanatomy/graph.py", "import polars\n"),
}

# Further ways to break the contract of the layers: side by side, and in no layer.
OF_THE_LAYERS = {"beside", "unlisted"}


def lint(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> CompletedProcess[str]:
    """Run the real contracts over the workspace's tree."""
    shutil.copy(root / ".importlinter", workspace.root)
    monkeypatch.setenv(
        "PYTHONPATH", str(workspace.root) + os.pathsep + os.environ.get("PYTHONPATH", "")
    )
    return workspace.run("lint-imports", "--no-cache")


def test_every_module_of_the_real_packages_is_seen(repository_root: Path) -> None:
    settings = configparser.ConfigParser()
    settings.read(repository_root / ".importlinter", encoding="utf-8")
    packages = settings["importlinter"]["root_packages"].split()
    graph = grimp.build_graph(*packages, include_external_packages=True, cache_dir=None)
    # A squashed module is another project's.
    seen = {module for module in graph.modules if not graph.is_module_squashed(module)}
    files = [
        path
        for name in ("engine-py", "testkit")
        for path in (repository_root / "packages" / name / "src").rglob("*.py")
    ]
    assert len(seen) == len(files) >= 90


def plant_clean_tree(workspace: Workspace) -> None:
    for path, text in CLEAN.items():
        workspace.write(path, text)


def test_clean_tree_passes_and_is_seen(
    workspace: Workspace, repository_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_clean_tree(workspace)
    result = lint(workspace, repository_root, monkeypatch)
    assert result.returncode == 0, result.stdout
    analysed = re.search(r"Analyzed (\d+) files", result.stdout)
    assert analysed is not None, result.stdout
    assert int(analysed[1]) == len(CLEAN)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_violation_is_reported(
    contract: str, workspace: Workspace, repository_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_clean_tree(workspace)
    path, text = VIOLATIONS[contract]
    workspace.write(path, CLEAN.get(path, "") + text)
    result = lint(workspace, repository_root, monkeypatch)
    assert result.returncode == 1, result.stdout
    broken = [
        line.partition(" BROKEN")[0] for line in result.stdout.splitlines() if " BROKEN" in line
    ]
    section = "layers" if contract in OF_THE_LAYERS else contract
    assert broken == [contracts(repository_root)[section]["name"]]
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert module in result.stdout


def contracts(root: Path) -> dict[str, configparser.SectionProxy]:
    """Read the real contracts, by identifier."""
    configuration = configparser.ConfigParser()
    configuration.read(root / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): configuration[section]
        for section in configuration.sections()
        if section.startswith(prefix)
    }


def test_every_contract_has_a_violation(repository_root: Path) -> None:
    assert set(contracts(repository_root)) == set(VIOLATIONS) - OF_THE_LAYERS


def test_layers_name_the_real_modules(repository_root: Path) -> None:
    layers = set(re.findall(r"\w+", contracts(repository_root)["layers"]["layers"]))
    package = repository_root / "packages" / "engine-py" / "src" / "codeanatomy"
    modules = {path.stem for path in package.iterdir() if path.suffix == ".py"} - {"__init__"}
    modules |= {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    assert layers == modules
