"""Contenders that answer in turn, round after round, and the figures that are taken from them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from repository.bench.process import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repository.bench.processes import Process


class Contender(Protocol):
    """What a round has to know of one who takes part."""

    @property
    def name(self) -> str:
        """What the table calls it."""
        ...

    @property
    def question(self) -> str:
        """What it is asked."""
        ...

    @property
    def same(self) -> bool:
        """Whether its values have to be those of the first contender."""
        ...

    @property
    def settled(self) -> bool:
        """Whether its answer is always the same."""
        ...


@dataclass(frozen=True)
class Times:
    """The figures of one contender.

    Attributes:
        name: What the table calls it.
        same: Whether its values have to be the reference's, and were.
        wall: Wall time of each round in seconds.
        cpu: CPU time of its process in each round in seconds, all threads.
        wall_ratio: The median of its wall time divided by the reference's, round by round.
        cpu_ratio: The same of CPU time.
    """

    name: str
    same: bool
    wall: tuple[float, ...]
    cpu: tuple[float, ...]
    wall_ratio: float
    cpu_ratio: float

    @property
    def median_wall(self) -> float:
        """The median wall time in seconds."""
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        """The median CPU time in seconds."""
        return statistics.median(self.cpu)


def run_rounds(
    contenders: Sequence[Contender], processes: Sequence[Process], count: int
) -> tuple[Times, ...]:
    """Let contenders answer in turn; who begins moves on by one each round.

    Raises:
        BenchError: If one fails, or gives another answer than it has to.
    """
    answers: list[list[dict[str, Any]]] = [[] for _ in contenders]
    for number in range(count):
        shift = number % len(contenders)
        for place in [*range(shift, len(contenders)), *range(shift)]:
            answers[place].append(tell(contenders[place], processes[place], run=True))
        compare("answer", contenders, [given[-1]["answer"] for given in answers])
    for contender, given in zip(contenders, answers, strict=True):
        if contender.settled and len({answer["answer"] for answer in given}) > 1:
            raise BenchError(f"{contender.name} does not always give the same answer")
    walls = [tuple(answer["wall"] for answer in given) for given in answers]
    cpus = [tuple(answer["cpu"] for answer in given) for given in answers]
    return tuple(
        Times(contender.name, contender.same, wall, cpu, ratio(wall, walls[0]), ratio(cpu, cpus[0]))
        for contender, wall, cpu in zip(contenders, walls, cpus, strict=True)
    )


def tell(contender: Contender, process: Process, **command: object) -> dict[str, Any]:
    """Send a command; an error says whose it is."""
    try:
        return process.tell(**command)
    except BenchError as error:
        raise BenchError(f"{contender.name}: {contender.question}\n{error}") from error


def compare(what: str, contenders: Sequence[Contender], values: list[str]) -> None:
    """Raise if one who has to give the first contender's values gives others."""
    for contender, value in zip(contenders, values, strict=True):
        if contender.same and value != values[0]:
            raise BenchError(
                f"the {what} of {contender.name} is not that of {contenders[0].name}:"
                f" {contender.question}"
            )


def ratio(own: Sequence[float], base: Sequence[float]) -> float:
    """Return the median of the ratios, which is not the ratio of the medians."""
    return statistics.median(mine / other for mine, other in zip(own, base, strict=True))
