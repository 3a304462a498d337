"""`tools/wheels verify`: the audits find what is planted; wheels run far from the sources."""

from __future__ import annotations

import importlib.util
import io
import json
import platform
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from development_wheel import engine_wheel
from repository.root import ROOT
from repository.wheel_audit import (
    audit,
    bill_problems,
    platform_problems,
    run_audit,
    source_problems,
    tag_problems,
)
from repository.wheel_smoke import CHECKS
from repository.wheels import main

if TYPE_CHECKING:
    from pathlib import Path

COMPONENT = {"name": "arrow", "version": "1", "licenses": [{"expression": "Apache-2.0"}]}


def git_status() -> str:
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with the wheels of all three packages, the engine's of the dev profile."""
    directory = tmp_path_factory.mktemp("wheels")
    before = git_status()
    pure = ("--package", "codeanatomy", "--package", "codeanatomy-testkit")
    assert main(["build", *pure, "--output", str(directory)]) == 0
    assert git_status() == before
    engine_wheel(directory)
    return directory


def test_wheels_are_tried_in_an_empty_environment(
    wheels: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(wheels), "--allow-debug", "--python", sys.executable]) == 0
    printed = capfd.readouterr().out
    for check in CHECKS:
        assert f"ok      {check.__name__}: " in printed, printed
    assert f"{len(CHECKS)} of {len(CHECKS)} checks passed" in printed


def test_development_engine_is_refused_and_a_lost_wheel_told(
    wheels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (engine,) = wheels.glob("codeanatomy_engine-*.whl")
    found = "\n".join(audit(engine))
    assert "MiB, at most 100" in found
    assert "manylinux is needed" in found
    assert "0 bills of materials, one is needed" in found
    assert main(["verify", str(tmp_path)]) == 1
    assert "codeanatomy-testkit: no wheel in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("codeanatomy-1.0-py3-none-any.whl", ""),
        ("codeanatomy-1.0-py2.py3-none-any.whl", "the tag is not py3-none-any"),
        ("codeanatomy_engine-1.0-cp310-abi3-manylinux_2_28_x86_64.whl", ""),
        ("codeanatomy_engine-1.0-cp310-abi3-macosx_11_0_arm64.whl", ""),
        ("codeanatomy_engine-1.0-cp311-cp311-win_amd64.whl", "does not start with cp310-abi3-"),
        ("codeanatomy_engine-1.0-cp310-abi3-linux_x86_64.whl", "manylinux is needed"),
    ],
)
def test_tags(name: str, problem: str) -> None:
    found = tag_problems(name, development=False)
    assert [problem in one for one in found] == ([True] if problem else [])


@pytest.mark.parametrize(
    ("bills", "problem"),
    [
        ([{"bomFormat": "CycloneDX", "components": [COMPONENT] * 300}], ""),
        ([], "0 bills of materials"),
        ([{"bomFormat": "SPDX"}], "is not CycloneDX"),
        ([{"bomFormat": "CycloneDX", "components": [COMPONENT]}], "has 1 components"),
        (
            [{"bomFormat": "CycloneDX", "components": [COMPONENT] * 300 + [{"name": "foul"}]}],
            "foul None has no licence",
        ),
    ],
)
def test_bill_of_materials(bills: list[object], problem: str, tmp_path: Path) -> None:
    wheel = tmp_path / "codeanatomy_engine-1.0-cp310-abi3-win_amd64.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for number, bill in enumerate(bills):
            name = f"codeanatomy_engine-1.0.dist-info/sboms/{number}.cyclonedx.json"
            archive.writestr(name, json.dumps(bill))
    found = bill_problems(wheel)
    assert [problem in one for one in found] == ([True] if problem else [])


def foreign_wheel(directory: Path, system: str) -> Path:
    """Write a wheel whose library is one that was compiled for one version of Python alone."""
    module = importlib.util.find_spec("_xxhash") or importlib.util.find_spec("xxhash._xxhash")
    assert module is not None
    assert module.origin is not None
    wheel = directory / f"codeanatomy_engine-1.0-cp310-abi3-{system}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(module.origin, "_xxhash.abi3.so")
        tag = f"Tag: cp310-abi3-{system}"
        text = f"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\n{tag}\n"
        archive.writestr("codeanatomy_engine-1.0.dist-info/WHEEL", text)
        # Auditwheel reads the files that are recorded.
        archive.writestr("codeanatomy_engine-1.0.dist-info/RECORD", "_xxhash.abi3.so,,\n")
    return wheel


def test_symbols_outside_the_stable_interface_are_reported(tmp_path: Path) -> None:
    found = run_audit(foreign_wheel(tmp_path, "manylinux_2_28_x86_64"), "abi3audit", "--strict")
    assert len(found) == 1
    assert "abi3audit" in found[0]


def test_library_that_is_newer_than_its_tag_is_reported(tmp_path: Path) -> None:
    machine = platform.machine()
    assert platform_problems(foreign_wheel(tmp_path, f"manylinux_2_39_{machine}")) == []
    (found,) = platform_problems(foreign_wheel(tmp_path, f"manylinux_2_5_{machine}"))
    assert "which the tag does not say" in found


def test_source_archives(wheels: Path, tmp_path: Path) -> None:
    archives = sorted(wheels.glob("*.tar.gz"))
    assert len(archives) == 2
    assert [problem for archive in archives for problem in source_problems(archive)] == []
    planted = tmp_path / "codeanatomy-1.0.tar.gz"
    with tarfile.open(planted, "w:gz") as archive:
        for name in ("PKG-INFO", "LICENSE", "src/codeanatomy/__init__.py", "target/x", "a/b.so"):
            archive.addfile(tarfile.TarInfo(f"codeanatomy-1.0/{name}"), io.BytesIO())
    assert source_problems(planted) == [
        f"{planted.name}: pyproject.toml is missing",
        f"{planted.name}: a/b.so does not belong in it",
        f"{planted.name}: target/x does not belong in it",
    ]
