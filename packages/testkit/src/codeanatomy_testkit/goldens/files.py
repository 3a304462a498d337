"""Golden files: where they are, how they are read and written."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from codeanatomy_testkit.goldens.changes import Json

VERSION = re.compile(r"\d+(\.\d+)+\w*")
NAME = re.compile(r"[\w.+-]+(/[\w.+-]+)*")


@dataclass(frozen=True)
class GoldenFiles:
    """The goldens beside some tests.

    Attributes:
        directory: The directory `goldens` beside the test file.
    """

    directory: Path

    def path(self, name: str, suffix: str, version: str | None = None) -> Path:
        """Give the file of a golden, there or not.

        Args:
            name: Letters, digits, `_`, `.`, `+` and `-`, in parts that `/` divides.
            suffix: What the file ends with.
            version: The version whose goldens it is one of.

        Raises:
            ValueError: The name, or the version, can't be one of a file.
        """
        if not NAME.fullmatch(name) or ".." in name:
            raise ValueError(f"{name!r} is no name of a golden; take letters, digits and . _ + - /")
        if version is not None and not VERSION.fullmatch(version):
            raise ValueError(f"{version!r} is no version; write it as 1.2.3")
        folder = self.directory if version is None else self.directory / version
        return folder / f"{name}{suffix}"

    def versions(self) -> list[str]:
        """List the versions that have goldens, the oldest first."""
        found = [
            entry.name
            for entry in (self.directory.iterdir() if self.directory.is_dir() else ())
            if entry.is_dir() and VERSION.fullmatch(entry.name)
        ]
        return sorted(found, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])

    def names(self, version: str) -> list[str]:
        """List the names of the records that have a golden of a version, sorted."""
        folder = self.directory / version
        return sorted(path.name.removesuffix(".json") for path in folder.glob("*.json"))


def read_json(path: Path) -> Json:
    """Read a file of JSON."""
    return msgspec.json.decode(path.read_bytes())


def write_json(path: Path, value: Json) -> None:
    """Write a file of JSON that differs from its last version only where the value does."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    write_text(path, text)


def write_text(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Workers of one run may write the same golden.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(f"{text.rstrip()}\n", encoding="utf-8", newline="\n")
    part.replace(path)
