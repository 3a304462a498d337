"""What only a look inside a built archive tells: tags, size, ABI, platform, materials, licences."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

from repository.root import script
from repository.wheel_licences import licence_problems

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = "codeanatomy_engine"
PURE_TAG = "py3-none-any"
ENGINE_TAG = "cp310-abi3-"
# The package index takes files of up to 100 MiB.
MOST_BYTES = {ENGINE: 100 << 20, "codeanatomy": 2 << 20, "codeanatomy_testkit": 2 << 20}
# The engine is linked from some 500 crates; far fewer would be the list of something else.
FEWEST_COMPONENTS = 300
# What a source archive has to have, and must not.
SOURCE_FILES = {
    ENGINE: ("PKG-INFO", "pyproject.toml", "LICENSE", "Cargo.lock", "crates/python/Cargo.toml"),
    "codeanatomy": ("PKG-INFO", "pyproject.toml", "LICENSE", "src/codeanatomy/__init__.py"),
    "codeanatomy_testkit": ("PKG-INFO", "pyproject.toml", "src/codeanatomy_testkit/plugin.py"),
}
GLIBC = re.compile(r"manylinux_(\d+)_(\d+)")
BUILT = re.compile(r"/target/|\.(so|pyd|dylib|pyc)$")


def audit(wheel: Path, *, development: bool = False) -> list[str]:
    """Look at everything that can be told of a wheel without installing it.

    Args:
        wheel: A `.whl` file of one of the three packages.
        development: Whether it holds an engine of the dev profile, which is large, has neither a
            bill of materials nor the licences of others, and runs on this machine only.

    Returns:
        One line for each thing that is wrong.
    """
    package = wheel.name.partition("-")[0]
    found = tag_problems(wheel.name, development=development)
    if not development:
        size = wheel.stat().st_size
        if size > MOST_BYTES[package]:
            most = MOST_BYTES[package] >> 20
            found.append(f"{wheel.name}: {size >> 20} MiB, at most {most}")
    if package == ENGINE:
        if not development:
            found += bill_problems(wheel)
            found += licence_problems(wheel)
        found += run_audit(wheel, "abi3audit", "--strict")
        # Other systems have no such policies.
        if sys.platform == "linux" and not development:
            found += platform_problems(wheel)
    return found


def tag_problems(name: str, *, development: bool) -> list[str]:
    """Check the tags of a wheel's name.

    Args:
        name: The file's name.
        development: Whether the platform tag may be that of one machine.
    """
    package, *_ = parts = name.removesuffix(".whl").split("-")
    tag = "-".join(parts[-3:])
    if package != ENGINE:
        return [] if tag == PURE_TAG else [f"{name}: the tag is not {PURE_TAG}"]
    if not tag.startswith(ENGINE_TAG):
        return [f"{name}: the tag does not start with {ENGINE_TAG}"]
    if "-linux_" in tag and not development:
        return [f"{name}: no package index takes a plain linux tag; manylinux is needed"]
    return []


def bill_problems(wheel: Path) -> list[str]:
    """Check the bill of materials that is in the engine's wheel."""
    with zipfile.ZipFile(wheel) as archive:
        bills = [name for name in archive.namelist() if name.endswith(".cyclonedx.json")]
        documents: list[dict[str, Any]] = [json.loads(archive.read(name)) for name in bills]
    if len(documents) != 1:
        return [f"{wheel.name}: {len(documents)} bills of materials, one is needed"]
    (document,) = documents
    if document.get("bomFormat") != "CycloneDX":
        return [f"{wheel.name}: the bill of materials is not CycloneDX"]
    components: list[dict[str, Any]] = document.get("components", [])
    found = [
        f"{wheel.name}: {component['name']} {component.get('version')} has no licence"
        for component in components
        if not component.get("licenses")
    ]
    if len(components) < FEWEST_COMPONENTS:
        found.append(
            f"{wheel.name}: the bill of materials has {len(components)} components,"
            f" at least {FEWEST_COMPONENTS} are expected"
        )
    return found


def platform_problems(wheel: Path) -> list[str]:
    """Check that a Linux wheel needs no newer C library than its tag says.

    Args:
        wheel: One with a compiled library; auditwheel reads which symbols that needs.
    """
    result = subprocess.run(
        [script("auditwheel"), "show", "--json", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        return [f"{wheel.name}: auditwheel: {(result.stdout + result.stderr).strip()}"]
    needed: str = json.loads(result.stdout)["overall_tag"]
    claimed = [tuple(map(int, found)) for found in GLIBC.findall(wheel.name)]
    least = [tuple(map(int, found)) for found in GLIBC.findall(needed)]
    if claimed and least and min(claimed) >= least[0]:
        return []
    return [f"{wheel.name}: the library needs {needed}, which the tag does not say"]


def run_audit(wheel: Path, program: str, *arguments: str) -> list[str]:
    """Run a program that audits a wheel.

    Returns:
        What it printed, as one problem, if it is not content.
    """
    result = subprocess.run(
        [script(program), *arguments, str(wheel)], capture_output=True, text=True, check=False
    )
    if result.returncode == 0:
        return []
    return [f"{wheel.name}: {program}: {(result.stdout + result.stderr).strip()}"]


def source_problems(archive: Path) -> list[str]:
    """Hold a source archive against what its package must ship.

    Args:
        archive: A `.tar.gz` file of one of the three packages.

    Returns:
        One line for each file that is missing, or was built.
    """
    package = archive.name.rpartition("-")[0]
    with tarfile.open(archive) as opened:
        # The first folder carries the version.
        names = {name.partition("/")[2] for name in opened.getnames()}
    found = [
        f"{archive.name}: {name} is missing" for name in SOURCE_FILES[package] if name not in names
    ]
    return found + [
        f"{archive.name}: {name} does not belong in it"
        for name in sorted(names)
        if BUILT.search(f"/{name}")
    ]
