"""How `deltalake` alone is asked: its own queries, and its own writer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from repository.bench.datasets.appending import Append

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.datasets.workload import Contender, Sizes


class Opened:
    """A table that is opened for each query."""

    def __init__(self, contender: Contender, directory: Path, _size: Sizes) -> None:
        """Open nothing yet.

        Args:
            contender: What is asked.
            directory: Where the inputs are.
        """
        self.arrow: Any = import_module("pyarrow")
        self.deltalake: Any = import_module("deltalake")
        self.path = directory / "lines"
        self.question = contender.question

    def run(self) -> object:
        """Answer once."""
        builder = self.deltalake.QueryBuilder()
        builder.register("lines", self.deltalake.DeltaTable(self.path))
        return builder.execute(self.question).read_all()

    def rows(self, answer: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - an Arrow table
        """Return the rows of an answer."""
        columns = self.arrow.table(answer).columns
        return list(zip(*(column.to_pylist() for column in columns), strict=True))

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


class Kept(Opened):
    """A table that stays open, and is asked for new commits before each query."""

    def __init__(self, contender: Contender, directory: Path, size: Sizes) -> None:
        """Open and register the table."""
        super().__init__(contender, directory, size)
        self.table = self.deltalake.DeltaTable(self.path)
        self.builder = self.deltalake.QueryBuilder()
        self.builder.register("lines", self.table)

    def run(self) -> object:
        """Answer once; another version would be registered anew."""
        version = self.table.version()
        self.table.update_incremental()
        if self.table.version() != version:
            self.builder = self.deltalake.QueryBuilder()
            self.builder.register("lines", self.table)
        return self.builder.execute(self.question).read_all()


class Appended(Append):
    """A table that is made anew each time."""

    def run(self) -> object:
        """Append once."""
        import_module("deltalake").write_deltalake(self.table, self.stream(), mode="append")
        return None


WAYS = {"append": Appended, "kept": Kept, "opened": Opened}
