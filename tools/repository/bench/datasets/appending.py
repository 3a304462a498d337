"""Appending a stream of rows to a new table, and the peak memory of a process that does.

`python -m repository.bench.datasets.appending WORKLOAD CONTENDER DIRECTORY SIZE TIMES` appends so
many times the rows, once.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from repository.bench.datasets.workload import Contender, Sizes, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 1 << 16
# So many batches differ; then they come again, so that the stream itself needs no more memory.
DISTINCT = 16
BATCHES = """
select
    i as id,
    'pkg_' || hash(i) % 317 || '.module_' || hash(i * 3) % 4001 as name,
    hash(i * 5) % 10000000 / 128.0 as price,
    ['A', 'N', 'R'][1 + (hash(i * 17) % 3)::integer] as flag,
    date '1992-01-02' + (hash(i * 7) % 2526)::integer as day
from range({count}) as r(i)
"""


class Append:
    """A table that is made anew by each append."""

    def __init__(self, contender: Contender, directory: Path, size: Sizes) -> None:
        """Write nothing yet.

        Args:
            contender: Who it is, which names the table.
            directory: Where the table is made.
            size: How many rows.
        """
        self.table = directory / f"appended-{contender.system}"
        self.count = size.appended

    @cached_property
    def batches(self) -> list[Any]:
        """The rows that the stream consists of."""
        with duckdb.connect() as connection:
            query = BATCHES.format(count=min(self.count, BATCH * DISTINCT))
            reader: Any = connection.sql(query).to_arrow_reader(BATCH)
            return list(reader)

    def stream(self) -> Any:  # noqa: ANN401 - a reader of Arrow
        """Return all rows as a stream, in the place of a table that is no longer there."""
        arrow: Any = import_module("pyarrow")
        shutil.rmtree(self.table, ignore_errors=True)
        return arrow.RecordBatchReader.from_batches(self.batches[0].schema, self.produce())

    def produce(self) -> Iterator[Any]:
        """Yield the batches until there are enough rows."""
        left = self.count
        while left > 0:
            for batch in self.batches:
                if left > 0:
                    yield batch.slice(0, left)
                    left -= batch.num_rows

    def run(self) -> object:
        """Append once."""
        raise NotImplementedError

    def rows(self, answer: object) -> list[tuple[object, ...]]:  # noqa: ARG002 - a report
        """Return what is in the table: read by a third party, from the files that the log names."""
        deltalake: Any = import_module("deltalake")
        files = deltalake.DeltaTable(self.table).file_uris()
        query = f"select count(*), sum(id), sum(length(name)), max(day) from read_parquet({files})"  # noqa: S608 - the text is ours
        with duckdb.connect() as connection:
            return connection.execute(query).fetchall()

    def facts(self) -> dict[str, float]:
        """Return how large the table is."""
        size = sum(file.stat().st_size for file in self.table.glob("*.parquet"))
        return {"MiB": size / (1 << 20)}


def main(workload: str, place: int, directory: Path, size: str, times: int) -> None:
    """Append once."""
    workloads: Any = import_module("repository.bench.datasets.workloads")
    contender: Contender = workloads.WORKLOADS[workload].contenders[place]
    module: Any = import_module(f"repository.bench.datasets.on_{contender.system}")
    once = sizes(small=size == "small")
    more = replace(once, appended=once.appended * times)
    appended: Append = module.WAYS[contender.way](contender, directory, more)
    appended.run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
