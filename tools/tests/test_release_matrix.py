"""Old and new releases together: built wheels, pip's answer, and what an import says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from development_wheel import engine_wheel
from packaging.version import Version
from repository.releases import versions
from repository.requirements import find_uv
from repository.root import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def following(version: str, *, minor: bool = False) -> str:
    """Return the next patch, or the next minor version."""
    found = Version(version)
    if minor:
        return f"{found.major}.{found.minor + 1}.0"
    return f"{found.major}.{found.minor}.{found.micro + 1}"


OLD_ENGINE, OLD_RUNTIME, TESTKIT = versions(ROOT).values()
NEW_ENGINE, NEW_RUNTIME = following(OLD_ENGINE), following(OLD_RUNTIME)
NEXT_RUNTIME = following(OLD_RUNTIME, minor=True)
IMPORT = """\
try:
    import codeanatomy.session
except Exception as error:
    print(type(error).__name__, error.code, error.details)
else:
    session = codeanatomy.session.connect()
    print(session.sql("select stable_hash64('a') is not null as h").to_pydict())
"""
REFUSED = (
    "SessionContextContractError session-contract-broken"
    f" {{'expected': '{NEW_ENGINE}', 'installed': '{OLD_ENGINE}'}}"
)
DEBUG = "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"


def build_runtime(directory: Path, version: str, engine: str) -> Path:
    """Build the wheel of a runtime that has another version and is made for another engine."""
    source = directory / f"runtime-{version}-{engine}"
    shutil.copytree(
        ROOT / "packages" / "engine-py", source, ignore=shutil.ignore_patterns("tests", "*.pyc")
    )
    rewrite(
        source / "src/codeanatomy/__init__.py", r'^__version__ = ".*"', f'__version__ = "{version}"'
    )
    rewrite(
        source / "src/codeanatomy/_native.py",
        r'^ENGINE_VERSION = ".*"',
        f'ENGINE_VERSION = "{engine}"',
    )
    rewrite(
        source / "pyproject.toml", r'"codeanatomy-engine==.*"', f'"codeanatomy-engine=={engine}"'
    )
    return build(source, directory)


def rewrite(file: Path, old: str, new: str) -> None:
    text, count = re.subn(old, new, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, file
    file.write_text(text, encoding="utf-8")


def build(source: Path, directory: Path) -> Path:
    output = directory / f"wheel-of-{source.name}"
    uv("build", "--quiet", "--wheel", "--out-dir", str(output), str(source), check=True)
    (wheel,) = output.glob("*.whl")
    return wheel


def uv(*arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [find_uv(), *arguments], capture_output=True, text=True, check=check, timeout=300
    )


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("releases")


@pytest.fixture(scope="module")
def wheels(directory: Path) -> dict[str, Path]:
    """Give wheels of each package: as it is, a patch later, the runtime a minor version later."""
    return {
        "old engine": engine_wheel(directory, version=OLD_ENGINE, library=False),
        "new engine": engine_wheel(directory, version=NEW_ENGINE, library=False),
        "old runtime": build_runtime(directory, OLD_RUNTIME, OLD_ENGINE),
        "new runtime": build_runtime(directory, NEW_RUNTIME, NEW_ENGINE),
        "next runtime": build_runtime(directory, NEXT_RUNTIME, NEW_ENGINE),
        "testkit": build(ROOT / "packages" / "testkit", directory),
    }


@pytest.fixture(scope="module")
def environment(directory: Path) -> Path:
    """Give an empty environment and return its Python."""
    place = directory / "environment"
    uv("venv", "--quiet", "--python", sys.executable, str(place), check=True)
    return place / "bin" / "python"


@pytest.mark.parametrize(
    ("chosen", "conflict"),
    [
        ("old engine, old runtime", ""),
        ("new engine, new runtime", ""),
        ("new engine, old runtime", f"codeanatomy-engine=={OLD_ENGINE}"),
        ("old engine, new runtime", f"codeanatomy-engine=={NEW_ENGINE}"),
        ("old engine, old runtime, testkit", ""),
        ("new engine, new runtime, testkit", ""),
        ("new engine, next runtime, testkit", f",<{NEXT_RUNTIME.removesuffix('.0')}"),
    ],
)
def test_what_can_be_installed_together(
    chosen: str, conflict: str, wheels: dict[str, Path], environment: Path
) -> None:
    answer = uv(
        "pip", "install", "--dry-run", "--no-config", "--python", str(environment),
        *(str(wheels[name]) for name in chosen.split(", ")),
    )  # fmt: skip
    assert (answer.returncode != 0) == bool(conflict), answer.stderr
    # The answer is broken into lines of the terminal's width.
    assert conflict in " ".join(answer.stderr.split())


@pytest.mark.parametrize(
    ("runtime", "engine", "answer"),
    [
        # A patch of the runtime that keeps its engine.
        (NEW_RUNTIME, OLD_ENGINE, "{'h': [True]}"),
        (NEW_RUNTIME, NEW_ENGINE, REFUSED),
    ],
)
def test_what_an_import_says_where_pip_was_overruled(
    runtime: str, engine: str, answer: str, directory: Path, environment: Path
) -> None:
    wheel = build_runtime(directory / "forced", runtime, engine)
    real = engine_wheel(directory / "forced")
    install = ("pip", "install", "--quiet", "--no-config", "--python", str(environment))
    # The real engine with what it needs, then a runtime that may be made for another.
    uv(*install, str(real), "msgspec>=0.22,<0.23", "rich>=15", check=True)
    uv(*install, "--no-deps", "--reinstall", str(wheel), check=True)
    done = subprocess.run(
        [str(environment), "-I", "-W", DEBUG, "-c", IMPORT],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout.strip()) == (0, answer), done.stderr
