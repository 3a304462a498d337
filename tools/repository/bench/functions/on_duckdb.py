"""How DuckDB is asked: SQL over tables of its own, Parquet where the others read Parquet."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

import duckdb

from repository.bench.functions.queries import DUCKDB, sample, whole

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.functions.workload import Contender, Workload

Rows = list[tuple[object, ...]]


class Asked:
    """A connection with the tables and the one question about them."""

    def __init__(self, workload: Workload, contender: Contender, directory: Path) -> None:
        """Load the tables.

        Args:
            workload: What is compared.
            contender: How it is asked here.
            directory: Where the inputs are.
        """
        arrow: Any = import_module("pyarrow")
        self.workload = workload
        self.contender = contender
        self.query = whole(workload, contender, DUCKDB)
        self.connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
        for table in workload.tables:
            if table == "tpch":
                for path in (directory / table).glob("*.parquet"):
                    self.connection.execute(f"create view {path.stem} as from '{path}'")
                continue
            mapped = arrow.ipc.open_file(arrow.memory_map(str(directory / f"{table}.arrow")))
            self.connection.register("mapped", mapped.read_all())
            self.connection.execute(f"create table {table} as from mapped")
            self.connection.unregister("mapped")
        for statement in contender.before:
            self.connection.execute(statement)

    def run(self) -> object:
        """Answer once."""
        if self.workload.action == "session":
            return duckdb.connect(config={"threads": os.cpu_count() or 1})
        if self.workload.action == "plan":
            return self.connection.execute(f"explain {self.query}").fetchall()
        return self.connection.execute(self.query).fetchall()

    def rows(self, answer: Any) -> Rows:  # noqa: ANN401 - rows, or a connection
        """Return the rows of an answer; of a new session those of its first query."""
        if self.workload.action == "session":
            with answer:
                return answer.execute("select 1").fetchall()
        return answer if self.workload.action != "plan" else []

    def sample(self, step: int) -> Rows:
        """Return the values of every so many rows or groups."""
        return self.connection.execute(sample(self.workload, self.contender, step)).fetchall()
