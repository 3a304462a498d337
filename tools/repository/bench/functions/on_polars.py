"""How polars is asked: expressions over a frame in memory, on the streaming engine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

from repository.bench.functions.texts import BEYOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from repository.bench.functions.workload import Contender, Workload

SEPARATOR = "\x1f"
MARK = "\x01"


def hashing(column: pl.Expr) -> Any:  # noqa: ANN401 - polars-hash adds members to expressions
    """Give an expression the members of polars-hash."""
    import_module("polars_hash")
    return column


def xxh3_64() -> pl.Expr:
    """Hash with polars-hash."""
    return hashing(pl.col("name")).nchash.xxh3_64()


def blake3_id() -> pl.Expr:
    """Join the columns with a word for NULL, and cut BLAKE3 of that to 128 bits."""
    joined = pl.concat_str(
        [
            pl.col("name").fill_null("__null__"),
            pl.col("number").cast(pl.String),
            pl.col("kind").fill_null("__null__"),
            pl.col("start").cast(pl.String),
        ],
        separator=SEPARATOR,
    )
    digits: pl.Expr = hashing(joined).chash.blake3().str.slice(0, 32)
    return pl.concat_str([pl.lit("node:"), digits])


def normalize() -> pl.Expr:
    """Trim, normalise, lower and collapse; nothing left is NULL."""
    text = pl.col("line").str.strip_chars().str.normalize("NFKC").str.to_lowercase()
    collapsed = text.str.replace_all(r"\s+", " ")
    return pl.when(collapsed != "").then(collapsed)


def col_to_byte() -> pl.Expr:
    """Mark characters of two units, so that slices of characters are slices of units."""
    marked = pl.col("line").str.replace_all(BEYOND, "${1}" + MARK)
    head = marked.str.slice(0, pl.col("col"))
    return head.str.len_bytes() - head.str.count_matches(MARK, literal=True)


EXPRESSIONS: dict[str, Callable[[], pl.Expr]] = {
    "hash": lambda: pl.col("name").hash(),
    "xxh3_64": xxh3_64,
    "blake3_id": blake3_id,
    "normalize": normalize,
    "col_to_byte": col_to_byte,
    "first_by_rank": lambda: pl.col("label").get(pl.col("rank").arg_min()),
    "last_by_rank": lambda: pl.col("label").get(pl.col("rank").arg_max()),
    "unique": lambda: pl.col("kind").unique(),
    "unique_sorted": lambda: pl.col("kind").unique().sort(),
}
TOTALS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "sum": lambda x: x.cast(pl.Int64).sum(),
    "xor": lambda x: x.bitwise_xor(),
    "bytes": lambda x: x.str.len_bytes().cast(pl.Int64).sum(),
    "items": lambda x: x.list.len().cast(pl.Int64).sum(),
}


class Asked:
    """A table in memory and the one question about it."""

    def __init__(self, workload: Workload, contender: Contender, directory: Path) -> None:
        """Load the table.

        Args:
            workload: What is compared.
            contender: How it is asked here.
            directory: Where the inputs are.
        """
        arrow: Any = import_module("pyarrow")
        polars: Any = pl
        table = arrow.ipc.open_file(
            arrow.memory_map(str(directory / f"{workload.tables[0]}.arrow"))
        )
        # One chunk, not one for each batch of the file: that is how polars likes it best.
        frame: pl.DataFrame = polars.from_arrow(table.read_all(), rechunk=True)
        self.frame = frame.lazy()
        self.workload = workload
        self.expression = EXPRESSIONS[contender.question]()

    def values(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the value of each row or group."""
        if self.workload.action == "groups":
            return frame.group_by("g").agg(x=self.expression).select("x")
        return frame.select(x=self.expression)

    def run(self) -> pl.DataFrame:
        """Answer once."""
        x = pl.col("x")
        total = self.values(self.frame).select(x.count(), total=TOTALS[self.workload.total](x))
        return total.collect(engine="streaming")

    def rows(self, answer: pl.DataFrame) -> list[tuple[object, ...]]:
        """Return the rows of an answer."""
        return answer.rows()

    def sample(self, step: int) -> list[tuple[object, ...]]:
        """Return the values of every so many rows or groups."""
        key = "g" if self.workload.action == "groups" else "i"
        return self.values(self.frame.filter(pl.col(key) % step == 0)).collect().rows()
