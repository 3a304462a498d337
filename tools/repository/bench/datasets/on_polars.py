"""How polars is asked: lazily, on its streaming engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from repository.bench.datasets.workload import Contender, Sizes


def lookup(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return one day."""
    month, day = pl.col("month"), pl.col("shipdate")
    chosen = lines.filter((month == date(1996, 3, 1)) & (day == date(1996, 3, 13)))
    return chosen.select(pl.len(), pl.col("quantity").sum())


def aggregate(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return query 6 of TPC-H."""
    discount = pl.col("discount")
    chosen = lines.filter(
        pl.col("shipdate").is_between(date(1994, 1, 1), date(1995, 1, 1), closed="left")
        & discount.is_between(Decimal("0.05"), Decimal("0.07"))
        & (pl.col("quantity") < 24)  # noqa: PLR2004 - the query's
    )
    return chosen.select((pl.col("price") * discount).sum())


class Opened:
    """A table that is opened for each query."""

    def __init__(
        self,
        query: Callable[[pl.LazyFrame], pl.LazyFrame],
        _contender: Contender,
        directory: Path,
        _size: Sizes,
    ) -> None:
        """Open nothing yet.

        Args:
            query: What is asked.
            directory: Where the inputs are.
        """
        self.query = query
        self.path = str(directory / "lines")

    def source(self) -> Any:  # noqa: ANN401 - a path, or a Delta table
        """Return what polars reads."""
        return self.path

    def run(self) -> pl.DataFrame:
        """Answer once."""
        return self.query(pl.scan_delta(self.source())).collect(engine="streaming")

    def rows(self, answer: pl.DataFrame) -> list[tuple[object, ...]]:
        """Return the rows of an answer."""
        return answer.rows()

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


class Kept(Opened):
    """A table that stays open, and is asked for new commits before each query."""

    table: Any = None

    def source(self) -> Any:  # noqa: ANN401 - a Delta table
        """Return the table at its latest version."""
        if self.table is None:
            self.table = import_module("deltalake").DeltaTable(self.path)
        self.table.update_incremental()
        return self.table


WAYS = {
    f"{name}-{how}": partial(kind, query)
    for name, query in (("lookup", lookup), ("aggregate", aggregate))
    for how, kind in (("opened", Opened), ("kept", Kept))
}
