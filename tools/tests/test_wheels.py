"""Each pure Python package builds alone; the check of a wheel finds what is wrong."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from repository.requirements import find_uv
from repository.step import run
from repository.wheel_contents import problems
from repository.wheels import PACKAGES, build, built_problems

if TYPE_CHECKING:
    from pathlib import Path

LICENCE = "Metadata-Version: 2.4\nName: x\nVersion: 1.0\nLicense-Expression: Apache-2.0\n"


@pytest.mark.parametrize("name", ["codeanatomy", "codeanatomy-testkit"])
def test_package_builds_alone(name: str, tmp_path: Path) -> None:
    result = run(build(find_uv(), name, tmp_path), verbose=True)
    assert result.outcome == "passed"
    assert built_problems(tmp_path, name) == []
    assert len(list(tmp_path.glob("*.tar.gz"))) == 1


def make_wheel(directory: Path, name: str, files: dict[str, str]) -> Path:
    wheel = directory / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def engine_files(metadata: str = LICENCE) -> dict[str, str]:
    return {
        "codeanatomy_engine/__init__.py": "",
        "codeanatomy_engine/_engine.abi3.so": "",
        "codeanatomy_engine/_engine.pyi": "",
        "codeanatomy_engine/py.typed": "",
        "codeanatomy_portable/__init__.py": "",
        "codeanatomy_portable/_portable.pyi": "",
        "codeanatomy_portable/py.typed": "",
        "codeanatomy_engine-1.0.dist-info/METADATA": metadata,
        "codeanatomy_engine-1.0.dist-info/sboms/engine.cyclonedx.json": "{}",
        "codeanatomy_engine-1.0.dist-info/licenses/LICENSE": "",
        "codeanatomy_engine-1.0.dist-info/licenses/THIRD-PARTY-LICENSES.txt": "",
    }


def test_complete_engine_wheel_passes(tmp_path: Path) -> None:
    assert problems(make_wheel(tmp_path, "codeanatomy_engine", engine_files())) == []


@pytest.mark.parametrize(
    "missing", [name for name in engine_files() if not name.endswith("METADATA")]
)
def test_missing_file_is_reported(missing: str, tmp_path: Path) -> None:
    files = engine_files()
    del files[missing]
    assert len(problems(make_wheel(tmp_path, "codeanatomy_engine", files))) == 1


@pytest.mark.parametrize("name", ["codeanatomy_engine/lib.rs", "a/tests/test_a.py", "early.pth"])
def test_unwanted_file_is_reported(name: str, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "codeanatomy_engine", {**engine_files(), name: ""})
    assert problems(wheel) == [f"{wheel.name}: {name} does not belong in it"]


@pytest.mark.parametrize(
    "requirement",
    [
        "codeanatomy-engine>=1.0",
        "codeanatomy>=1",
        "codeanatomy==1",
        "codeanatomy",
        "datafusion>=55",
    ],
)
def test_loose_pin_is_reported(requirement: str, tmp_path: Path) -> None:
    files = engine_files(f"{LICENCE}Requires-Dist: {requirement}\n")
    found = problems(make_wheel(tmp_path, "codeanatomy_engine", files))
    assert len(found) == 1
    assert requirement in found[0]


def test_foreign_wheel_and_missing_wheel_are_reported(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "requests", {"requests-1.0.dist-info/METADATA": LICENCE})
    assert "not a wheel of this repository" in problems(wheel)[0]
    assert "no wheel in" in built_problems(tmp_path, "codeanatomy")[0]


PATH = re.compile(r"""["'=]\s*(?:file:|/|~|[A-Za-z]:\\)|\.whl""")


def platform_paths(root: Path) -> tuple[int, list[str]]:
    """Look for paths of one machine, and for wheels, in every project's settings.

    Returns:
        How many files were read, and one line for each that stands in one.
    """
    files = [root / "pyproject.toml", *sorted(root.glob("packages/*/pyproject.toml"))]
    return len(files), [
        f"{file.relative_to(root)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if PATH.search(line.partition("#")[0]) and not line.strip().startswith("include = ")
    ]


def test_no_project_names_a_place_of_one_machine(repository_root: Path) -> None:
    assert platform_paths(repository_root) == (4, [])


@pytest.mark.parametrize(
    "line",
    [
        'x = { path = "dist/codeanatomy_engine-1.0-cp310-abi3-macosx_11_0_arm64.whl" }',
        'x = { url = "file:///home/me/x" }',
        'venv = "/home/me/.venv"',
    ],
)
def test_place_of_one_machine_is_reported(line: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.uv.sources]\n{line}\n", encoding="utf-8")
    assert platform_paths(tmp_path) == (1, [f"pyproject.toml:2: {line}"])


def test_licence_of_every_package_is_the_repository_s(repository_root: Path) -> None:
    licence = (repository_root / "LICENSE").read_bytes()
    packages = ("engine-native", "engine-py", "testkit")
    copies = [repository_root / "packages" / name / "LICENSE" for name in packages]
    assert [copy.read_bytes() for copy in copies] == [licence] * len(PACKAGES)
