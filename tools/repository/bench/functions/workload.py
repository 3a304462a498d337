"""What a comparison of functions consists of. Only text, so that no engine is needed to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["column", "groups", "query", "plan", "session"]
Total = Literal["sum", "xor", "bytes", "items"]

# Who can be asked, and the distribution that each needs. `installed` is a session with DataFusion's
# settings on our library. DataFusion's functions of Spark take the place of others of the same
# name, so they have sessions of their own.
SYSTEMS = {
    "codeanatomy": "codeanatomy",
    "datafusion": "datafusion",
    "duckdb": "duckdb",
    "installed": "codeanatomy",
    "polars": "polars",
    "spark": "datafusion",
}

# The inputs that `inputs.py` writes, and their rows before they are scaled.
ROWS = {"names": 10_000_000, "parts": 3_000_000, "entries": 3_000_000, "lines": 2_000_000}


@dataclass(frozen=True)
class Contender:
    """One way to get the answer.

    Attributes:
        name: What the table calls it.
        system: The key in `SYSTEMS` of who is asked.
        question: SQL: an expression over the table's columns, or a whole query where the workload
            says so. For polars the key of an expression in `on_polars.py`, for sessions the key of
            a way to make one.
        same: Whether its values have to be those of the workload's first contender. Peers that
            have another hash or fewer rules of Unicode do comparable work with other values.
        settled: Whether its answer is always the same; one that takes any row of a group is not.
        needs: A further distribution that it needs, or nothing.
        before: Statements that run once before.
    """

    name: str
    system: str
    question: str
    same: bool = True
    settled: bool = True
    needs: str = ""
    before: tuple[str, ...] = ()

    @property
    def distributions(self) -> tuple[str, ...]:
        """The distributions that have to be installed."""
        return (SYSTEMS[self.system], self.needs) if self.needs else (SYSTEMS[self.system],)


@dataclass(frozen=True)
class Workload:
    """A comparison.

    Attributes:
        name: Its name, unique among all.
        topic: What `--only` chooses it by.
        title: What the contenders do.
        contenders: The first is the one that the others are held against.
        action: `column`: the question makes one value of each row; `groups`: of each group of `g`;
            `query`: it is a query; `plan`: it is a query, which is planned and not run; `session`:
            it names a way to make a session.
        tables: The inputs: keys in `ROWS`, or `tpch` for all tables of TPC-H as Parquet files.
        total: How the values of `column` and `groups` become one number inside of the engine, so
            that none pays for handing over its result: their sum, exclusive or, length in bytes or
            number of list items.
        turns: What the rounds are multiplied by; more where one run takes microseconds.
    """

    name: str
    topic: str
    title: str
    contenders: tuple[Contender, ...]
    action: Action
    tables: tuple[str, ...] = ()
    total: Total = "sum"
    turns: int = 1


def rows_of(table: str, scale: float) -> int:
    """Return how many rows an input has.

    Args:
        table: The key in `ROWS`.
        scale: What its full size is multiplied by.
    """
    return max(1, round(ROWS[table] * scale))
