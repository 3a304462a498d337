"""The processes of the contenders, as their parent sees them."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from repository.bench.process import BenchError
from repository.root import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import ExitStack
    from pathlib import Path

VERSIONS = """
import importlib.metadata, json, sys
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


def variables() -> dict[str, str]:
    """Return the environment of all processes: as many threads for each as there are cores."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT / "tools"),
        "PYTHONWARNINGS": "ignore",
        "POLARS_MAX_THREADS": str(os.cpu_count() or 1),
    }


def run_module(python: Path, module: str, *arguments: str) -> None:
    """Run a module in the measured environment.

    Args:
        python: The interpreter of that environment.
        module: The module's full name.
        arguments: What its command line gets.

    Raises:
        BenchError: If it fails.
    """
    command = [str(python), "-m", module, *arguments]
    if subprocess.run(command, env=variables(), check=False).returncode != 0:
        raise BenchError(f"{' '.join(command)} failed")


def installed_versions(python: Path, distributions: list[str]) -> dict[str, str | None]:
    """Ask the measured environment for the versions of distributions, None for what is not there.

    Raises:
        BenchError: If its Python does not run.
    """
    command = [str(python), "-c", VERSIONS, *distributions]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise BenchError(f"{python} does not run:\n{answer.stderr.strip()}")
    return json.loads(answer.stdout)


class Equipped(Protocol):
    """What is to be known of a contender before it is asked."""

    @property
    def distributions(self) -> tuple[str, ...]:
        """The distributions that have to be installed."""
        ...


@dataclass(frozen=True)
class Environment:
    """What the measured environment has of what contenders need.

    Attributes:
        versions: Of every distribution that one of them needs; None for what is not there.
    """

    versions: dict[str, str | None]

    def lack(self, contender: Equipped) -> str:
        """Return what a contender lacks, nothing if it can run."""
        lacking = (name for name in contender.distributions if self.versions[name] is None)
        return ", ".join(sorted(lacking))


def environment_of(python: Path, contenders: Iterable[Equipped]) -> Environment:
    """Look what is there for contenders.

    Raises:
        BenchError: If the environment's Python does not run.
    """
    needed = {name for contender in contenders for name in contender.distributions}
    return Environment(installed_versions(python, sorted(needed)))


class Process:
    """A worker and the pipes to it."""

    def __init__(self, python: Path, worker: str, system: str) -> None:
        """Start it.

        Args:
            python: The interpreter of the measured environment.
            worker: The full name of the module that answers.
            system: Who is asked in it.
        """
        self.system = system
        self.process = subprocess.Popen(
            [str(python), "-m", worker, system],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=variables(),
        )

    def tell(self, **command: object) -> dict[str, Any]:
        """Send a command and wait for the answer.

        Raises:
            BenchError: If it reports an error, or has ended.
        """
        pipes = self.process
        line = ""
        # Writing fails if the process has ended; then there is no line, either.
        with suppress(BrokenPipeError):
            if pipes.stdin and pipes.stdout:
                pipes.stdin.write(json.dumps(command) + "\n")
                pipes.stdin.flush()
                line = pipes.stdout.readline()
        if not line:
            raise BenchError(f"the {self.system} process ended with exit code {pipes.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise BenchError(str(answer["error"]))
        return answer

    def end(self) -> None:
        """Let it end and wait for that."""
        with suppress(BrokenPipeError):
            self.process.communicate()
        self.process.wait()


class Pool:
    """The processes of some workloads: those that ask the same systems ask the same processes."""

    def __init__(self, python: Path, worker: str, ends: ExitStack) -> None:
        """Start nothing yet.

        Args:
            python: The interpreter of the measured environment.
            worker: The full name of the module that answers.
            ends: Whose block the processes end with.
        """
        self.python = python
        self.worker = worker
        self.ends = ends
        self.processes: dict[tuple[str, int], Process] = {}

    def of(self, systems: list[str]) -> list[Process]:
        """Return one process for each of the systems, two where one is named twice."""
        keys = [(system, systems[:place].count(system)) for place, system in enumerate(systems)]
        for key in keys:
            if key not in self.processes:
                self.processes[key] = Process(self.python, self.worker, key[0])
                self.ends.callback(self.processes[key].end)
        return [self.processes[key] for key in keys]
