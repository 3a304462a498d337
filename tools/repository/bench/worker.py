"""A process of a contender: it answers as often as it is told to, and measures itself.

It reads one JSON object a line and answers each with one: `{"prepare": […]}` loads what is read and
answers once, so that everything is warm; `{"run": true}` answers once and returns the time it took.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

from repository.bench.answers import checksum

if TYPE_CHECKING:
    from collections.abc import Callable


class Asked(Protocol):
    """What a system's module makes of a workload."""

    def run(self) -> object:
        """Answer once. Nothing else is measured."""

    def rows(self, answer: object) -> list[tuple[object, ...]]:
        """Return the rows of an answer."""
        ...


def measure(asked: Asked) -> dict[str, Any]:
    """Answer once, and measure that."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    answer = asked.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "answer": checksum(asked.rows(answer))}


def obey(prepare: Callable[..., tuple[Asked, dict[str, Any]]]) -> None:
    """Do what each line of the input says, and answer it.

    Args:
        prepare: Takes what follows `prepare`; returns who is asked from then on, warm, and what is
            to be told of it.
    """
    asked: Asked | None = None
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "prepare" in command:
                # What was loaded before makes room first.
                asked = None
                asked, answer = prepare(*command["prepare"])
            elif asked:
                answer = measure(asked)
        except Exception as error:  # noqa: BLE001 - every error of every engine is reported alike
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
