"""The licences of what is linked into the engine: one file in its wheel, and the check of it."""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from repository.linked_crates import linked_crates
from repository.root import ENGINE

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from repository.linked_crates import Crate

# `license-files` of the engine's pyproject.toml names it, so that maturin puts it into the wheel.
NAME = "THIRD-PARTY-LICENSES.txt"
HEAD = """\
Licences of what codeanatomy-engine is linked from

The library of this package is compiled from the crates below and the standard
library of Rust, for the platform of this package. Behind each stand its licence,
as its manifest has it, and the numbers of the texts that follow: those that
came with its sources, vendored code included, or the standard one where the
sources have none. The sources of NAME VERSION are at
https://crates.io/crates/NAME/VERSION.
"""
_CRATE = re.compile(r"^(\S+ \S+) \| [^|\n]* \| texts? ([\d, ]+)$", re.MULTILINE)
_TEXT = re.compile(r"^=+ text (\d+): ", re.MULTILINE)
RULE = "=" * 20


def document(crates: Sequence[Crate]) -> str:
    """Return the file: a list of crates, then each text once.

    Args:
        crates: What is linked, each with its texts. Texts that differ in white space are one.
    """
    numbers: dict[str, int] = {}
    texts: list[str] = []
    users: list[list[str]] = []
    lines: list[str] = []
    for crate in crates:
        own: list[int] = []
        for text in crate.texts:
            number = numbers.setdefault(" ".join(text.split()), len(texts) + 1)
            if number > len(texts):
                texts.append(text)
                users.append([])
            if number not in own:
                own.append(number)
                users[number - 1].append(str(crate))
        plural = "texts" if len(own) > 1 else "text"
        lines.append(f"{crate} | {crate.expression} | {plural} {', '.join(map(str, own))}")
    shown = [
        f"{RULE} text {number}: {', '.join(names)}\n\n{text}\n"
        for number, (text, names) in enumerate(zip(texts, users, strict=True), start=1)
    ]
    return "\n".join([HEAD, *lines, "", *shown])


@contextmanager
def licences_in_place(directory: Path = ENGINE) -> Generator[None]:
    """Have the file beside the engine's manifest while its archives are built.

    Raises:
        MissingRequirementError: If there is no cargo.
        LicenceError: If a crate has no text.
    """
    path = directory / NAME
    path.write_text(document(linked_crates()), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def licence_problems(wheel: Path, crates: Sequence[Crate] | None = None) -> list[str]:
    """Check that the wheel of an engine has the licence of everything that is linked into it.

    Args:
        wheel: The file.
        crates: What is linked, by default what cargo says of this platform.

    Returns:
        One line for each crate that is not listed, and each text that a listed one lacks.

    Raises:
        MissingRequirementError: If there is no cargo to tell what is linked.
    """
    with zipfile.ZipFile(wheel) as archive:
        name = next((one for one in archive.namelist() if one.endswith(f"/licenses/{NAME}")), None)
        if name is None:
            return [f"{wheel.name}: {NAME} is missing"]
        text = archive.read(name).decode("utf-8")
    listed = {crate: re.findall(r"\d+", numbers) for crate, numbers in _CRATE.findall(text)}
    there = set(_TEXT.findall(text))
    found = [
        f"{wheel.name}: {NAME} does not list {crate}"
        for crate in (linked_crates() if crates is None else crates)
        if str(crate) not in listed
    ]
    return found + [
        f"{wheel.name}: {NAME} has no text {number}, which is that of {crate}"
        for crate, numbers in listed.items()
        for number in numbers
        if number not in there
    ]
