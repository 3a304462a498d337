"""How pandera is asked: a schema of polars columns over a frame in memory, all failures at once."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.datasets.workload import Contender, Sizes

# The rules in the order of the policy, by the column and the beginning of the check's name.
RULES = (
    ("id", "not_nullable"),
    ("id", "field_uniqueness"),
    ("quantity", "in_range"),
    ("price", "greater_than_or_equal_to"),
    ("flag", "not_nullable"),
    ("flag", "isin"),
    ("name", "str_length"),
    ("", "ordered"),
)


def ordered(data: Any) -> pl.LazyFrame:  # noqa: ANN401 - pandera's
    """Return for each row whether it ends after it starts."""
    frame: pl.LazyFrame = data.lazyframe
    return frame.select(pl.col("starts") <= pl.col("ends"))


class Validation:
    """Rows in memory, and a schema of eight rules."""

    def __init__(self, _contender: Contender, directory: Path, _size: Sizes) -> None:
        """Load the rows.

        Args:
            directory: Where the inputs are.
        """
        arrow: Any = import_module("pyarrow")
        polars: Any = pl
        pandera: Any = import_module("pandera.polars")
        table = arrow.ipc.open_file(arrow.memory_map(str(directory / "rows.arrow"))).read_all()
        self.errors: Any = import_module("pandera.errors")
        self.data: pl.DataFrame = polars.from_arrow(table, rechunk=True)
        check, column = pandera.Check, pandera.Column
        self.schema = pandera.DataFrameSchema(
            {
                "id": column(pl.Int64, nullable=False, unique=True),
                "quantity": column(pl.Int64, checks=check.in_range(1, 50), nullable=True),
                "price": column(pl.Float64, checks=check.ge(0), nullable=True),
                "flag": column(pl.String, checks=check.isin(["A", "N", "R"]), nullable=False),
                "name": column(pl.String, checks=check.str_length(1, 40), nullable=True),
            },
            checks=check(ordered, name="ordered"),
        )

    def run(self) -> object:
        """Validate once."""
        try:
            self.schema.validate(self.data, lazy=True)
        except self.errors.SchemaErrors as errors:
            return errors.failure_cases
        return None

    def rows(self, answer: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - a frame
        """Return how many rows violate each rule."""
        violations: Counter[int] = Counter()
        cases: list[dict[str, Any]] = [] if answer is None else answer.to_dicts()
        for row in cases:
            for number, (column, check) in enumerate(RULES):
                if (row["column"] == column or not column) and row["check"].startswith(check):
                    violations[number] += 1
        return [(number, violations[number]) for number in range(len(RULES))]

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


WAYS = {"validation": Validation}
