"""What must be in each of the three wheels, and what must not."""

from __future__ import annotations

import email
import fnmatch
import re
import zipfile
from typing import TYPE_CHECKING

from repository.wheel_licences import NAME as THIRD_PARTY_LICENCES

if TYPE_CHECKING:
    from pathlib import Path

# Shell patterns; `|` stands between the names that a file has on different platforms.
BILL = "codeanatomy_engine-*.dist-info/sboms/*.cyclonedx.json"
THIRD_PARTY = f"codeanatomy_engine-*.dist-info/licenses/{THIRD_PARTY_LICENCES}"
REQUIRED = {
    "codeanatomy_engine": (
        "codeanatomy_engine/__init__.py",
        "codeanatomy_engine/_engine.abi3.so|codeanatomy_engine/_engine.pyd",
        "codeanatomy_engine/_engine.pyi",
        "codeanatomy_engine/py.typed",
        "codeanatomy_portable/__init__.py",
        "codeanatomy_portable/_portable.pyi",
        "codeanatomy_portable/py.typed",
        BILL,
        THIRD_PARTY,
    ),
    "codeanatomy": (
        "codeanatomy/__init__.py",
        "codeanatomy/_native.py",
        "codeanatomy/py.typed",
        "codeanatomy-*.dist-info/entry_points.txt",
    ),
    "codeanatomy_testkit": (
        "codeanatomy_testkit/plugin.py",
        "codeanatomy_testkit/py.typed",
        "codeanatomy_testkit-*.dist-info/entry_points.txt",
        "codeanatomy_testkit/triage/render/page.html",
    ),
}
LICENCE = "*.dist-info/licenses/LICENSE"
EXACT = re.compile(r"==[\d.]+$")
RUNTIME = re.compile(r"codeanatomy(?![-\w])")
UNWANTED = ("*/tests/*", "*__pycache__*", "*.rs", "*.pth", "*/Cargo.toml")


def problems(wheel: Path, *, development: bool = False) -> list[str]:
    """Hold a wheel against what its package must ship.

    Args:
        wheel: A `.whl` file of one of the three packages.
        development: Whether it holds an engine of the dev profile, without a bill of materials and
            the licences of others.

    Returns:
        One line for each thing that is missing, or there and unwanted; empty when the wheel is
        right.
    """
    package = wheel.name.partition("-")[0]
    required = REQUIRED.get(package)
    if required is None:
        return [f"{wheel.name}: not a wheel of this repository"]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata_name = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(metadata_name))
    found = [
        f"{wheel.name}: {pattern} is missing"
        for pattern in (*required, LICENCE)
        if not (development and pattern in {BILL, THIRD_PARTY})
        if not any(fnmatch.fnmatchcase(name, one) for one in pattern.split("|") for name in names)
    ]
    found += [
        f"{wheel.name}: {name} does not belong in it"
        for pattern in UNWANTED
        for name in names
        if fnmatch.fnmatchcase(name, pattern)
    ]
    if metadata["License-Expression"] != "Apache-2.0":
        found.append(f"{wheel.name}: the metadata names no licence")
    return found + pin_problems(wheel.name, metadata.get_all("Requires-Dist", []))


def pin_problems(name: str, requirements: list[str]) -> list[str]:
    """Check that a wheel pins engine and DataFusion exactly, and the runtime to a minor version.

    Args:
        name: The wheel's file name, for the message.
        requirements: The `Requires-Dist` lines of its metadata.
    """
    return [
        f"{name}: {line} is not an exact pin"
        for line in requirements
        if line.startswith(("codeanatomy-", "datafusion")) and not EXACT.search(line)
    ] + [
        f"{name}: {line} does not keep to one minor version"
        for line in requirements
        if RUNTIME.match(line) and not ("<" in line and ">=" in line)
    ]
