"""The engine's wheel has the licence of everything that is linked into its library."""

from __future__ import annotations

import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from repository.linked_crates import (
    CRATE,
    STANDARD,
    Crate,
    LicenceError,
    linked_crates,
    standard_text,
    texts_below,
)
from repository.root import ENGINE, script
from repository.wheel_licences import NAME, document, licence_problems, licences_in_place
from repository.wheels import main

if TYPE_CHECKING:
    from pathlib import Path

EGG = Crate("egg", "1.0.0", "MIT", ("Copyright of egg", "Notice of all"))
PAN = Crate("pan", "0.2.0+lid.3", "MIT OR Apache-2.0", ("Notice\n  of all",))


@pytest.fixture(scope="module")
def crates() -> list[Crate]:
    return linked_crates()


def test_linked_crates_are_those_that_run(crates: list[Crate]) -> None:
    names = {crate.name for crate in crates}
    assert len(crates) > 300
    assert {"arrow", "datafusion", "deltalake-core", "pyo3", "std", "zstd-sys"} <= names
    # What runs in the compiler, builds or tests is in no library, and our own have our licence.
    assert not names & {"serde_derive", "cc", "pyo3-build-config", "tempfile-macros", CRATE}
    assert all(crate.expression and crate.texts for crate in crates)
    assert all(len(text) > 200 for crate in crates for text in crate.texts if crate.name == "arrow")


def test_vendored_code_has_its_licence(crates: list[Crate]) -> None:
    (compression,) = (crate for crate in crates if crate.name == "zstd-sys")
    assert any("Meta Platforms" in text for text in compression.texts)


def test_texts_are_listed_once() -> None:
    text = document([EGG, PAN])
    assert "\negg 1.0.0 | MIT | texts 1, 2\n" in text
    assert "\npan 0.2.0+lid.3 | MIT OR Apache-2.0 | text 2\n" in text
    assert text.count("Notice of all") == 1
    assert "text 2: egg 1.0.0, pan 0.2.0+lid.3\n" in text


def engine_wheel(directory: Path, text: str | None) -> Path:
    wheel = directory / "codeanatomy_engine-1.0-cp310-abi3-linux_x86_64.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("codeanatomy_engine-1.0.dist-info/licenses/LICENSE", "")
        if text is not None:
            archive.writestr(f"codeanatomy_engine-1.0.dist-info/licenses/{NAME}", text)
    return wheel


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (document([EGG, PAN]), ""),
        (document([EGG]), "does not list pan 0.2.0+lid.3"),
        (document([EGG, PAN]).replace("text 2: ", "text 3: "), "has no text 2, which is that of"),
        (None, "is missing"),
    ],
)
def test_licence_that_is_missing_is_reported(
    text: str | None, problem: str, tmp_path: Path
) -> None:
    found = licence_problems(engine_wheel(tmp_path, text), [EGG, PAN])
    assert bool(found) == bool(problem)
    assert all(problem in one for one in found)


def test_what_cargo_links_is_what_a_wheel_is_held_against(
    crates: list[Crate], tmp_path: Path
) -> None:
    assert licence_problems(engine_wheel(tmp_path, document(crates))) == []
    (found,) = licence_problems(engine_wheel(tmp_path, document(crates[1:])))
    assert f"does not list {crates[0]}" in found


def test_maturin_puts_the_file_into_the_wheel_and_nothing_stays(tmp_path: Path) -> None:
    command = [script("maturin"), "pep517", "write-dist-info", "--metadata-directory", tmp_path]
    with licences_in_place():
        subprocess.run(command, cwd=ENGINE, check=True, capture_output=True)
    (information,) = tmp_path.iterdir()
    assert (information / "licenses" / NAME).read_text("utf-8").startswith("Licences of what")
    assert f"License-File: {NAME}" in (information / "METADATA").read_text("utf-8")
    assert not (ENGINE / NAME).exists()
    ignored = subprocess.run(["git", "check-ignore", "--quiet", NAME], cwd=ENGINE, check=False)
    assert ignored.returncode == 0


def test_texts_below_a_manifest(tmp_path: Path) -> None:
    for name, text in {
        "LICENSE-MIT": "mit\r\nof me",
        "COPYING.LIB": "lesser",
        "vendored/NOTICE": "notice",
        "LICENSES/Zlib.txt": "zlib",
        "copy/LICENSE-MIT": "mit\nof me",
        "src/license.rs": "fn main() {}",
        "tests/LICENSE": "of a sample",
        "README.md": "read",
        "LICENSE-EMPTY": " \n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    assert texts_below(tmp_path) == ["lesser", "mit\nof me", "zlib", "notice"]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("MIT", "Copyright (c) me <m@x>"),
        ("EPL-2.0 OR Apache-2.0", "Apache License"),
        ("BSD-3-Clause/MIT", "BSD 3-Clause License"),
    ],
)
def test_standard_text_of_a_crate_without_one(expression: str, says: str) -> None:
    assert says in standard_text("egg", expression, ["me <m@x>"])


@pytest.mark.parametrize("expression", ["EPL-2.0", "MIT AND Zlib", ""])
def test_crate_without_any_text_is_an_error(expression: str) -> None:
    with pytest.raises(LicenceError, match=r"^egg: .* hint: "):
        standard_text("egg", expression, [])


def test_nothing_is_built_where_a_crate_has_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(STANDARD, "MIT")
    assert main(["build", "--package", "codeanatomy-engine", "--output", str(tmp_path)]) == 1
    assert "its sources have no text of a licence, and MIT has none" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
