"""The pytest side of golden SQL: `.slt` files are collected as tests, one a file."""

# pyarrow has no annotations, and those of pytest's nodes have gaps.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from codeanatomy_testkit.goldens_plugin import NOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pyarrow as pa

SUFFIX = ".slt"


def collect(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect a `.slt` file."""
    if file_path.suffix != SUFFIX:
        return None
    return SqlLogicFile.from_parent(parent, path=file_path)


class SqlLogicFile(pytest.File):
    """A file of records. They share a session, so that they are one test."""

    def collect(self) -> Iterable[pytest.Item]:
        """Give the one test of the file."""
        yield SqlLogicItem.from_parent(self, name="records", callobj=run_records)


class SqlLogicItem(pytest.Function):
    """Runs the records of a file; a function, so that it has fixtures."""

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the file."""
        return self.path, 0, self.path.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Show what is wrong in the file, and nothing of how it was found."""
        from codeanatomy_testkit.sqllogictest.records import FormatError  # noqa: PLC0415

        if isinstance(excinfo.value, (AssertionError, FormatError)):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


def run_records(
    request: pytest.FixtureRequest, slt_runner: Callable[[str], pa.Table], tmp_path: Path
) -> None:
    """Run the file that a test was made of."""
    from codeanatomy_testkit.goldens.files import write_text  # noqa: PLC0415
    from codeanatomy_testkit.sqllogictest.running import run_file  # noqa: PLC0415

    path: Path = request.node.path
    text = path.read_text(encoding="utf-8")
    outcome = run_file(text, path.name, slt_runner, str(tmp_path))
    if not outcome.records:
        raise AssertionError(f"{path} has no records: what is tested?")
    problems = outcome.problems
    if request.config.getoption("update_goldens") and outcome.text != text:
        write_text(path, outcome.text)
        request.node.stash.setdefault(NOTES, []).append(f"wrote {path}")
        problems = outcome.lasting
    if problems:
        raise AssertionError("\n\n".join(problems))
