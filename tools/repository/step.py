"""One step of a longer run: a command, how long it took, what it saw, where its output is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from repository.root import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

Outcome = Literal["passed", "failed", "not run"]

LOGS = ROOT / "build" / "gate"
# Often enough to show that something happens.
SECONDS_BETWEEN_LINES = 1.0


@dataclass(frozen=True)
class Seen:
    """How a step's output tells how much it looked at.

    A gate that looked at nothing passes whatever is wrong, so a step that says how much it saw
    fails where that is nothing.

    Attributes:
        expression: A regular expression whose one group is a number; all its matches are added up.
        noun: What is counted, in the plural.
    """

    expression: str
    noun: str

    def count(self, text: str) -> int:
        """Add up the numbers in a step's output; 0 where there is none."""
        return sum(map(int, re.findall(self.expression, text)))


@dataclass(frozen=True)
class Step:
    """A command with a name.

    Attributes:
        name: What `--only` takes and the table shows.
        purpose: One line for people, without a full stop.
        command: The program and its arguments.
        directory: Where it runs.
        seen: How its output tells what it looked at, or None where it does not tell.
    """

    name: str
    purpose: str
    command: tuple[str, ...]
    directory: Path = ROOT
    seen: Seen | None = None


@dataclass(frozen=True)
class Result:
    """How a step went.

    Attributes:
        step: The step.
        outcome: Whether it passed, failed, or was not reached.
        seconds: Wall time, 0 when not run.
        saw: How much it looked at, such as `268 files`; empty where it does not say.
        log: The file with everything that it printed, or None when not run.
    """

    step: Step
    outcome: Outcome
    seconds: float = 0.0
    saw: str = ""
    log: Path | None = None


def run(step: Step, *, verbose: bool, place: str = "", logs: Path = LOGS) -> Result:
    """Run a step, keep its output in a file and show it if the step fails.

    Args:
        step: What to run.
        verbose: Show the output while it comes, also of a step that passes.
        place: Its place in the run, such as `3/17`, for the line that is shown while it runs.
        logs: The directory for its output; made where it is not there.

    Returns:
        The outcome. An exit code other than 0, a program that is not there, and a step that says it
        saw nothing are failures.
    """
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{step.name}.log"
    print(f"{place} {step.name}: {step.purpose}".lstrip(), flush=True)
    begin = time.perf_counter()
    with log.open("wb") as file:
        code = wait_for(step, file.fileno(), begin, log if verbose else None)
    seconds = time.perf_counter() - begin
    output = log.read_bytes()
    failure = "" if code == 0 else f"failed with exit code {code}"
    saw = ""
    if step.seen is not None and not failure:
        count = step.seen.count(output.decode(errors="replace"))
        saw = f"{count} {step.seen.noun}"
        if count == 0:
            failure = f"passed, but does not say that it saw any {step.seen.noun}"
    if failure:
        print(f"$ {' '.join(step.command)}", flush=True)
        if not verbose:
            sys.stdout.buffer.write(output)
            sys.stdout.buffer.flush()
        print(f"{step.name} {failure}", flush=True)
    return Result(step, "failed" if failure else "passed", seconds, saw, log)


def wait_for(step: Step, output: int, begin: float, follow: Path | None) -> int:
    """Run a step's program to its end, on a terminal with a line that shows the time.

    Args:
        step: What to run.
        output: The descriptor of an open file for what it prints.
        begin: When it began, by `time.perf_counter`.
        follow: The same file, to show what comes; None to show the time alone.

    Returns:
        Its exit code, -1 for a program that did not start.
    """
    try:
        process = subprocess.Popen(
            step.command,
            cwd=step.directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        message = f"{step.command[0]} did not start: {error}\n"
        with open(output, "wb", closefd=False) as file:
            file.write(message.encode())
        return -1
    with process, nullcontext() if follow is None else follow.open("rb") as shown:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_BETWEEN_LINES)
            if shown is not None:
                shutil.copyfileobj(shown, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            elif sys.stdout.isatty():
                time_passed = duration(time.perf_counter() - begin)
                print(f"\r  … {time_passed}\033[K", end="", flush=True)
    if follow is None and sys.stdout.isatty():
        # The line was for the time being only.
        print("\r\033[K", end="", flush=True)
    return process.returncode


def table(results: list[Result]) -> str:
    """Lay out the outcomes as text.

    Args:
        results: In the order to show.

    Returns:
        One line a step with its name, outcome, time and what it saw, and a closing line that counts
        them. A step that was not run counts as skipped.
    """
    width = max((len(result.step.name) for result in results), default=0)
    lines = [
        f"{result.step.name:<{width}}  {result.outcome:<7}  {duration(result.seconds):>8}"
        f"  {result.saw}".rstrip()
        for result in results
    ]
    total = duration(sum(result.seconds for result in results))
    lines.append(f"{'total':<{width}}  {'':<7}  {total:>8}")
    count = counts(results)
    closing = f"{count['passed']} passed, {count['failed']} failed"
    if count["not run"]:
        closing += f", {count['not run']} skipped"
    return "\n".join([*lines, "", closing])


def counts(results: list[Result]) -> dict[Outcome, int]:
    """Count the results of each outcome."""
    count: dict[Outcome, int] = {"passed": 0, "failed": 0, "not run": 0}
    for result in results:
        count[result.outcome] += 1
    return count


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
