"""Runs a program once and measures it: wall time, or the peak memory of it and its children."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIB = 1024 * 1024
SAMPLE_SECONDS = 0.02


class BenchError(Exception):
    """A measured program failed; a time of a failure is worth nothing."""


@dataclass(frozen=True)
class Peak:
    """Memory of a program and everything that it started.

    Attributes:
        mib: The greatest sum of the proportional set sizes of all its processes at one moment, in
            MiB, looked at every 20 ms: pages that processes share count once.
    """

    mib: float


def wall_seconds(command: Sequence[str]) -> float:
    """Run a program and return its wall time from start to exit, in seconds.

    Args:
        command: The program and its arguments. Its output is thrown away.

    Raises:
        BenchError: If it exits with another code than 0.
    """
    begin = time.perf_counter()
    finished = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    seconds = time.perf_counter() - begin
    check(command, finished.returncode, finished.stderr)
    return seconds


def peak_memory(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Peak:
    """Run a program and return its peak memory, children included.

    Args:
        command: The program and its arguments. Its output is thrown away.
        environment: Its environment, by default ours.

    Raises:
        BenchError: If it exits with another code than 0, or the machine has no `/proc`.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        raise BenchError("peak memory is read from /proc, which this machine does not have")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    greatest = 0
    finished = threading.Event()

    def watch() -> None:
        nonlocal greatest
        while not finished.wait(SAMPLE_SECONDS):
            greatest = max(greatest, sum(map(proportional_bytes, tree(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    finished.set()
    watcher.join()
    check(command, process.returncode, errors)
    return Peak(greatest / MIB)


def check(command: Sequence[str], code: int, errors: bytes) -> None:
    """Raise if a program failed."""
    if code != 0:
        text = errors.decode(errors="replace").strip()
        raise BenchError(f"{' '.join(command)} failed with exit code {code}:\n{text}")


def tree(process: int) -> list[int]:
    """Return a process and everything below it, as far as it still runs."""
    found = [process]
    for each in found:
        found += children(each)
    return found


def children(process: int) -> list[int]:
    """Return what a process started and has not waited for, nothing if it has ended meanwhile."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


def proportional_bytes(process: int) -> int:
    """Return the proportional set size of one process in bytes, 0 if it has ended."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
