"""A process that answers for one system, as often as it is told to.

`python -m repository.bench.datasets.worker SYSTEM` reads one JSON object a line and answers each
with one: `{"prepare": [workload, contender, directory, size]}` answers once, so that everything is
warm, `{"facts": true}` tells what else is to be known, and `{"run": true}` answers once and returns
the time it took.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from repository.bench.answers import checksum
from repository.bench.datasets.workload import sizes
from repository.bench.datasets.workloads import WORKLOADS


class Asked(Protocol):
    """What each of the `WAYS` of a system's module makes."""

    def run(self) -> object:
        """Answer once. Nothing else is measured."""

    def rows(self, answer: object) -> list[tuple[object, ...]]:
        """Return the rows of an answer."""
        ...

    def facts(self) -> dict[str, float]:
        """Return what else is to be known, by what the table calls it."""
        ...


def prepare(system: str, name: str, position: int, directory: str, size: str) -> Asked:
    """Load the inputs of a workload, and answer once so that everything is warm.

    Args:
        system: Who is asked.
        name: The workload's.
        position: Which of its contenders this is.
        directory: Where the inputs are.
        size: `full` or `small`.
    """
    module: Any = import_module(f"repository.bench.datasets.on_{system}")
    contender = WORKLOADS[name].contenders[position]
    asked: Asked = module.WAYS[contender.way](
        contender, Path(directory), sizes(small=size == "small")
    )
    asked.run()
    return asked


def measure(asked: Asked) -> dict[str, Any]:
    """Answer once, and measure that."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    answer = asked.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "answer": checksum(asked.rows(answer))}


def obey(system: str) -> None:
    """Do what each line of the input says, and answer it."""
    asked: Asked | None = None
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "prepare" in command:
                # What was loaded before makes room first.
                asked = None
                asked = prepare(system, *command["prepare"])
            elif asked and "facts" in command:
                answer = {"facts": asked.facts()}
            elif asked:
                answer = measure(asked)
        except Exception as error:  # noqa: BLE001 - every error of every engine is reported alike
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    obey(sys.argv[1])
