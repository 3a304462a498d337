"""`tools/test`: installs what is missing, builds everything, runs every step of the gate."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from repository import steps
from repository.report import write_json
from repository.requirements import (
    MissingRequirementError,
    browser_state,
    find_uv,
    python_state,
    require,
    require_compilers,
)
from repository.root import VIRTUAL_ENVIRONMENT
from repository.step import LOGS, Result, Step, run, table
from repository.target import claim_target_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

INSTALLING = ("tools", "install")
# The steps that use cargo's target directory.
COMPILING = {"install", "clippy", "rust-test", "stubs"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when every chosen step passed, 1 when one failed, 2 when something is missing on the
        machine.
    """
    options = parser().parse_args(arguments)
    if options.list:
        list_steps(every_step("uv"))
        return 0
    try:
        chosen = prepare(options.only)
    except MissingRequirementError as missing:
        print(missing, file=sys.stderr)
        return 2
    return conduct(chosen, options, {"mode": "chosen" if options.only else "full"})


def list_steps(listed: Sequence[Step]) -> None:
    """Print the names of steps with what they hold."""
    for step in listed:
        print(f"{step.name:<15}{step.purpose}")


def conduct(chosen: Sequence[Step], options: argparse.Namespace, about: dict[str, object]) -> int:
    """Run steps, print the table, write the JSON if it is wanted.

    Args:
        chosen: What to run.
        options: Those of `add_running_options`.
        about: What the JSON says of the run beside its steps.

    Returns:
        0 when every step passed, otherwise 1.
    """
    results = run_all(chosen, keep_going=options.keep_going, verbose=options.verbose)
    print(f"\n{table(results)}\nwhat they printed: {LOGS}/STEP.log", flush=True)
    if options.json is not None:
        write_json(options.json, results, about)
    return 0 if all(result.outcome == "passed" for result in results) else 1


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    names = [step.name for step in every_step("uv")]
    result = argparse.ArgumentParser(
        prog="tools/test",
        description="Install what is missing, build everything and run every gate.",
        epilog="Exit codes: 0 passed, 1 a step failed, 2 something is missing here.",
    )
    result.add_argument(
        "--only",
        action="append",
        default=[],
        choices=names,
        metavar="STEP",
        help="run this step alone; may be given several times; see --list",
    )
    add_running_options(result)
    return result


def add_running_options(to: argparse.ArgumentParser) -> None:
    """Add what `tools/test` and `tools/gate` have in common: how to run what is chosen."""
    to.add_argument("--keep-going", action="store_true", help="run the rest after a failure")
    to.add_argument("--verbose", action="store_true", help="show what every step prints")
    to.add_argument("--list", action="store_true", help="name the steps and stop")
    to.add_argument(
        "--json", type=Path, metavar="FILE", help="write outcomes, times and places of the logs"
    )


def prepare(only: Sequence[str]) -> list[Step]:
    """Check the machine and choose the steps.

    Args:
        only: Names of steps, or nothing for all. Where the workspace is not installed yet, the
            installation comes first all the same.

    Returns:
        The steps in their order.

    Raises:
        MissingRequirementError: If the machine lacks something that cannot be installed here.
    """
    require_compilers()
    if not only or "test" in only:
        # Said now, and not after everything has been compiled.
        require(browser_state())
    require(python_state())
    chosen = every_step(find_uv())
    if not only:
        return chosen
    installing = set[str]()
    if not VIRTUAL_ENVIRONMENT.exists():
        static = {step.name for step in steps.static_gates()}
        installing = {"tools"} if static.issuperset(only) else {"tools", "install"}
    return [step for step in chosen if step.name in installing.union(only)]


def every_step(uv: str) -> list[Step]:
    """Return all steps in their order.

    Args:
        uv: The program that installs.
    """
    return [steps.tools(uv), *steps.static_gates(), steps.install(uv), *steps.gates()]


def run_all(chosen: Sequence[Step], *, keep_going: bool, verbose: bool) -> list[Result]:
    """Run steps in order.

    Args:
        chosen: What to run.
        keep_going: Go on after a failed gate. After a failed installation nothing else can run.
        verbose: Show the output of every step.

    Returns:
        One result a step, also for those that were not reached.
    """
    if any(step.name in COMPILING for step in chosen):
        claim_target_directory()
    results: list[Result] = []
    stopped = False
    for number, step in enumerate(chosen, start=1):
        if stopped:
            results.append(Result(step, "not run"))
            continue
        result = run(step, verbose=verbose, place=f"{number}/{len(chosen)}")
        results.append(result)
        stopped = result.outcome == "failed" and (not keep_going or step.name in INSTALLING)
    return results
