"""Rounds of a workload's contenders in turn, and the figures that are taken from them."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from repository.bench.functions.workload import ROWS, rows_of
from repository.bench.processes import Environment, Pool, environment_of, run_module
from repository.bench.rounds import Times, compare, run_rounds, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from repository.bench.functions.workload import Workload

SAMPLE_ROWS = 10_000
PACKAGE = "repository.bench.functions"


@dataclass(frozen=True)
class Contest:
    """The outcome of a workload.

    Attributes:
        name: The workload's.
        topic: The workload's.
        title: What was done.
        times: One entry a contender; the first is the reference.
        left_out: Who could not run, and what is missing.
    """

    name: str
    topic: str
    title: str
    times: tuple[Times, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """What all contests of a run have in common.

    Attributes:
        directory: Where the inputs are.
        scale: What their sizes were multiplied by.
        rounds: How many.
        environment: What contenders need and have.
    """

    directory: Path
    scale: float
    rounds: int
    environment: Environment


def hold(
    python: Path, workloads: Sequence[Workload], directory: Path, scale: float, rounds: int
) -> tuple[list[Contest], dict[str, str | None]]:
    """Hold the contests of workloads.

    Args:
        python: The interpreter of the measured environment.
        workloads: Which, those of a topic together.
        directory: For the inputs.
        scale: What the sizes of the inputs are multiplied by.
        rounds: How many.

    Returns:
        The outcomes, and the versions of everything that was or should have been measured.

    Raises:
        BenchError: If a contender fails, or gives another answer than it has to.
    """
    contenders = [contender for workload in workloads for contender in workload.contenders]
    environment = environment_of(python, contenders)
    terms = Terms(directory, scale, rounds, environment)
    tables = {
        table
        for workload in workloads
        if not terms.environment.lack(workload.contenders[0])
        for table in workload.tables
    }
    print(f"writing {len(tables)} inputs", file=sys.stderr, flush=True)
    run_module(python, f"{PACKAGE}.inputs", str(directory), str(scale), *sorted(tables))
    contests: list[Contest] = []
    for _, members in groupby(workloads, key=lambda workload: workload.topic):
        with ExitStack() as ends:
            pool = Pool(python, f"{PACKAGE}.worker", ends)
            contests += [run_workload(pool, workload, terms) for workload in members]
    return contests, environment.versions


def run_workload(pool: Pool, workload: Workload, terms: Terms) -> Contest:
    """Run one workload with the contenders that can run; without the reference nobody runs.

    Raises:
        BenchError: If a contender fails, or gives another answer than it has to.
    """
    alone = terms.environment.lack(workload.contenders[0])
    entered = [
        (place, contender)
        for place, contender in enumerate(workload.contenders)
        if not alone and not terms.environment.lack(contender)
    ]
    contenders = [contender for _, contender in entered]
    processes = pool.of([contender.system for contender in contenders])
    table = workload.tables[0] if workload.tables else ""
    rows = rows_of(table, terms.scale) if table in ROWS else 1
    step = max(1, rows // SAMPLE_ROWS)
    samples = [
        tell(contender, process, prepare=[workload.name, place, str(terms.directory), step])
        for (place, contender), process in zip(entered, processes, strict=True)
    ]
    compare("sample", contenders, [answer.get("sample", "") for answer in samples])
    times = run_rounds(contenders, processes, terms.rounds * workload.turns) if entered else ()
    print(f"{workload.name}: held", file=sys.stderr, flush=True)
    title = workload.title
    if terms.scale != 1 and table:
        title = f"{title}, all sizes multiplied by {terms.scale:g}"
    left_out = tuple(
        f"{contender.name}: {terms.environment.lack(contender) or alone} is not installed"
        for contender in workload.contenders
        if contender not in contenders
    )
    return Contest(workload.name, workload.topic, title, times, left_out)
