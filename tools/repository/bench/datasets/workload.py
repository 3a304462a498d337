"""What a contest of datasets consists of. Only text, so that no engine is needed to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Input = Literal["lines", "files", "rows"]

# Who can be asked, and the distributions that each needs.
SYSTEMS = {
    "codeanatomy": ("codeanatomy", "deltalake"),
    "datafusion": ("datafusion", "deltalake"),
    "deltalake": ("deltalake", "pyarrow"),
    "duckdb": ("duckdb", "deltalake"),
    "pandera": ("pandera", "polars"),
    "polars": ("polars", "deltalake"),
}


@dataclass(frozen=True)
class Sizes:
    """How much there is of everything.

    Attributes:
        lines: Rows of the table of order lines.
        files: Data files of the table of many files, a multiple of 100.
        appended: Rows that are appended.
        datasets: Datasets that are resolved.
        rows: Rows that are validated.
    """

    lines: int
    files: int
    appended: int
    datasets: int
    rows: int


FULL = Sizes(lines=6_000_000, files=10_000, appended=5_000_000, datasets=1_000, rows=10_000_000)
# Enough that every contest means what it says, in seconds.
SMALL = Sizes(lines=60_000, files=100, appended=40_000, datasets=20, rows=10_000)


def sizes(*, small: bool) -> Sizes:
    """Return the sizes of a try, or those that are measured."""
    return SMALL if small else FULL


@dataclass(frozen=True)
class Contender:
    """One way to get the answer.

    Attributes:
        name: What the table calls it.
        system: The key in `SYSTEMS` of who is asked.
        way: The key in the `WAYS` of the system's module.
        question: What is asked: SQL, or in words.
        aim: How many times its wall time ours is to be at least, or None.
        rows_aim: The same of the rows that its scan reads, or None.
        same: Whether its answer has to be that of the first contender.
        settled: Whether its answer is always the same.
    """

    name: str
    system: str
    way: str
    question: str
    aim: float | None = None
    rows_aim: float | None = None
    same: bool = True
    settled: bool = True

    @property
    def distributions(self) -> tuple[str, ...]:
        """The distributions that have to be installed."""
        return SYSTEMS[self.system]


@dataclass(frozen=True)
class Workload:
    """A contest.

    Attributes:
        name: Its name, unique among all.
        title: What the contenders do; `{lines}` and the like stand for the sizes.
        contenders: The first is ours, and the one that the others are held against.
        inputs: What has to be written before.
        turns: What the rounds are multiplied by; more where one run takes milliseconds.
        limit: How many microseconds each of the datasets may take, or None.
        watches_memory: Whether the peak memory of each contender is measured, too, with so many
            rows and with four times as many.
    """

    name: str
    title: str
    contenders: tuple[Contender, ...]
    inputs: tuple[Input, ...] = ()
    turns: int = 1
    limit: float | None = None
    watches_memory: bool = False
