"""`tools/releases`: the versions of the packages agree, and the news of each is well-formed."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from packaging.requirements import Requirement
from packaging.version import Version

from repository.root import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

# In the order in which they are released: a later one needs an earlier one.
ENGINE, RUNTIME, TESTKIT = "codeanatomy-engine", "codeanatomy", "codeanatomy-testkit"
DIRECTORIES = {ENGINE: "engine-native", RUNTIME: "engine-py", TESTKIT: "testkit"}
VERSION_FILES = {
    RUNTIME: "engine-py/src/codeanatomy/__init__.py",
    TESTKIT: "testkit/src/codeanatomy_testkit/__init__.py",
}
GATE_MODULE = "engine-py/src/codeanatomy/_native.py"
# What the change is for the package's users; towncrier's settings have the same.
KINDS = ("added", "changed", "fixed", "removed")
FRAGMENT = re.compile(rf"\+[a-z0-9-]+\.(?:{'|'.join(KINDS)})\.md")


@dataclass(frozen=True)
class Checked:
    """What was looked at and what is wrong.

    Attributes:
        seen: How many files were read.
        problems: One line for each thing that is wrong.
    """

    seen: int
    problems: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when all is right, otherwise 1.
    """
    options = parser().parse_args(arguments)
    checks = {"versions": check_versions(options.root), "fragments": check_news(options.root)}
    for checked in checks.values():
        for problem in checked.problems:
            print(problem)
    for name, version in versions(options.root).items():
        print(f"{name} {version}")
    seen = sum(checked.seen for checked in checks.values())
    wrong = sum(len(checked.problems) for checked in checks.values())
    print(f"{seen} files read: {wrong} problems")
    return 1 if wrong else 0


def versions(root: Path) -> dict[str, str]:
    """Return the version of each package, in the order of their releases.

    Raises:
        LookupError: If a file that should name a version does not.
    """
    packages = root / "packages"
    cargo = settings(packages / "engine-native" / "Cargo.toml")
    return {ENGINE: str(cargo["workspace"]["package"]["version"])} | {
        name: constant(packages / file, "__version__") for name, file in VERSION_FILES.items()
    }


def check_versions(root: Path) -> Checked:
    """Hold every place that names a version of ours against the package's own.

    Args:
        root: The repository.

    Returns:
        The rules of docs/releasing.md: the runtime pins one engine and checks that very one when it
        is imported, both pin one DataFusion, and the testkit takes the runtimes of its minor
        version.
    """
    packages = root / "packages"
    own = versions(root)
    projects = {
        name: settings(packages / directory / "pyproject.toml")["project"]
        for name, directory in DIRECTORIES.items()
    }
    locked = settings(packages / "engine-native" / "Cargo.lock")["package"]
    problems = [
        f"Cargo.lock: {crate['name']} {crate['version']} is not {own[ENGINE]}. hint: cargo check"
        for crate in locked
        if crate["name"].startswith("codeanatomy-") and crate["version"] != own[ENGINE]
    ]
    if projects[ENGINE].get("version") != own[ENGINE]:
        problems.append(f"engine-native/pyproject.toml: the version is not Cargo's {own[ENGINE]}")
    pin = f"=={own[ENGINE]}"
    if (found := specifier(projects[RUNTIME], ENGINE)) != pin:
        problems.append(f"engine-py/pyproject.toml: {ENGINE}{found} is not the exact pin {pin}")
    if (checked := constant(packages / GATE_MODULE, "ENGINE_VERSION")) != own[ENGINE]:
        problems.append(f"{GATE_MODULE}: ENGINE_VERSION {checked} is not {own[ENGINE]}")
    frame = {specifier(projects[name], "datafusion") for name in (ENGINE, RUNTIME)}
    if len(frame) != 1 or not all(one.startswith("==") for one in frame):
        problems.append(f"datafusion is not pinned to one version: {', '.join(sorted(frame))}")
    wanted = minor_range(own[RUNTIME])
    if (found := specifier(projects[TESTKIT], RUNTIME)) not in wanted:
        problems.append(f"testkit/pyproject.toml: {RUNTIME}{found} is not {wanted[0]}")
    return Checked(len(DIRECTORIES) + len(VERSION_FILES) + 3, tuple(problems))


def minor_range(version: str) -> list[str]:
    """Return the ranges that take a runtime and what follows it in its minor version.

    Args:
        version: Of the runtime.

    Returns:
        That from this version on first; one from an earlier patch of the same minor is as good,
        because the testkit may be older.
    """
    found = Version(version)
    end = f"<{found.major}.{found.minor + 1}"
    return [f"{end},>={found.major}.{found.minor}.{patch}" for patch in range(found.micro, -1, -1)]


def specifier(project: dict[str, Any], name: str) -> str:
    """Return which versions of a package a project takes, sorted; empty if it does not need it."""
    for line in project["dependencies"]:
        requirement = Requirement(line)
        if requirement.name == name:
            return ",".join(sorted(map(str, requirement.specifier)))
    return ""


def settings(file: Path) -> dict[str, Any]:
    """Read a TOML file."""
    return msgspec.toml.decode(file.read_bytes())


def constant(file: Path, name: str) -> str:
    """Return a text that a module gives a name at its top."""
    found = re.search(rf'^{name} = "([^"]+)"$', file.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise LookupError(f"{file} gives {name} no text")
    return found[1]


def check_news(root: Path) -> Checked:
    """Check the fragments of every package's changelog.

    Args:
        root: The repository.

    Returns:
        How many fragments there are. Each is named `+SUBJECT.KIND.md` and holds whole sentences.
    """
    problems: list[str] = []
    seen = 0
    for directory in DIRECTORIES.values():
        folder = root / "packages" / directory / "changelog.d"
        if not folder.is_dir():
            problems.append(f"packages/{directory}: no changelog.d")
            continue
        for path in sorted(folder.iterdir()):
            if path.name == ".gitignore":
                continue
            seen += 1
            problems += [f"{path.relative_to(root)}: {one}" for one in fragment_problems(path)]
    return Checked(seen, tuple(problems))


def fragment_problems(path: Path) -> list[str]:
    """Say what is wrong with one fragment."""
    found: list[str] = []
    if not FRAGMENT.fullmatch(path.name):
        found.append(f"the name is not +SUBJECT.KIND.md with a kind of {', '.join(KINDS)}")
    text = path.read_text(encoding="utf-8").strip()
    if not text:
        found.append("it is empty")
    elif text.startswith(("#", "-", "*")):
        found.append("it is a heading or a list; write sentences, the changelog makes the list")
    elif not text.endswith((".", "`", ")")):
        found.append("it does not end with a full stop")
    return found


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/releases",
        description="Check that the versions of the packages agree, and the changelog's fragments.",
        epilog="Exit codes: 0 all is right, 1 something is wrong.",
    )
    result.add_argument("--root", type=Path, default=ROOT, help="by default this repository")
    return result
