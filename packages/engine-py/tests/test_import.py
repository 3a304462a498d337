"""What importing loads: as little as possible, and nothing that is not used."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import codeanatomy
import pytest

if TYPE_CHECKING:
    from conftest import Sandbox

HEAVY = {
    "argparse",
    "codeanatomy_engine",
    "cyclopts",
    "datafusion",
    "msgspec",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "rich",
}


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules in a fresh interpreter after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    modules = json.loads(done.stderr.splitlines()[-1])
    assert "sys" in modules
    return {name.partition(".")[0] for name in modules}


def test_the_probe_sees_what_is_loaded() -> None:
    assert {"rich", "msgspec"} <= loaded_by("import rich, msgspec.json")


def test_import_codeanatomy_loads_nothing_else() -> None:
    assert loaded_by("import codeanatomy") & HEAVY == set()


def test_the_command_line_loads_its_commands_late() -> None:
    assert loaded_by("import codeanatomy.cli") & HEAVY == {"argparse"}


def test_sql_needs_the_engine_only(built: Sandbox) -> None:
    statement = (
        "from codeanatomy.cli import main\n"
        f"assert main(['sql', {str(built.output)!r}, 'select 1']) == 0"
    )
    assert loaded_by(statement) & HEAVY == {"argparse", "codeanatomy_engine"}


def test_build_needs_no_datafusion(sandbox: Sandbox) -> None:
    sandbox.write({"a.py": "x = 1\n"})
    statement = (
        "from codeanatomy.cli import main\n"
        f"assert main(['build', {str(sandbox.repository)!r}, '-o', {str(sandbox.output)!r}]) == 0"
    )
    loaded = loaded_by(statement) & HEAVY
    assert loaded == {"argparse", "codeanatomy_engine", "msgspec", "rich"}


@pytest.mark.parametrize("name", codeanatomy.__all__)
def test_each_public_name_loads_alone(name: str) -> None:
    loaded_by(f"import codeanatomy; codeanatomy.{name}")
    loaded_by(f"from codeanatomy import {name}")


def test_a_wrong_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'codeanatomy' has no attribute 'bulid'"):
        codeanatomy.bulid  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(codeanatomy, "__path_of_nothing__")


def test_dir_lists_what_is_not_loaded_yet() -> None:
    assert set(codeanatomy.__all__) <= set(dir(codeanatomy))


def test_the_version_is_that_of_the_package() -> None:
    # The engine's version is held against it whenever the engine is loaded.
    assert codeanatomy.__version__ == importlib.metadata.version("codeanatomy")
