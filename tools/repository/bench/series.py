"""Interleaved rounds of several programs, and the figures that are taken from them."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from repository.bench.process import peak_memory, wall_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Program:
    """A program under measurement.

    Attributes:
        name: What the table calls it.
        command: The program and its arguments.
    """

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """The figures of one program.

    Attributes:
        name: What the table calls it.
        seconds: Wall time of each round.
        ratios: Its time in each round, divided by the reference's in the same round.
        peak_mib: Peak memory with children, in MiB, or None where it was not measured.
    """

    name: str
    seconds: tuple[float, ...]
    ratios: tuple[float, ...]
    peak_mib: float | None

    @property
    def median_seconds(self) -> float:
        """The median wall time."""
        return statistics.median(self.seconds)

    @property
    def median_ratio(self) -> float:
        """The median of the ratios, which is not the ratio of the medians."""
        return statistics.median(self.ratios)


@dataclass(frozen=True)
class Series:
    """A comparison.

    Attributes:
        title: What is compared.
        reference: The name of the program that the others are held against.
        measured: One entry a program, in the order given.
    """

    title: str
    reference: str
    measured: tuple[Measured, ...]


def measure(
    title: str, programs: Sequence[Program], *, rounds: int, memory: bool = False
) -> Series:
    """Run programs in turn, round after round.

    Args:
        title: What is compared.
        programs: The first is the reference. Each is run once before the first round, so that all
            find their files in the page cache.
        rounds: How many, at least 1. The order of the programs shifts by one each round.
        memory: Also run each once more for its peak memory.

    Returns:
        The figures.

    Raises:
        BenchError: If a program fails.
    """
    for program in programs:
        wall_seconds(program.command)
    seconds: dict[str, list[float]] = {program.name: [] for program in programs}
    for number in range(rounds):
        shift = number % len(programs)
        for program in [*programs[shift:], *programs[:shift]]:
            seconds[program.name].append(wall_seconds(program.command))
        print(f"{title}: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    reference = programs[0].name
    measured = tuple(
        Measured(
            name=program.name,
            seconds=tuple(seconds[program.name]),
            ratios=tuple(
                own / base
                for own, base in zip(seconds[program.name], seconds[reference], strict=True)
            ),
            peak_mib=peak_memory(program.command).mib if memory else None,
        )
        for program in programs
    )
    return Series(title, reference, measured)


def table(series: Series) -> str:
    """Lay a comparison out as a Markdown table."""
    lines = [
        f"| {series.title} | median s | least s | ratio to `{series.reference}` | peak MiB |",
        "|---|---|---|---|---|",
    ]
    for entry in series.measured:
        peak = "" if entry.peak_mib is None else f"{entry.peak_mib:.0f}"
        lines.append(
            f"| {entry.name} | {entry.median_seconds:.3f} | {min(entry.seconds):.3f}"
            f" | {entry.median_ratio:.2f} | {peak} |"
        )
    return "\n".join(lines)
