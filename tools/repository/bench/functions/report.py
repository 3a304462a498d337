"""The tables that `tools/bench functions` prints."""

from __future__ import annotations

import statistics
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from repository.bench.functions.contest import Contest

COLUMNS = ("median ms", "best ms", "median CPU ms", "values")


def report(contests: Sequence[Contest]) -> Iterator[str]:
    """Yield a table for each contest, and a summary behind each topic that has several.

    Args:
        contests: In the order of their topics.
    """
    for topic, members in groupby(contests, key=lambda contest: contest.topic):
        held = list(members)
        yield from map(table, held)
        # Means of ratios to several references would mean nothing.
        measured = [contest for contest in held if contest.times]
        names = {tuple(entry.name for entry in contest.times) for contest in measured}
        if len(measured) > 1 and len(names) == 1:
            yield summary(topic, measured)


def table(contest: Contest) -> str:
    """Lay a contest out as a Markdown table."""
    reference = contest.times[0].name if contest.times else "nobody"
    lines = [
        f"| {contest.title} | wall ÷ `{reference}` | CPU ÷ | {' | '.join(COLUMNS)} |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in contest.times:
        milliseconds = " | ".join(
            f"{1000 * seconds:.3f}"
            for seconds in (
                entry.median_wall,
                min(entry.wall),
                entry.median_cpu,
            )
        )
        lines.append(
            f"| {entry.name} | {entry.wall_ratio:.2f} | {entry.cpu_ratio:.2f} | {milliseconds}"
            f" | {'the same' if entry.same else 'others'} |"
        )
    lines += [f"\nLeft out: {reason}." for reason in contest.left_out]
    return "\n".join(lines)


def summary(topic: str, contests: Sequence[Contest]) -> str:
    """Lay the geometric means of ratios out as a Markdown table.

    Args:
        topic: What the contests have in common.
        contests: All with the same contenders.
    """
    lines = [
        f"| {topic}, {len(contests)} contests | wall ÷, geometric mean | CPU ÷ | worst wall ÷ |",
        "|---|---|---|---|",
    ]
    for column in zip(*(contest.times for contest in contests), strict=True):
        wall = [entry.wall_ratio for entry in column]
        cpu = statistics.geometric_mean([entry.cpu_ratio for entry in column])
        mean = statistics.geometric_mean(wall)
        lines.append(f"| {column[0].name} | {mean:.2f} | {cpu:.2f} | {max(wall):.2f} |")
    return "\n".join(lines)
