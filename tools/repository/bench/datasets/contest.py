"""The contests of datasets: inputs, rounds, and what is known beside the times."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from repository.bench.datasets.workload import sizes
from repository.bench.process import peak_memory
from repository.bench.processes import Environment, Pool, environment_of, run_module, variables
from repository.bench.rounds import Times, run_rounds, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from repository.bench.datasets.workload import Workload

PACKAGE = "repository.bench.datasets"
MORE = 4


@dataclass(frozen=True)
class Outcome:
    """What came of a contender.

    Attributes:
        times: Its figures.
        facts: What else is known, by what the table calls it.
        aim: How many times its wall time ours is to be at least, or None.
        rows_aim: The same of the rows that its scan reads, or None.
    """

    times: Times
    facts: dict[str, float]
    aim: float | None
    rows_aim: float | None


@dataclass(frozen=True)
class Contest:
    """The outcome of a workload.

    Attributes:
        name: The workload's.
        title: What was done.
        outcomes: One a contender; the first is ours.
        left_out: Who could not run, and what is missing.
        microseconds: The median time of each dataset, or None where it has no limit.
        limit: Their limit, or None.
    """

    name: str
    title: str
    outcomes: tuple[Outcome, ...]
    left_out: tuple[str, ...]
    microseconds: float | None
    limit: float | None


@dataclass(frozen=True)
class Terms:
    """What all contests of a run have in common.

    Attributes:
        python: The interpreter of the measured environment.
        directory: Where the inputs are.
        small: Whether it is a try.
        rounds: How many.
        environment: What contenders need and have.
    """

    python: Path
    directory: Path
    small: bool
    rounds: int
    environment: Environment

    @property
    def size(self) -> str:
        """What the processes are told."""
        return "small" if self.small else "full"


def hold(
    python: Path, workloads: Sequence[Workload], directory: Path, rounds: int, *, small: bool
) -> tuple[list[Contest], dict[str, str | None]]:
    """Hold contests.

    Args:
        python: The interpreter of the measured environment.
        workloads: Which.
        directory: For the inputs.
        rounds: How many.
        small: Whether it is a try.

    Returns:
        The outcomes, and the versions of everything that was or should have been measured.

    Raises:
        BenchError: If a contender fails, or gives another answer than it has to.
    """
    contenders = [contender for workload in workloads for contender in workload.contenders]
    environment = environment_of(python, contenders)
    terms = Terms(python, directory, small, rounds, environment)
    inputs = dict.fromkeys(name for workload in workloads for name in workload.inputs)
    print(f"writing {len(inputs)} inputs", file=sys.stderr, flush=True)
    run_module(python, f"{PACKAGE}.inputs", str(directory), terms.size, *inputs)
    return [run_workload(workload, terms) for workload in workloads], environment.versions


def run_workload(workload: Workload, terms: Terms) -> Contest:
    """Hold one contest with the contenders that can run, each in a new process.

    Raises:
        BenchError: If a contender fails, or gives another answer than it has to.
    """
    entered = [
        (place, contender)
        for place, contender in enumerate(workload.contenders)
        if not terms.environment.lack(contender)
    ]
    contenders = [contender for _, contender in entered]
    size = sizes(small=terms.small)
    with ExitStack() as ends:
        pool = Pool(terms.python, f"{PACKAGE}.worker", ends)
        processes = pool.of([contender.system for contender in contenders])
        facts: list[dict[str, float]] = []
        for (place, contender), process in zip(entered, processes, strict=True):
            where = [workload.name, place, str(terms.directory), terms.size]
            facts.append(tell(contender, process, prepare=where)["facts"])
        times = run_rounds(contenders, processes, terms.rounds * workload.turns)
    if workload.watches_memory:
        for (place, _), known in zip(entered, facts, strict=True):
            known.update(peaks(workload, place, terms))
    print(f"{workload.name}: held", file=sys.stderr, flush=True)
    return Contest(
        name=workload.name,
        title=workload.title.format(**{name: f"{count:,}" for name, count in asdict(size).items()}),
        outcomes=tuple(
            Outcome(taken, known, contender.aim, contender.rows_aim)
            for taken, known, contender in zip(times, facts, contenders, strict=True)
        ),
        left_out=tuple(
            f"{contender.name}: {terms.environment.lack(contender)} is not installed"
            for contender in workload.contenders
            if contender not in contenders
        ),
        microseconds=None if workload.limit is None else 1e6 * times[0].median_wall / size.datasets,
        limit=workload.limit,
    )


def peaks(workload: Workload, place: int, terms: Terms) -> dict[str, float]:
    """Return the peak memory of one contender in new processes, also with more rows."""

    def peak(times: int) -> float:
        command = [str(terms.python), "-m", f"{PACKAGE}.appending", workload.name, str(place)]
        arguments = [str(terms.directory), terms.size, str(times)]
        return peak_memory([*command, *arguments], variables()).mib

    return {"peak MiB": peak(1), f"with {MORE} times the rows": peak(MORE)}
