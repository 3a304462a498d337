"""The process that answers for one system: `python -m repository.bench.functions.worker SYSTEM`.

To `{"prepare": [workload, contender, directory, step]}` it answers a checksum of a sample, if the
workload has one.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from repository.bench import worker
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


class Asked(worker.Asked, Protocol):
    """What the module of each system brings."""

    def __init__(self, workload: Workload, contender: Contender, directory: Path) -> None:
        """Load what the workload reads."""

    def sample(self, step: int) -> list[tuple[object, ...]]:
        """Return the values of every so many rows or groups."""
        ...


def prepare(
    system: str, name: str, position: int, directory: str, step: int
) -> tuple[Asked, dict[str, Any]]:
    """Load the inputs of a workload, and answer once so that everything is warm.

    Args:
        system: Who is asked.
        name: The workload's.
        position: Which of its contenders this is.
        directory: Where the inputs are.
        step: Every how many rows or groups are sampled.
    """
    workload = WORKLOADS[name]
    module: Any = import_module(f"repository.bench.functions.{SYSTEM_MODULES[system]}")
    asked: Asked = module.Asked(workload, workload.contenders[position], Path(directory))
    asked.run()
    if workload.action in {"column", "groups", "plan"}:
        return asked, {"sample": checksum(asked.sample(step))}
    return asked, {}


if __name__ == "__main__":
    worker.obey(partial(prepare, sys.argv[1]))
