"""The process that answers for one system: `python -m repository.bench.datasets.worker SYSTEM`.

To `{"prepare": [workload, contender, directory, size]}` it answers what else is known, `facts`.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from repository.bench import worker
from repository.bench.datasets.workload import sizes
from repository.bench.datasets.workloads import WORKLOADS


class Asked(worker.Asked, Protocol):
    """What each of the `WAYS` of a system's module makes."""

    def facts(self) -> dict[str, float]:
        """Return what else is to be known, by what the table calls it."""
        ...


def prepare(
    system: str, name: str, position: int, directory: str, size: str
) -> tuple[Asked, dict[str, Any]]:
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
    return asked, {"facts": asked.facts()}


if __name__ == "__main__":
    worker.obey(partial(prepare, sys.argv[1]))
