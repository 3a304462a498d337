"""Which files a change touches, and which steps of the gate could fail because of it."""

from __future__ import annotations

import fnmatch
import subprocess
from typing import TYPE_CHECKING

from repository.root import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Where a branch usually came from, the likeliest first.
USUAL_BASES = ("origin/HEAD", "origin/main", "main", "origin/master", "master")

PYTHON = frozenset({"format", "lint", "patterns", "forbidden", "types"})
PACKAGE = PYTHON | {
    "releases", "types-pyrefly", "imports", "functions", "docs", "test", "doctest",
}  # fmt: skip
RUST = frozenset({
    "rust-format", "forbidden", "functions", "clippy", "rust-test", "test", "doctest", "stubs",
})  # fmt: skip
# Shell patterns in which `*` crosses folders; the first that a path matches counts. What matches
# none of them could matter to every step.
STEPS_OF = (
    ("packages/engine-native/tests/*.py", PYTHON | {"test"}),
    ("packages/engine-native/python/*", PACKAGE | {"stubs"}),
    ("packages/engine-native/crates/*", RUST),
    ("packages/engine-native/Cargo.*", RUST | {"releases"}),
    ("packages/engine-native/clippy.toml", frozenset({"clippy", "test"})),
    ("packages/engine-native/rustfmt.toml", frozenset({"rust-format"})),
    ("packages/engine-py/src/*", PACKAGE),
    ("packages/testkit/src/*", PACKAGE),
    ("packages/*/tests/*", PYTHON | {"test"}),
    ("packages/*/conftest.py", PYTHON | {"test", "doctest"}),
    ("packages/*/changelog.d/*", frozenset({"releases", "docs", "test"})),
    ("packages/*/CHANGELOG.md", frozenset({"releases", "docs", "test"})),
    ("packages/*/towncrier.toml", frozenset({"releases", "test"})),
    ("packages/*.md", frozenset({"docs", "test", "doctest"})),
    ("docs/functions/*", frozenset({"functions", "docs", "test", "doctest"})),
    ("docs/*.py", PYTHON | {"docs", "doctest", "test"}),
    ("docs/*", frozenset({"docs", "test", "doctest"})),
    ("tools/repository/functions/*", PACKAGE),
    ("tools/repository/site/*", PYTHON | {"types-pyrefly", "docs", "test"}),
    ("tools/repository/examples/*", PYTHON | {"types-pyrefly", "test", "doctest"}),
    ("tools/patterns/*", frozenset({"patterns", "patterns-test", "test"})),
    ("tools/forbidden.toml", frozenset({"forbidden", "test"})),
    ("tools/tests/*", PYTHON | {"test"}),
    ("tools/*", PYTHON | {"types-pyrefly", "test"}),
    (".github/*", frozenset({"test"})),
    (".importlinter", frozenset({"imports", "test"})),
    ("*.md", frozenset({"docs", "test", "doctest"})),
    ("LICENSE", frozenset({"test"})),
    ("packages/*/LICENSE", frozenset({"test"})),
    (".gitignore", frozenset[str]()),
)
# Whose change leaves the tests of the others alone. A page is looked at by tests of the tools.
SUITES_OF = (
    ("packages/engine-native/tests/*", "packages/engine-native"),
    ("packages/engine-py/tests/*", "packages/engine-py"),
    ("packages/testkit/*", "packages/testkit"),
    ("tools/*", "tools"),
    (".github/*", "tools"),
    ("docs/*", "tools"),
    ("*.md", "tools"),
)


class NoBaseError(Exception):
    """Git does not know what to compare with; the text says what to do."""


def changed_files(base: str | None, root: Path = ROOT) -> tuple[str, list[str]]:
    """List what was changed since a commit, committed or not.

    Args:
        base: A commit or branch, or None for the usual ones.
        root: A clone.

    Returns:
        The commit where the current branch left the base, and the paths of all files that were
        changed, added or deleted since then, from the root.

    Raises:
        NoBaseError: If the base is no commit, or none of the usual ones is there.
    """
    for candidate in USUAL_BASES if base is None else (base,):
        found = git(root, "merge-base", "HEAD", candidate)
        if found.returncode == 0:
            break
    else:
        wanted = base or " or ".join(USUAL_BASES)
        raise NoBaseError(
            f"{wanted} is no commit that HEAD came from. hint: --changed BRANCH, such as HEAD~1"
        )
    commit = found.stdout.strip()
    # A file that was moved counts at both places.
    changed = git(root, "diff", "--name-only", "--no-renames", commit).stdout
    added = git(root, "ls-files", "--others", "--exclude-standard").stdout
    return commit, sorted({*changed.splitlines(), *added.splitlines()})


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in a clone, with file names as they are."""
    return subprocess.run(
        ["git", "-c", "core.quotePath=false", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def steps_of(files: Iterable[str], every: Iterable[str]) -> set[str]:
    """Return the names of the steps that could fail because of changed files.

    Args:
        files: Paths from the root of the repository.
        every: The names of all steps; they are returned for a file that no rule is about.
    """
    names: set[str] = set()
    for file in files:
        names |= next((steps for pattern, steps in STEPS_OF if matches(file, pattern)), set(every))
    return names


def suites_of(files: Iterable[str]) -> list[str]:
    """Return the directories whose tests could fail because of changed files, or none for all."""
    places: set[str] = set()
    for file in files:
        place = next((place for pattern, place in SUITES_OF if matches(file, pattern)), None)
        if place is None:
            return []
        # Tests of the tools read every source file.
        places |= {place, "tools"}
    return sorted(places)


def matches(file: str, pattern: str) -> bool:
    """Tell whether a path matches a shell pattern."""
    return fnmatch.fnmatchcase(file, pattern)
