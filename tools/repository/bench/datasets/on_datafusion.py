"""How stock DataFusion is asked: with the capsule that a table of `deltalake` exports."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from repository.bench.datasets.questions import DAYS, about_files, rows_read
from repository.bench.functions.on_datafusion import check_library, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.datasets.workload import Contender, Sizes

CORES = os.cpu_count() or 1


class Opened:
    """A session that stays, and a table that is opened for each query."""

    name = "lines"

    def __init__(self, contender: Contender, directory: Path, size: Sizes) -> None:
        """Make a session as a user would, with a partition for each core.

        Args:
            contender: What is asked.
            directory: Where the inputs are.
            size: How many files there are.
        """
        arrow: Any = import_module("pyarrow")
        datafusion: Any = import_module("datafusion")
        check_library(ours=False)
        config = datafusion.SessionConfig().with_target_partitions(CORES)
        self.deltalake: Any = import_module("deltalake")
        self.session = datafusion.SessionContext(config)
        self.path = directory / self.name
        self.question = about_files(contender.question, size, self.name)
        days = arrow.table({"shipdate": DAYS}).to_batches()
        self.session.register_record_batches("days", [days])
        self.version = -1
        self.table: Any = None

    def refresh(self) -> None:
        """Open the table."""
        self.put(self.deltalake.DeltaTable(self.path))

    def put(self, table: Any) -> None:  # noqa: ANN401 - a Delta table
        """Register a table in the place of the one before."""
        self.session.deregister_table(self.name)
        self.session.register_table(self.name, table)

    def run(self) -> object:
        """Answer once."""
        self.refresh()
        return self.session.sql(self.question).collect()

    def rows(self, answer: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - batches
        """Return the rows of an answer."""
        return rows_of(answer)

    def facts(self) -> dict[str, float]:
        """Return how many rows the scan reads."""
        frame = self.session.sql(f"explain analyze {self.question}")
        return {"rows read": rows_read("\n".join(frame.to_pydict()["plan"]))}


class Kept(Opened):
    """A table that stays open, and is asked for new commits before each query."""

    def refresh(self) -> None:
        """Register the table again if there is a new version."""
        if self.table is None:
            self.table = self.deltalake.DeltaTable(self.path)
        self.table.update_incremental()
        version = self.table.version()
        if version != self.version:
            self.put(self.table)
            self.version = version


class Open(Opened):
    """A table that is opened each time, and a query that is planned."""

    name = "files"

    def run(self) -> object:
        """Plan once."""
        self.refresh()
        frame = self.session.sql(self.question)
        frame.execution_plan()
        return frame

    def rows(self, answer: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - a frame
        """Return the rows of what was planned."""
        return rows_of(answer.collect())

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


class Plan(Open, Kept):
    """A table that stays open and is asked for new commits, and a query that is planned."""


WAYS = {"kept": Kept, "open": Open, "opened": Opened, "plan": Plan}
