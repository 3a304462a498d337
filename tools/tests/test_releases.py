"""`tools/releases`: versions that disagree and fragments that are malformed are told."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from repository import releases
from repository.releases import check_news, check_versions, minor_range, versions
from repository.root import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

FILES = (
    "engine-native/Cargo.toml",
    "engine-native/Cargo.lock",
    "engine-native/pyproject.toml",
    "engine-py/pyproject.toml",
    "testkit/pyproject.toml",
    releases.GATE_MODULE,
    *releases.VERSION_FILES.values(),
)


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Give a copy of every file that names a version."""
    for file in FILES:
        target = tmp_path / "packages" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "packages" / file, target)
    for directory in releases.DIRECTORIES.values():
        (tmp_path / "packages" / directory / "changelog.d").mkdir()
    return tmp_path / "packages"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    changed = re.sub(old, new, text, count=1, flags=re.MULTILINE)
    assert changed != text
    file.write_text(changed, encoding="utf-8")


def test_the_repository_s_versions_agree_and_are_seen() -> None:
    checked = check_versions(ROOT)
    assert (checked.seen, checked.problems) == (len(FILES), ())
    assert list(versions(ROOT)) == ["codeanatomy-engine", "codeanatomy", "codeanatomy-testkit"]


@pytest.mark.parametrize(
    ("file", "old", "new", "problems"),
    [
        (
            "engine-native/Cargo.toml",
            r'^version = ".*"',
            'version = "7.0.0"',
            ["is not 7.0.0. hint: cargo check", "is not Cargo's 7.0.0", "exact pin ==7.0.0",
             "ENGINE_VERSION"],
        ),
        ("engine-native/pyproject.toml", r'^version = ".*"', 'version = "7"', ["is not Cargo's"]),
        ("engine-py/pyproject.toml", "codeanatomy-engine==", "codeanatomy-engine>=", ["exact pin"]),
        ("engine-py/pyproject.toml", "datafusion==", "datafusion>=", ["not pinned to one version"]),
        ("engine-native/pyproject.toml", "datafusion==55", "datafusion==54", ["datafusion is not"]),
        (releases.GATE_MODULE, 'ENGINE_VERSION = ".*"', 'ENGINE_VERSION = "7"', ["ENGINE_VERSION"]),
        ("testkit/pyproject.toml", '"codeanatomy>=.*"', '"codeanatomy>=0.1"', ["testkit/"]),
        (
            "engine-py/src/codeanatomy/__init__.py",
            '__version__ = ".*"',
            '__version__ = "7.1.0"',
            ["testkit/pyproject.toml: codeanatomy<0.2,>=0.1.0 is not <7.2,>=7.1.0"],
        ),
    ],
)  # fmt: skip
def test_version_that_disagrees_is_told(
    file: str, old: str, new: str, problems: list[str], packages: Path
) -> None:
    change(packages / file, old, new)
    found = check_versions(packages.parent).problems
    for problem in problems:
        assert any(problem in one for one in found), found
    others = [one for one in found if not any(problem in one for problem in problems)]
    assert others == []


def test_testkit_may_be_older_than_the_runtime() -> None:
    assert minor_range("0.1.2") == ["<0.2,>=0.1.2", "<0.2,>=0.1.1", "<0.2,>=0.1.0"]


def test_news_of_the_repository_is_well_formed_and_makes_a_changelog(
    workspace: Workspace,
) -> None:
    assert check_news(ROOT).problems == ()
    for directory in releases.DIRECTORIES.values():
        package = workspace.root / directory
        (package / "changelog.d").mkdir(parents=True)
        for name in ("towncrier.toml", "CHANGELOG.md"):
            shutil.copy(ROOT / "packages" / directory / name, package)
        for kind in releases.KINDS:
            workspace.write(f"{directory}/changelog.d/+egg.{kind}.md", f"An egg was {kind}.\n")
        made = workspace.run(
            "towncrier", "build", "--draft", "--version", "7.0.0", "--date", "2026-01-31",
            "--config", str(package / "towncrier.toml"), "--dir", str(package),
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        lines = [line for line in made.stdout.splitlines() if line]
        expected = ["## 7.0.0 (2026-01-31)"]
        for kind in releases.KINDS:
            expected += [f"### {kind.capitalize()}", f"- An egg was {kind}."]
        assert lines[-len(expected) :] == expected


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("+egg.added.md", "An egg.", ""),
        ("+egg.feature.md", "An egg.", "the name is not"),
        ("egg.added.md", "An egg.", "the name is not"),
        ("+Egg.added.md", "An egg.", "the name is not"),
        ("+egg.added.md", "\n", "it is empty"),
        ("+egg.fixed.md", "# Eggs.", "heading or a list"),
        ("+egg.fixed.md", "An egg", "full stop"),
    ],
)
def test_malformed_fragment_is_told(name: str, text: str, problem: str, packages: Path) -> None:
    (packages / "testkit" / "changelog.d" / name).write_text(text, encoding="utf-8")
    checked = check_news(packages.parent)
    assert checked.seen == 1
    assert [problem in one for one in checked.problems] == ([True] if problem else [])


def test_package_without_a_place_for_news_is_told(packages: Path) -> None:
    (packages / "engine-py" / "changelog.d").rmdir()
    assert check_news(packages.parent).problems == ("packages/engine-py: no changelog.d",)


def test_command(packages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert releases.main(["--root", str(packages.parent)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(FILES)} files read: 0 problems"
    change(packages / "testkit" / "pyproject.toml", '"codeanatomy>=.*"', '"codeanatomy"')
    assert releases.main(["--root", str(packages.parent)]) == 1
