"""Which crates the engine's library is linked from, and the texts of licences that they have."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repository.requirements import MissingRequirementError
from repository.root import ENGINE, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

CRATE = "codeanatomy-python"
# What is compiled into the library: neither what builds and tests it nor what runs in the compiler.
KINDS = "normal,no-proc-macro"
_TEXT = re.compile(r"(?:licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)
_FOLDERS = frozenset({"licenses", "licences"})
# Code about licences, and what tests are given.
_CODE = frozenset({".rs", ".c", ".h", ".go", ".py", ".js", ".json", ".toml", ".yml", ".html"})
_UNLINKED = frozenset({"tests", "benches", "examples", "target"})
STANDARD = {
    "Apache-2.0": ROOT / "LICENSE",
    "MIT": ROOT / "tools" / "repository" / "licences" / "MIT.txt",
    "BSD-3-Clause": ROOT / "tools" / "repository" / "licences" / "BSD-3-Clause.txt",
}


class LicenceError(Exception):
    """A crate comes without a text, and its licence is none that has a standard text here."""


@dataclass(frozen=True)
class Crate:
    """A crate of somebody else's.

    Attributes:
        name: As in the registry.
        version: Its version.
        expression: Its licence, as the manifest names it.
        texts: Each text of a licence or notice that it has to come with.
    """

    name: str
    version: str
    expression: str
    texts: tuple[str, ...]

    def __str__(self) -> str:
        """Name it as cargo does."""
        return f"{self.name} {self.version}"


def linked_crates() -> list[Crate]:
    """Find what the engine's library is linked from on this platform.

    Returns:
        The crates of other people, by name and version, and the standard library of Rust.

    Raises:
        MissingRequirementError: If there is no cargo.
        LicenceError: If a crate has no text.
    """
    compiler = dict(
        line.split(": ", 1) for line in run("rustc", "-vV").splitlines() if ": " in line
    )
    platform = compiler["host"]
    tree = run(
        *("cargo", "tree", "--locked", "--package", CRATE, "--edges", KINDS, "--target", platform),
        *("--prefix", "none", "--format", "{p}"),
    )
    linked = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    metadata: dict[str, Any] = json.loads(
        run("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", platform)
    )
    crates = [
        crate_of(package)
        for package in metadata["packages"]
        # Those without a source are our own.
        if package["source"] and (package["name"], f"v{package['version']}") in linked
    ]
    standard = (STANDARD["Apache-2.0"].read_text(encoding="utf-8"),)
    crates.append(Crate("std", compiler["release"], "MIT OR Apache-2.0", standard))
    return sorted(crates, key=lambda crate: (crate.name, crate.version))


def run(program: str, *arguments: str) -> str:
    """Run cargo or the compiler at the engine's manifest and return what it prints."""
    if shutil.which(program) is None:
        raise MissingRequirementError(
            f"{program} not found: it tells what the engine is linked from."
            " hint: python3 tools/bootstrap --check"
        )
    command = [program, *arguments]
    return subprocess.run(
        command, cwd=ENGINE, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def crate_of(package: dict[str, Any]) -> Crate:
    """Return a crate of cargo's metadata with the texts that lie with its sources."""
    expression = (package["license"] or package["license_file"] or "").strip()
    directory = Path(package["manifest_path"]).parent
    texts = texts_below(directory) or [
        standard_text(package["name"], expression, package["authors"])
    ]
    return Crate(package["name"], package["version"], expression, tuple(texts))


def texts_below(directory: Path) -> list[str]:
    """Return the texts of licences and notices in a folder, those of vendored code included.

    Args:
        directory: Where a crate's manifest is.

    Returns:
        Each text once, in the order of their paths.
    """
    found = (
        path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n")
        for path in sorted(directory.rglob("*"))
        if (_TEXT.match(path.name) or path.parent.name.lower() in _FOLDERS)
        and path.suffix.lower() not in _CODE
        and not _UNLINKED.intersection(path.relative_to(directory).parts[:-1])
        and path.is_file()
    )
    return list(dict.fromkeys(text for text in found if text.strip()))


def standard_text(name: str, expression: str, authors: Sequence[str]) -> str:
    """Return the text of a licence for a crate whose sources have none.

    Args:
        name: The crate, for the message.
        expression: Its licence. Of several that one may choose from, the first with a text here is
            chosen.
        authors: Who hold the copyright, as far as the manifest tells.

    Raises:
        LicenceError: If nothing that one may choose has a text here.
    """
    for choice in re.split(r" OR |/", expression):
        if text := STANDARD.get(choice.strip("() ")):
            holders = ", ".join(authors) or f"the authors of {name}"
            return text.read_text(encoding="utf-8").replace("<holders>", holders).strip("\n")
    raise LicenceError(
        f"{name}: its sources have no text of a licence, and {expression or 'no licence'} has none"
        f" in tools/repository/licences. hint: put the text of it there, and its name into STANDARD"
    )
