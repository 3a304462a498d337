"""A process that answers for one system, as often as it is told to.

`python -m repository.bench.functions.worker SYSTEM` reads one JSON object a line and answers each
with one: `{"prepare": [workload, contender, directory, step]}` loads the inputs, answers once and
returns a checksum of a sample; `{"run": true}` answers once and returns the time it took.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from repository.bench.answers import checksum
from repository.bench.functions.workloads import WORKLOADS

if TYPE_CHECKING:
    from repository.bench.functions.workload import Contender, Workload

SYSTEM_MODULES = {
    "codeanatomy": "on_datafusion",
    "datafusion": "on_datafusion",
    "duckdb": "on_duckdb",
    "installed": "on_datafusion",
    "polars": "on_polars",
    "spark": "on_datafusion",
}


class Asked(Protocol):
    """What the module of each system brings."""

    def __init__(self, workload: Workload, contender: Contender, directory: Path) -> None:
        """Load what the workload reads."""

    def run(self) -> object:
        """Answer once. Nothing else is measured."""

    def rows(self, answer: object) -> list[tuple[object, ...]]:
        """Return the rows of an answer."""
        ...

    def sample(self, step: int) -> list[tuple[object, ...]]:
        """Return the values of every so many rows or groups."""
        ...


def prepare(system: str, name: str, position: int, directory: str) -> Asked:
    """Load the inputs of a workload, and answer once so that everything is warm.

    Args:
        system: Who is asked.
        name: The workload's.
        position: Which of its contenders this is.
        directory: Where the inputs are.
    """
    workload = WORKLOADS[name]
    module: Any = import_module(f"repository.bench.functions.{SYSTEM_MODULES[system]}")
    asked: Asked = module.Asked(workload, workload.contenders[position], Path(directory))
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
                # The tables that were loaded before make room first.
                asked = None
                name, position, directory, step = command["prepare"]
                asked = prepare(system, name, position, directory)
                if WORKLOADS[name].action in {"column", "groups", "plan"}:
                    answer["sample"] = checksum(asked.sample(step))
            elif asked:
                answer = measure(asked)
        except Exception as error:  # noqa: BLE001 - every error of every engine is reported alike
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    obey(sys.argv[1])
