"""A shared target directory is cleaned of another clone's crates, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repository.target import OWNER_FILE, needs_cleaning

if TYPE_CHECKING:
    from pathlib import Path


def test_missing_or_empty_directory_is_clean(tmp_path: Path) -> None:
    assert not needs_cleaning(tmp_path / "absent", tmp_path)
    assert not needs_cleaning(tmp_path, tmp_path)


def test_directory_of_this_clone_is_kept(tmp_path: Path) -> None:
    (tmp_path / OWNER_FILE).write_text("/one\n", encoding="utf-8")
    assert not needs_cleaning(tmp_path, type(tmp_path)("/one"))


def test_directory_of_another_clone_is_cleaned(tmp_path: Path) -> None:
    (tmp_path / OWNER_FILE).write_text("/one\n", encoding="utf-8")
    assert needs_cleaning(tmp_path, type(tmp_path)("/two"))


def test_directory_of_nobody_is_cleaned(tmp_path: Path) -> None:
    (tmp_path / "debug").mkdir()
    assert needs_cleaning(tmp_path, tmp_path)
