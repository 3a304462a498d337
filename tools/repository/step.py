"""One step of a longer run: a name, a command, how long it took, what it printed when it failed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from repository.root import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

Outcome = Literal["passed", "failed", "not run"]


@dataclass(frozen=True)
class Step:
    """A command with a name.

    Attributes:
        name: What `--only` takes and the table shows.
        purpose: One line for people, without a full stop.
        command: The program and its arguments.
        directory: Where it runs.
    """

    name: str
    purpose: str
    command: tuple[str, ...]
    directory: Path = ROOT


@dataclass(frozen=True)
class Result:
    """How a step went.

    Attributes:
        step: The step.
        outcome: Whether it passed, failed, or was not reached.
        seconds: Wall time, 0 when not run.
    """

    step: Step
    outcome: Outcome
    seconds: float = 0.0


def run(step: Step, *, verbose: bool) -> Result:
    """Run a step and show its output if it fails.

    Args:
        step: What to run.
        verbose: Show the output while it comes, also of a step that passes.

    Returns:
        The outcome; an exit code other than 0 and a program that is not there are both failures.
    """
    print(f"{step.name}: {step.purpose}", flush=True)
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as captured:
        output = None if verbose else captured
        try:
            code = subprocess.run(
                step.command,
                cwd=step.directory,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if verbose else subprocess.STDOUT,
                check=False,
            ).returncode
        except OSError as error:
            captured.write(f"{step.command[0]} did not start: {error}\n".encode())
            code = -1
        seconds = time.perf_counter() - begin
        if code != 0:
            print(f"$ {' '.join(step.command)}", flush=True)
            captured.seek(0)
            sys.stdout.buffer.write(captured.read())
            print(f"{step.name} failed with exit code {code}", flush=True)
    return Result(step, "passed" if code == 0 else "failed", seconds)


def table(results: list[Result]) -> str:
    """Lay out the outcomes as text.

    Args:
        results: In the order to show.

    Returns:
        One line a step with its name, outcome and time, and a closing line that counts them. A step
        that was not run counts as skipped.
    """
    width = max((len(result.step.name) for result in results), default=0)
    lines = [
        f"{result.step.name:<{width}}  {result.outcome:<7}  {duration(result.seconds):>8}"
        for result in results
    ]
    total = duration(sum(result.seconds for result in results))
    lines.append(f"{'total':<{width}}  {'':<7}  {total:>8}")
    count = dict.fromkeys(("passed", "failed", "not run"), 0)
    for result in results:
        count[result.outcome] += 1
    closing = f"{count['passed']} passed, {count['failed']} failed"
    if count["not run"]:
        closing += f", {count['not run']} skipped"
    return "\n".join([*lines, "", closing])


def duration(seconds: float) -> str:
    """Write a time for people, in seconds below a minute and in minutes and seconds above.

    Args:
        seconds: Not negative.

    Returns:
        For example `4.2 s` or `16m 04s`.
    """
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m {rest:02d}s"
