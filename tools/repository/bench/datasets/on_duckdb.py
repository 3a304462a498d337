"""How DuckDB is asked: the active files of the table, by name; it can't look for new commits so.

Its Delta extension is downloaded when it is first used, which a measurement must not depend on.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.datasets.workload import Contender, Sizes


class Files:
    """A view of the files, and one question about them."""

    def __init__(self, contender: Contender, directory: Path, _size: Sizes) -> None:
        """Make the view.

        Args:
            contender: What is asked.
            directory: Where the inputs are.
        """
        deltalake: Any = import_module("deltalake")
        files: list[str] = deltalake.DeltaTable(directory / "lines").file_uris()
        self.question = contender.question
        self.connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
        # Footers of files that are known are not read again.
        self.connection.execute("set parquet_metadata_cache = true")
        self.connection.execute(
            f"create view lines as from read_parquet({files}, hive_partitioning = true,"
            " hive_types = {'month': date})"
        )

    def run(self) -> object:
        """Answer once."""
        return self.connection.execute(self.question).fetchall()

    def rows(self, answer: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - rows
        """Return the rows of an answer."""
        return answer

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


WAYS = {"files": Files}
