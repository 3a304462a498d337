"""What is asked of the tables, and what a plan says of its scan. Needs no engine."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from repository.bench.datasets.many_files import COMMITS, ROWS

if TYPE_CHECKING:
    from repository.bench.datasets.workload import Sizes

# The days that the order lines are joined to.
DAYS = (date(1993, 7, 4), date(1996, 3, 13), date(1998, 1, 20))
DAY = 4
UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
METRIC = r"{name}=(?:[^,\]]*→ )?([\d.]+) ?([KMB]?)\b"


def about_files(question: str, size: Sizes, table: str) -> str:
    """Return the SQL that needs one of the many files, by its day and by its statistics.

    Args:
        question: The SQL with gaps.
        size: How many files there are.
        table: What the table is called.
    """
    share = size.files // COMMITS
    least = (DAY * share + share // 2) * ROWS + 2
    return question.format(table=table, least=least, most=least + 3)


def rows_read(plan: str) -> float:
    """Return how many rows the scans of files read, with those that they drop while decoding.

    Args:
        plan: What EXPLAIN ANALYZE says, which rounds to tenths of a thousand or million.

    Raises:
        ValueError: If it tells of no scan of files.
    """
    scans = [line for line in plan.splitlines() if "DataSourceExec" in line and "files_" in line]
    if not scans:
        raise ValueError(f"no scan of files in this plan:\n{plan}")
    return sum(metric(line, "output_rows") + metric(line, "pushdown_rows_pruned") for line in scans)


def metric(line: str, name: str) -> float:
    """Return a count of a line of a plan, 0 if it is not there."""
    found = re.search(METRIC.format(name=rf"\b{name}"), line)
    return float(found[1]) * UNITS[found[2]] if found else 0.0
